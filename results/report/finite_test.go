package report_test

import (
	"io"
	"math"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"aftershock/internal/slow"
	"aftershock/results/report"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// benchstat takes all memory there is for a NaN, and a spreadsheet reads "Inf" as a word.
var notANumber = regexp.MustCompile(`(?i)(^|[^a-z])(nan|[+-]?inf)([^a-z]|$)`)

// Whatever values a summary holds, none that is not a number reaches benchmark text, a table of intervals or a
// picture; JSON refuses them.
func TestWhatIsNoNumberIsNotWritten(t *testing.T) {
	slow.Reads(t)
	odd := []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64, 0, 5e-324, 1}
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 1))
		in := input()
		some := func() float64 { return odd[rng.IntN(len(odd))] }
		spoil := func(s *summary.Side) {
			s.Median = some()
			for i := range s.Values {
				if rng.IntN(2) == 0 {
					s.Values[i] = some()
				}
			}
		}
		for i := range in.Summary.Fixes {
			for j := range in.Summary.Fixes[i].Rows {
				r := &in.Summary.Fixes[i].Rows[j]
				spoil(&r.Before)
				spoil(&r.After)
				if c := r.Change; c != nil {
					c.Value, c.Low, c.High, c.Low90, c.High90 = some(), some(), some(), some(), some()
					c.P, c.Adjusted, c.Detectable, c.DetectableHarm, c.Achieved, c.Margin = some(), some(), some(), some(), some(), some()
					c.Open = []stat.Open{stat.Closed, stat.OpenLow, stat.OpenHigh}[rng.IntN(3)]
				}
			}
		}
		for _, format := range []string{"benchfmt", "csv", "svg"} {
			text := written(t, format, in)
			for line := range strings.Lines(text) {
				if !strings.HasPrefix(line, "#") && notANumber.MatchString(line) {
					t.Fatalf("%s, seed %d: %s", format, seed, line)
				}
			}
		}
		var spoilt bool
		for _, f := range in.Summary.Fixes {
			for _, r := range f.Rows {
				spoilt = spoilt || math.IsNaN(r.Before.Median) || math.IsInf(r.Before.Median, 0)
			}
		}
		if err := report.Write("json", io.Discard, in); spoilt && err == nil {
			t.Fatalf("seed %d: JSON was written", seed)
		}
	}
}

// Open ends are largest numbers inside, and dots, empty or left out in what is shown.
func TestOpenEndsAreShownAsSuch(t *testing.T) {
	for _, format := range []string{"benchfmt", "csv", "md", "junit", "svg"} {
		if text := written(t, format, input()); notANumber.MatchString(text) || strings.Contains(text, "e+308") {
			t.Errorf("%s:\n%s", format, text)
		}
	}
	for name, view := range views() {
		var text strings.Builder
		if err := view(&text); err != nil {
			t.Fatal(err)
		}
		if notANumber.MatchString(text.String()) || strings.Contains(text.String(), "e+308") || strings.Contains(text.String(), "above +100000") {
			t.Errorf("%s:\n%s", name, text.String())
		}
	}
}
