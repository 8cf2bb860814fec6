package report_test

import (
	"bytes"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/report"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// compared is a whole run of one fix with these verdicts of its primary figure and of its guard.
func compared(primary, guard stat.Verdict) summary.Summary {
	const goodput = "goodput"
	row := func(phase string, v stat.Verdict) summary.Row {
		return summary.Row{
			Metric: results.Metric{Name: goodput, Phase: phase}, Unit: "share", Scale: stat.Difference,
			Before: summary.Side{Median: 0.99, Values: []float64{0.99}}, After: summary.Side{Median: 0.9,
				Values: []float64{0.9}},
			Change: &summary.Change{Value: -0.09, Low: -0.1, High: -0.08, Confidence: 0.95, Pairs: 6, Verdict: v},
		}
	}
	f := summary.Fix{Verdict: primary, Primary: row(results.InFault, primary)}
	f.Fix = results.Fix{Name: "a|b", Built: "before is v1, after v2",
		Primary: results.Metric{Name: goodput, Phase: results.InFault},
		Guards:  []results.Metric{{Name: goodput, Phase: results.Steady}}}
	f.Rows = []summary.Row{f.Primary, row(results.Steady, guard)}
	return summary.Summary{Run: results.Run{Name: "service", Status: results.Complete}, Fixes: []summary.Fix{f}}
}

func TestWhatAPullRequestIsTold(t *testing.T) {
	for _, c := range []struct {
		primary, guard stat.Verdict
		want           report.Finding
		says           bool
	}{
		{stat.Improved, stat.NoDifference, report.Better, true},
		{stat.Improved, stat.Regressed, report.Worse, true},
		{stat.Regressed, stat.NoDifference, report.Worse, true},
		{stat.NoDifference, stat.Inconclusive, report.Same, false},
		{stat.Inconclusive, stat.NoDifference, report.Untold, false},
		{stat.TooFewPairs, stat.NoDifference, report.Untold, false},
		{stat.Inconclusive, stat.Regressed, report.Worse, true},
	} {
		if got := report.Found(compared(c.primary, c.guard)); got != c.want || got.Significant() != c.says {
			t.Errorf("%v, guard %v: %s", c.primary, c.guard, got)
		}
	}
	partial := compared(stat.Improved, stat.NoDifference)
	partial.Run.Status = results.Partial
	damaged := compared(stat.Improved, stat.NoDifference)
	damaged.Damaged = []summary.Damage{{File: "x"}}
	for _, s := range []summary.Summary{partial, damaged, {}} {
		if got := report.Found(s); got != report.Untold {
			t.Errorf("a run that is not whole: %s", got)
		}
	}
}

func TestAComment(t *testing.T) {
	var text bytes.Buffer
	if err := report.Comment(&text, compared(stat.Improved, stat.Regressed), "main", "<b>"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"<!-- aftershock pr service -->\n### aftershock, service: worse\n", "main -> &lt;b&gt;",
		"| goodput fault | 99 % -&gt; 90 % | -9.0 points", "| improved |\n", "| goodput steady |", "| regressed |\n",
		"before is v1, after v2.",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the comment lacks %q:\n%s", want, &text)
		}
	}
}
