package claims

import (
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// A figure that a claim names was declared before the run. It is corrected with the others so declared, and not with
// everything that the run has measured beside it.
func TestFiguresThatClaimsNameAreAFamily(t *testing.T) {
	capacity := results.Metric{Name: "capacity", Phase: results.CapacityTrigger}
	fix := func(name string, primary, named float64, alone stat.Verdict) summary.Fix {
		f := ran(name, stat.Improved, 8).Fixes[0]
		f.Primary.Change.P = primary
		f.Rows = append(f.Rows, summary.Row{Metric: capacity, Change: &summary.Change{
			Pairs: 8, P: named, Alone: alone, Adjusted: 0.9, Correction: stat.BenjaminiYekutieli, Verdict: stat.Inconclusive,
		}})
		return f
	}
	by := func(names ...string) (all []Evidence) {
		for _, name := range names {
			all = append(all, Evidence{Fix: name, Scenario: "s", Metric: capacity})
		}
		return all
	}
	const least = 0.0078125 // of eight pairs
	for name, c := range map[string]struct {
		fixes    []summary.Fix
		named    []Evidence
		want     Verdict
		adjusted float64
		why      string
	}{
		"with the primary": {[]summary.Fix{fix("a", least, least, stat.Improved)}, by("a"), Holds, 2 * least, ""},
		"with those of all fixes, and each once": {[]summary.Fix{fix("a", least, least, stat.Improved), fix("b", least, least, stat.Improved)},
			append(by("a", "b"), by("a")...), Holds, 4 * least, ""},
		"the last of them":  {[]summary.Fix{fix("a", least, 0.03, stat.Improved), fix("b", least, least, stat.Improved)}, by("a"), Holds, 0.03, ""},
		"one that is worse": {[]summary.Fix{fix("a", least, least, stat.Regressed)}, by("a"), Fails, 2 * least, ""},
		"too many": {[]summary.Fix{fix("a", 1, 0.03, stat.Improved)}, by("a"), Undecided, 0.06,
			"improved by itself (p = 0.03), but not once the figures that claims name in this run are corrected together with the primary metrics of its fixes (p = 0.06 by Holm)"},
		"alike": {[]summary.Fix{fix("a", 1, 1, stat.NoDifference)}, by("a"), Fails, 1, ""},
		"cannot be said": {[]summary.Fix{fix("a", least, 0.5, stat.Inconclusive)}, by("a"), Undecided, 0.5,
			"the interval is too wide to tell a change from none"},
	} {
		runs := Runs{Summaries: map[string]summary.Summary{"s": {Fixes: c.fixes}}}
		row := Judge([]Claim{{Name: "c", Fixes: c.named, Rule: Stands}, {Name: "by its primary", Fixes: []Evidence{{Fix: "a", Scenario: "s", Metric: p99}}}}, runs)[0]
		o := row.Outcomes[0]
		if row.Verdict != c.want || row.Why != c.why && !strings.HasSuffix(row.Why, ": "+c.why) {
			t.Errorf("%s: %s, %q; want %s, %q", name, row.Verdict, row.Why, c.want, c.why)
		}
		if o.Figure.Change.Adjusted != c.adjusted || o.Figure.Change.Correction != stat.Holm {
			t.Errorf("%s: p %v by %s, want %v", name, o.Figure.Change.Adjusted, o.Figure.Change.Correction, c.adjusted)
		}
		if own, _ := c.fixes[0].Row(capacity); own.Change.Adjusted != 0.9 {
			t.Errorf("%s: the summary's own row is changed: %+v", name, own.Change)
		}
	}
	cut := fix("a", least, 0.5, stat.Inconclusive)
	cut.Rows[len(cut.Rows)-1].Change.Open = stat.OpenHigh
	runs := Runs{Summaries: map[string]summary.Summary{"s": {Fixes: []summary.Fix{cut}}}}
	row := Judge([]Claim{{Fixes: by("a"), Rule: Stands}}, runs)[0]
	if row.Verdict != Undecided || !strings.Contains(row.Why, "some values are bounds") {
		t.Errorf("bounds that show nothing: %s, %q", row.Verdict, row.Why)
	}
	silent := fix("a", least, least, stat.Improved)
	silent.Rows = silent.Rows[:2]
	if row := Judge([]Claim{{Fixes: by("a"), Rule: Stands}}, Runs{Summaries: map[string]summary.Summary{"s": {Fixes: []summary.Fix{silent}}}})[0]; row.Verdict != Undecided {
		t.Errorf("a figure that there is not: %+v", row)
	}
}
