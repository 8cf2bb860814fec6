package report_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/report"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// columns gives the cells of the only row that Detail writes for a row.
func columns(t *testing.T, r summary.Row) (metric, phase, sides, change, beyond string) {
	t.Helper()
	var text bytes.Buffer
	err := report.Detail(&text, summary.Summary{Fixes: []summary.Fix{{Rows: []summary.Row{r}}}})
	lines := strings.Split(strings.TrimSpace(text.String()), "\n")
	cells := regexp.MustCompile(` {2,}`).Split(strings.TrimSpace(lines[len(lines)-1]), -1)
	if err != nil || len(cells) != 12 {
		t.Fatalf("%v:\n%s", err, text.String())
	}
	return cells[0], cells[1], cells[2], cells[3], cells[10]
}

// Each in the unit that suits it; how it is written is for internal/units to test.
func TestValues(t *testing.T) {
	for _, c := range []struct {
		value float64
		unit  string
		want  string
	}{
		{1_152_000, "ns", "1.15 ms"}, {0.5, "share", "50 %"}, {4321.4, "1/s", "4321/s"}, {1.204, "s", "1.20 s"}, {12, "count", "12"},
	} {
		r := ratio("p99", results.Steady, c.unit, c.value, c.value, nil)
		if _, _, got, _, _ := columns(t, r); got != c.want+" -> "+c.want {
			t.Errorf("%v in %s: %s, want %s", c.value, c.unit, got, c.want)
		}
	}
}

func TestSides(t *testing.T) {
	for _, c := range []struct {
		before, after summary.Side
		want          string
	}{
		{side(2e6), side(1e6), "2 ms -> 1 ms"},
		{summary.Side{}, side(1e6), "- -> 1 ms"},
		{summary.Side{Median: 1e9, Values: []float64{1e9}, AtLeast: true}, side(1e6), ">=1 s -> 1 ms"},
		{side(1e6), summary.Side{Median: 1e9, Values: []float64{1e9}, AtLeast: true}, "1 ms -> >=1 s"},
	} {
		r := ratio("p99", results.Steady, "ns", 0, 0, nil)
		r.Before, r.After = c.before, c.after
		if _, _, got, _, _ := columns(t, r); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

func TestChanges(t *testing.T) {
	half := summary.Change{Value: 0.5, Low: 0.25, High: 0.754, Confidence: 0.95, Method: stat.Wilcoxon}
	few := half
	few.Method = stat.StudentT
	one := summary.Change{Value: -0.1, Method: stat.NoInterval}
	for _, c := range []struct {
		unit   string
		scale  stat.Scale
		change *summary.Change
		want   string
	}{
		{"ns", stat.Ratio, nil, "not compared"},
		{"ns", stat.Ratio, &half, "+50.0 % [+25.0, +75.4]"},
		{"ns", stat.Ratio, &few, "+50.0 % [+25.0, +75.4] parametric"},
		{"ns", stat.Ratio, &one, "-10.0 % (no interval)"},
		{"share", stat.Difference, &half, "+50.0 points [+25.0, +75.4]"},
		{"share", stat.Difference, &one, "-10.0 points (no interval)"},
		{"count", stat.Difference, &half, "+0.5 [+0.25, +0.754]"},
	} {
		r := ratio("p99", results.Steady, c.unit, 1, 1, c.change)
		r.Scale = c.scale
		if _, _, _, got, _ := columns(t, r); got != c.want {
			t.Errorf("%+v in %s on the %s scale: %s, want %s", c.change, c.unit, c.scale, got, c.want)
		}
	}
}

func TestNamesAndPhases(t *testing.T) {
	for _, c := range []struct {
		metric      results.Metric
		name, phase string
	}{
		{metric: results.Metric{Name: "p50", Phase: "steady"}, name: "P50", phase: "steady"},
		{metric: results.Metric{Name: "p99", Phase: "trigger"}, name: "P99", phase: "trigger"},
		{metric: results.Metric{Name: "p999", Phase: "fault"}, name: "P99.9", phase: "fault"},
		{metric: results.Metric{Name: "publish_goodput", Phase: "steady"}, name: "publish goodput", phase: "steady"},
		{metric: results.Metric{Name: "partial"}, name: "partial", phase: "trial"},
	} {
		r := ratio("", "", "ns", 1, 1, nil)
		r.Metric = c.metric
		if name, phase, _, _, _ := columns(t, r); name != c.name || phase != c.phase {
			t.Errorf("%v: %s in %s, want %s in %s", c.metric, name, phase, c.name, c.phase)
		}
	}
}

// The fewest samples beyond a quantile in any trial of either arm.
func TestBeyond(t *testing.T) {
	for _, c := range []struct {
		before, after int
		want          string
	}{{0, 0, "-"}, {24, 22, "22"}, {20, 500, "20"}} {
		r := ratio("p99", results.Steady, "ns", 1, 1, nil)
		r.Before.Beyond, r.After.Beyond = c.before, c.after
		if _, _, _, _, got := columns(t, r); got != c.want {
			t.Errorf("%d and %d: %s, want %s", c.before, c.after, got, c.want)
		}
	}
}

// A figure of the whole trial may be the primary one, and names no phase.
func TestPrimaryOfTheTrial(t *testing.T) {
	r := ratio("cpu_workload", "", "s", 1, 2, nil)
	f := summary.Fix{Fix: results.Fix{Name: "thrifty", Primary: r.Metric}, Primary: r}
	var line, table bytes.Buffer
	if err := report.FixLine(&line, f); err != nil {
		t.Fatal(err)
	}
	if err := report.Terminal(&table, summary.Summary{Fixes: []summary.Fix{f}}, "x"); err != nil {
		t.Fatal(err)
	}
	for got, want := range map[string]string{
		line.String():  "cpu workload (trial) 1.00 s -> 2.00 s",
		table.String(): "cpu workload trial  1.00 s -> 2.00 s",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}
