package claims

import (
	"testing"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// A name with two meanings has the verdict of both; where they differ it says which is for which.
func TestClaimsAreSettledByMeaningAndByProbe(t *testing.T) {
	meaning := func(of string, v Verdict) Meaning { return Meaning{Of: of, Verdict: v, Tests: []string{"Test" + of}} }
	measured := []Probe{{Name: "share", Says: "all of it", Shows: true}, {Name: "none", Says: "nothing of it"},
		{Name: "broken", Says: "no profile", Failed: true}}
	for name, c := range map[string]struct {
		claim Claim
		want  Verdict
		why   string
	}{
		"two meanings": {Claim{Meanings: []Meaning{meaning("b", Fails), meaning("a", Holds),
			meaning("c", Fails)}}, Conditional, "holds for a; does not hold for b and c"},
		"which agree":       {Claim{Meanings: []Meaning{meaning("a", Fails), meaning("b", Fails)}}, Fails, ""},
		"a probe":           {Claim{Probe: "share"}, Holds, "all of it"},
		"that shows none":   {Claim{Probe: "none"}, Fails, "nothing of it"},
		"that was not made": {Claim{Probe: "other"}, Undecided, "the suite has not probed other"},
		"that failed":       {Claim{Probe: "broken"}, Undecided, "no profile"},
	} {
		if row := Judge([]Claim{c.claim}, Runs{Probes: measured})[0]; row.Verdict != c.want || row.Why != c.why {
			t.Errorf("%s: %s, %q", name, row.Verdict, row.Why)
		}
	}
	all := Claim{Tests: []string{"TestX"}, Meanings: []Meaning{meaning("a", Holds)}}.AllTests()
	if len(all) != 2 || all[1] != "Testa" {
		t.Errorf("tests %q", all)
	}
}

// What makes a figure worse is a claim that is true when the figure is, and that is what is expected of it.
func TestClaimsThatSomethingHarms(t *testing.T) {
	for v, want := range map[stat.Verdict]Verdict{stat.Regressed: Holds, stat.NoDifference: Fails,
		stat.Improved: Fails} {
		row := Judge([]Claim{{Rule: Harms, Fixes: []Evidence{{Fix: "a", Scenario: "s"}}}},
			Runs{Summaries: map[string]summary.Summary{"s": ran("a", v, 6)}})[0]
		if row.Verdict != want || row.Expected != Holds || HarmsIf.Expected() != Conditional {
			t.Errorf("%s: %s, expected %s", v, row.Verdict, row.Expected)
		}
	}
}

// harmed is a run whose before arm does worse in trouble than in calm, by a figure that its two arms share.
func harmed(v stat.Verdict) summary.Summary {
	s := ran("a", stat.Improved, 8)
	s.Fixes[0].Group, s.Fixes[0].Arms = "g", results.Arms{Before: "one", After: "two"}
	change := func(p float64, v stat.Verdict) *summary.Change {
		return &summary.Change{Pairs: 8, P: p, Alone: v, Verdict: stat.Inconclusive}
	}
	s.Within = []summary.Within{
		{Group: "g", Arm: "two", Rows: []summary.Row{{Metric: p99, Change: change(0.9, stat.NoDifference)}}},
		{Group: "g", Arm: "one", Rows: []summary.Row{{Metric: p99, Change: change(0.01, v)}}},
	}
	return s
}

// A claim about trouble is judged by the phases of one arm, whatever the repair does: its own primary metric among
// them. It costs nothing, because no repair is asked.
func TestClaimsAboutTroubleAreJudgedWithinAnArm(t *testing.T) {
	for name, c := range map[string]struct {
		found stat.Verdict
		arm   results.Arm
		want  Verdict
	}{
		"trouble harms":     {stat.Regressed, results.Before, Holds},
		"trouble does none": {stat.NoDifference, results.Before, Fails},
		"the repaired arm":  {stat.Regressed, results.After, Fails},
	} {
		s := harmed(c.found)
		s.Fixes[0].Guards = []results.Metric{{Name: "gone"}}
		e := Evidence{Fix: "a", Scenario: "s", Metric: p99, Within: c.arm}
		row := Judge([]Claim{{Rule: Harms, Fixes: []Evidence{e}}},
			Runs{Summaries: map[string]summary.Summary{"s": s}})[0]
		if o := row.Outcomes[0]; row.Verdict != c.want || o.Figure == nil || len(o.Unknown) > 0 ||
			o.Label(row.Outcomes) != "a within its arm "+string(c.arm) {
			t.Errorf("%s: %s, %+v", name, row.Verdict, o)
		}
	}
	row := Judge([]Claim{{Rule: Harms,
		Fixes: []Evidence{{Fix: "a", Scenario: "s", Metric: p99, Within: results.Before}}}},
		Runs{Summaries: map[string]summary.Summary{"s": ran("a", stat.Improved, 8)}})[0]
	if row.Verdict != Undecided || row.Why != "the run has no figure p99 (steady) within its arm before" {
		t.Errorf("without such a comparison: %s, %q", row.Verdict, row.Why)
	}
}

// The figure of an arm in trouble is one more of those that were declared, beside the same figure of the two arms.
func TestFiguresWithinAnArmAreCorrectedWithTheOthers(t *testing.T) {
	s := harmed(stat.Regressed)
	s.Fixes[0].Primary.Change.P = 0.004
	e := Evidence{Fix: "a", Scenario: "s", Metric: p99, Within: results.Before}
	row := Judge([]Claim{{Rule: Harms, Fixes: []Evidence{e, {Fix: "a", Scenario: "s"}}}},
		Runs{Summaries: map[string]summary.Summary{"s": s}})[0]
	if c := row.Outcomes[0].Figure.Change; c.Adjusted != 0.01 || c.Correction != stat.Holm ||
		s.Within[1].Rows[0].Change.Correction == stat.Holm {
		t.Errorf("adjusted %v by %q, want 0.01: the larger of two p-values", c.Adjusted, c.Correction)
	}
}
