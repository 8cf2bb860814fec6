package report_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"aftershock/results"
	"aftershock/results/report"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// one is a picture of one fix.
func one(t testing.TB, f summary.Fix) *picture {
	t.Helper()
	return parseSVG(t, written(t, "svg", report.Input{Summary: summary.Summary{Fixes: []summary.Fix{f}}}))
}

func TestAPictureSaysWhatWasAskedAndFound(t *testing.T) {
	in := input()
	in.Summary.Run.Scenario = []byte(`{"asks": "Does it <hold> & last?"}`)
	p := parseSVG(t, written(t, "svg", in))
	if p.attrs["role"] != "img" || p.titles[0] != "Does it <hold> & last?" || p.texts[0].said != p.titles[0] {
		t.Errorf("%v, %q, %q", p.attrs, p.titles, p.texts[0].said)
	}
	for _, f := range in.Summary.Fixes {
		if row := p.row(t, f.Name); !strings.Contains(row, f.Verdict.String()) {
			t.Errorf("no %s in %q", f.Verdict, row)
		}
		if !strings.Contains(p.described, f.Name+": ") {
			t.Errorf("%s is not described", f.Name)
		}
	}
	for _, want := range []string{
		"the run is partial: interrupted", "an alarm between identical arms", "seed 7", "0123456789ab-dirty",
		"2026-03-01",
		"Some Processor 9, 4 cores", "-50.0 % [-55.1, -44.0]", "take at most 1.15\u00a0ms instead of 2.3\u00a0ms",
		"not compared: no pair has the figure in both", "at least -75.0 % [.., -70.0]",
	} {
		if !strings.Contains(p.all(), want) {
			t.Errorf("no %q in %s", want, p.all())
		}
	}
}

func TestAPictureOfOnePair(t *testing.T) {
	f := improved()
	f.Pairs = summary.Pairs{Planned: 1, Valid: 1}
	if all := one(t, f).all(); !strings.Contains(all, " of 1 pair,") {
		t.Errorf("%s", all)
	}
}

// A verdict can be told from any other without its colour.
func TestVerdictsDifferInShape(t *testing.T) {
	seen := map[string]stat.Verdict{}
	for v := stat.Inconclusive; v <= stat.TooFewPairs; v++ {
		f := improved()
		f.Verdict = v
		mark := one(t, f).paths[len(one(t, f).paths)-1]
		filled := fmt.Sprint(mark["d"], " ", mark["class"] != "open")
		if other, ok := seen[filled]; ok {
			t.Errorf("%s looks like %s: %s", v, other, filled)
		}
		seen[filled] = v
	}
}

// An end that is not known is an arrow to the plot's edge, on its own side, and so is that of a pair.
func TestBoundsAreArrows(t *testing.T) {
	low := censored()
	high := low
	high.Primary.Before, high.Primary.After = low.Primary.After, low.Primary.Before
	c := *low.Primary.Change
	c.Value, c.Low, c.High, c.Open = 3, 2, math.MaxFloat64, stat.OpenHigh
	high.Primary.Change = &c
	alone := high
	without := c
	without.Confidence = 0
	alone.Primary.Change = &without
	both := low
	both.Primary.After.Bounds = bounds(both.Primary.After)
	for name, of := range map[string]struct {
		f              summary.Fix
		left, right, n int // arrows at the edges, and those of pairs
	}{
		"low": {low, 1, 0, 8}, "high": {high, 0, 1, 8}, "high without an interval": {alone, 0, 1, 8},
		"closed":                          {improved(), 0, 0, 0},
		"pairs of which nothing is known": {both, 1, 0, 0},
	} {
		p := one(t, of.f)
		var left, right, pairs int
		for _, path := range p.paths {
			x, d := place(t, path["transform"]), path["d"]
			switch {
			case path["class"] == "dot":
				pairs++
			case strings.HasPrefix(d, "M-6 0L1"):
				left++
				if x != plotFrom {
					t.Errorf("%s: an arrow to the left at %v", name, x)
				}
			case strings.HasPrefix(d, "M6 0L-1"):
				right++
				if x != plotTo {
					t.Errorf("%s: an arrow to the right at %v", name, x)
				}
			}
		}
		if left != of.left || right != of.right || pairs != of.n {
			t.Errorf("%s: %d arrows to the left, %d to the right, %d of pairs; want %d, %d, %d", name, left, right,
				pairs,
				of.left, of.right, of.n)
		}
	}
}

// The pairs stand in the order in which they were run, each where its own change is.
func TestPairsAreDots(t *testing.T) {
	f := improved()
	f.Primary.Before.Values = []float64{8, 8, 8, 8}
	f.Primary.After.Values = []float64{1, 4, 2, 8}
	p := one(t, f)
	if len(p.circles) != 4 {
		t.Fatalf("%v", p.circles)
	}
	for i := range 3 {
		if p.circles[i][1] >= p.circles[i+1][1] {
			t.Errorf("pair %d is not above the next: %v", i, p.circles)
		}
	}
	if left := p.circles; !(left[0][0] < left[2][0] && left[2][0] < left[1][0] && left[1][0] < left[3][0]) ||
		math.Abs((left[2][0]-left[0][0])-(left[3][0]-left[1][0])) > 0.2 {
		t.Errorf("not where logarithms are: %v", left)
	}
}

