package trends_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"aftershock/internal/golden"
	"aftershock/results"
	"aftershock/results/report/trends"
	"aftershock/results/stat"
	"aftershock/results/trend"
)

// sample is a history of 40 nights: a step of +10 % from the 25th night to the 34th, and a name that is markup.
func sample(t testing.TB) trends.Input {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 1))
	var h trend.History
	for day := range 40 {
		level := 0.0
		if day >= 24 && day < 34 {
			level = math.Log(1.1)
		}
		n := night(rng, day, level)
		if len(trend.Suspects(n)) > 0 {
			again := night(rng, day, level).Runs[0]
			again.Confirms, again.PlanDigest = true, "other"
			n.Runs = append(n.Runs, again)
		}
		name, _, err := n.Text()
		if err != nil {
			t.Fatal(err)
		}
		h.Nights = append(h.Nights, trend.Stored{File: name, Night: n})
	}
	at := time.Date(2026, 4, 10, 0, 0, 0, 0, time.UTC)
	return trends.Input{
		Folder: "aftershock-history", Trend: trend.Of(h, at),
		Problems: []error{errors.New("nights/README.md:1:1: not JSON\n  ours")},
	}
}

func night(rng *rand.Rand, day int, level float64) trend.Night {
	f := trend.Figure{
		Fix: "target", Metric: results.Metric{Name: "p99", Phase: "steady"}, Primary: true, Unit: "ns",
		Scale:  stat.Ratio,
		Better: stat.Lower, Margin: 0.05,
	}
	for pair := range 12 {
		before := 1e6 * math.Exp(0.03*rng.NormFloat64())
		f.Pairs, f.Before = append(f.Pairs, pair+1), append(f.Before, before)
		f.After = append(f.After, before*math.Exp(level+0.03*rng.NormFloat64()))
	}
	if err := f.Compare(); err != nil {
		panic(err)
	}
	start := time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC).AddDate(0, 0, day)
	return trend.Night{
		Schema: trend.Schema, Job: "collector", Started: start, Ended: start.Add(time.Hour),
		Policy:      trend.Policy{Margin: 0.05, Finds: 0.1, Digest: "0123"},
		Environment: results.Environment{CPU: "a processor", Cores: 2, Kernel: "6.1", Go: "go1.26.8", Etcd: "3.7.3"},
		Missed:      []trend.Missed{{Scenario: "<b>other</b>", Why: "no time was left"}},
		Runs: []trend.Run{{
			ID: "night", Scenario: "leader-churn", Seed: 1, Pairs: 12, PlanDigest: "plan", Bucket: "0123456789ab",
			Load: &trend.Load{Setting: "series", Value: 2400}, Baseline: "v1.0.0",
			Candidate: fmt.Sprintf("commit%d", day), Command: "aftershock run leader-churn", Figures: []trend.Figure{f},
		}},
	}
}

func TestViews(t *testing.T) {
	in := sample(t)
	for _, c := range []struct {
		file  string
		write func(*bytes.Buffer) error
	}{
		{"testdata/terminal.txt", func(b *bytes.Buffer) error { return trends.Terminal(b, in) }},
		{"testdata/history.md", func(b *bytes.Buffer) error { return trends.Markdown(b, in) }},
		{"testdata/night.md", func(b *bytes.Buffer) error { return trends.Night(b, in) }},
		{"testdata/page.svg", func(b *bytes.Buffer) error {
			var whole bytes.Buffer
			err := trends.HTML(&whole, in)
			_, picture, _ := strings.Cut(whole.String(), "<svg")
			picture, _, _ = strings.Cut(picture, "</svg>")
			b.WriteString("<svg" + picture + "</svg>\n")
			return err
		}},
	} {
		var b bytes.Buffer
		if err := c.write(&b); err != nil {
			t.Fatal(err)
		}
		golden.Compare(t, c.file, b.Bytes())
	}
}

// What comes from files is text, in every view.
func TestNamesAreNoMarkup(t *testing.T) {
	in := sample(t)
	in.Trend.Series[0].Key.Fix = "<script>alert(1)</script>|\x1b[31m"
	for name, write := range map[string]func(*bytes.Buffer) error{
		"terminal": func(b *bytes.Buffer) error { return trends.Terminal(b, in) },
		"md":       func(b *bytes.Buffer) error { return trends.Markdown(b, in) },
		"html":     func(b *bytes.Buffer) error { return trends.HTML(b, in) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		if name != "terminal" && strings.Contains(b.String(), "<script>alert") || strings.Contains(b.String(), "\x1b") {
			t.Errorf("%s holds markup from a file", name)
		}
	}
}

func TestAHistoryWithoutAFigure(t *testing.T) {
	in := trends.Input{Folder: "x", Trend: trend.Of(trend.History{}, time.Now())}
	for _, write := range []func(*bytes.Buffer) error{
		func(b *bytes.Buffer) error { return trends.Terminal(b, in) },
		func(b *bytes.Buffer) error { return trends.Markdown(b, in) },
		func(b *bytes.Buffer) error { return trends.Night(b, in) },
		func(b *bytes.Buffer) error { return trends.HTML(b, in) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil || b.Len() == 0 {
			t.Errorf("%v, %q", err, b.String())
		}
	}
}

func TestThePictureIsXML(t *testing.T) {
	var b bytes.Buffer
	if err := trends.HTML(&b, sample(t)); err != nil {
		t.Fatal(err)
	}
	_, picture, _ := strings.Cut(b.String(), "<svg")
	picture, _, _ = strings.Cut(picture, "</svg>")
	var root struct {
		XMLName xml.Name
	}
	if err := xml.Unmarshal([]byte("<svg"+picture+"</svg>"), &root); err != nil {
		t.Error(err)
	}
}