// A pair that others disturbed is a ring, wherever it lies.
func TestDisturbedPairsAreRings(t *testing.T) {
	f := improved()
	f.Group = "g"
	s := summary.Summary{Fixes: []summary.Fix{f}, Choices: []summary.Choice{{Group: "g", Blocks: []summary.Attempt{
		{Block: 3, Judged: true, Scored: true, Score: 0.3}, {Block: 4, Scored: true, Score: 0.3},
		{Block: 5, Judged: true, Scored: true, Score: 0.01},
	}}}}
	s.Run.Groups = []results.Group{{Name: "g"}}
	text := written(t, "svg", report.Input{Summary: s})
	parseSVG(t, text)
	circles := regexp.MustCompile(`<circle [^>]*class="([^"]*)"`).FindAllStringSubmatch(text, -1)
	for i, c := range circles {
		if want := i == 2; (c[1] == "dot ring") != want {
			t.Errorf("pair %d is a %q", i+1, c[1])
		}
	}
	if len(circles) != 8 {
		t.Errorf("%d pairs", len(circles))
	}
}

// Shares have an axis of their own, and so has each other figure that is no ratio.
func TestFiguresThatAreNoRatiosHaveTheirOwnAxis(t *testing.T) {
	in := input()
	in.Summary.Fixes = nil
	crashed := share("crashed", "", 0, 1, within(1, 0, 2))
	crashed.Unit = "count"
	for _, r := range []summary.Row{
		share("partial", results.Steady, 0.1, 0, within(-0.1, -0.11, -0.09)),
		ratio("p99", results.Steady, "ns", 2, 1, within(-0.5, -0.6, -0.4)),
		share("goodput", results.Steady, 0.1, 0, within(0.1, 0.09, 0.11)),
		ratio("p50", results.Steady, "ns", 2, 1, within(-0.5, -0.6, -0.4)), crashed,
	} {
		fix := results.Fix{Name: r.Name, Primary: r.Metric}
		in.Summary.Fixes = append(in.Summary.Fixes, summary.Fix{Fix: fix, Primary: r})
	}
	var axes []string
	for _, text := range parseSVG(t, written(t, "svg", in)).texts {
		if strings.HasPrefix(text.said, "change ") {
			axes = append(axes, text.said)
		}
	}
	want := "change in percentage points|change in % (log scale)|change of the number"
	if strings.Join(axes, "|") != want {
		t.Errorf("%q", axes)
	}
}

// Whatever the changes are, an axis has a few round numbers, no change among them, that do not run into each other.
func TestAxes(t *testing.T) {
	for seed := range uint64(400) {
		rng := rand.New(rand.NewPCG(seed, 2))
		f := improved()
		f.Primary.Before, f.Primary.After = summary.Side{}, summary.Side{}
		amount := func() float64 { return math.Pow(10, -5+10*rng.Float64()) }
		low, high := -amount(), amount()
		if f.Primary.Scale = stat.Difference; rng.IntN(2) == 0 {
			f.Primary.Scale, low = stat.Ratio, math.Expm1(low)
		}
		f.Primary.Change = within((low+high)/2, low, high)
		f.Primary.Change.Margin = 0
		var last float64
		seen, zero := 0, false
		for _, text := range one(t, f).texts {
			if text.class != "soft middle" {
				continue
			}
			if room := 3.2 * float64(utf8.RuneCountInString(text.said)); seen > 0 && text.x-last < 2*room {
				t.Errorf("seed %d, %v to %v: %q is %v after the one before", seed, low, high, text.said, text.x-last)
			}
			last = text.x
			zero = zero || text.said == "0"
			seen++
		}
		if seen < 2 || seen > 9 || !zero {
			t.Errorf("seed %d, %v to %v: %d numbers, no change among them: %v", seed, low, high, seen, zero)
		}
	}
}

func TestManyFixesAreNotAllDrawn(t *testing.T) {
	in := input()
	for i := range 500 {
		f := improved()
		f.Name = fmt.Sprint("fix-", i)
		in.Summary.Fixes = append(in.Summary.Fixes, f)
	}
	text := written(t, "svg", in)
	p := parseSVG(t, text)
	if len(p.rows) != 60 || !strings.Contains(p.all(), "and 446 more, in summary.json") || len(text) > 200_000 {
		t.Errorf("%d rows, %d bytes", len(p.rows), len(text))
	}
}

func TestManyAlarmsLeaveRoomForTheRows(t *testing.T) {
	in := input()
	in.Summary.Damaged = []summary.Damage{{File: "x", What: "y"}}
	for range 50 {
		warning := summary.Warning{What: strings.Repeat("long ", 100), Top: true}
		in.Summary.Warnings = append(in.Summary.Warnings, warning)
	}
	all := parseSVG(t, written(t, "svg", in)).all()
	for _, want := range []string{"! damaged: no verdict on any fix", "! 48 more warnings in summary.json"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in %s", want, all)
		}
	}
}

func TestAPictureOfNothing(t *testing.T) {
	p := parseSVG(t, written(t, "svg", report.Input{}))
	if p.titles[0] != "a run" || !strings.Contains(p.all(), "no fix was judged") || len(p.rows) != 0 {
		t.Error(p.all())
	}
}

// Names are text whatever they hold, and no longer than their column.
func TestNamesInAPictureAreText(t *testing.T) {
	for _, name := range []string{
		"</text><script>alert(1)</script>", `" onload="x`, "a]]>b", "&lt;", "\x00\x1b[31m", "\u202eabc",
		strings.Repeat("w", 5000), "\xff", "\ufffe", "",
	} {
		p := parseSVG(t, written(t, "svg", hostile(name, 0.5)))
		if strings.Contains(name, "script") && !strings.Contains(p.all(), "<script>") {
			t.Errorf("%q is not shown as it is: %s", name, p.all())
		}
	}
}
