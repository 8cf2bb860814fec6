package claims

import (
	"encoding/json"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

var p99 = results.Metric{Name: "p99", Phase: results.Steady}

// ran is a summary of one fix with a verdict from so many pairs.
func ran(name string, v stat.Verdict, n int) summary.Summary {
	primary := summary.Row{Metric: p99, Unit: "ns", Change: &summary.Change{Value: -0.5, Low: -0.6, High: -0.4, Pairs: n, Alone: v, Verdict: v}}
	count := results.Metric{Name: "half_built"}
	f := summary.Fix{
		Fix: results.Fix{Name: name, Primary: p99}, Verdict: v, Primary: primary, Pairs: summary.Pairs{Planned: n, Valid: n},
		Rows: []summary.Row{primary, {Metric: count, Change: &summary.Change{Pairs: n, Alone: stat.NoDifference, Verdict: stat.NoDifference}}},
	}
	switch v {
	case stat.NotExercised:
		f.Pairs.NotExercised, f.Why = n, "the trigger stayed 0"
	case stat.Inconclusive:
		f.Why = "the interval is wide"
	case stat.TooFewPairs:
		f.Why = "it takes 6 pairs"
	default:
	}
	return summary.Summary{
		Run: results.Run{Scenario: json.RawMessage(`{"workload":{"series":1000}}`)}, Fixes: []summary.Fix{f},
	}
}

func without(s summary.Summary, change func(*summary.Fix)) summary.Summary {
	change(&s.Fixes[0])
	return s
}

// damaged is a summary of a run that lost a file of some fixes, or of all.
func damaged(s summary.Summary, fixes ...string) summary.Summary {
	s.Damaged = []summary.Damage{{File: "trials/a/01-after/ops.bin", What: "is missing", Fixes: fixes}}
	return s
}

func TestVerdictsOfClaims(t *testing.T) {
	type runs = map[string]summary.Summary
	one := []Evidence{{Fix: "a", Scenario: "s"}}
	two := []Evidence{{Fix: "a", Scenario: "s"}, {Fix: "b", Scenario: "r"}}
	needy := []Evidence{{Fix: "a", Scenario: "s", Needs: "probe"}}
	absent, present := []Probe{{Name: "probe", Says: "Err() is cheap"}}, []Probe{{Name: "probe", Shows: true}}
	for name, c := range map[string]struct {
		fixes  []Evidence
		rule   Rule
		runs   runs
		probes []Probe
		want   Verdict
		why    string
	}{
		"improved":              {one, Stands, runs{"s": ran("a", stat.Improved, 6)}, nil, Holds, ""},
		"improved, conditional": {one, StandsIf, runs{"s": ran("a", stat.Improved, 6)}, nil, Conditional, ""},
		"improved, refuted":     {one, Refuted, runs{"s": ran("a", stat.Improved, 6)}, nil, Fails, ""},
		"advice that is good":   {one, AdviceIf, runs{"s": ran("a", stat.NoDifference, 6)}, nil, Holds, ""},
		"advice that is not":    {one, AdviceIf, runs{"s": ran("a", stat.Improved, 6)}, nil, Conditional, ""},
		"says nothing":          {one, Rule{Improved: Conditional, Regressed: Fails, Why: "nothing crashed"}, runs{"s": ran("a", stat.NoDifference, 6)}, nil, Undecided, "no difference: nothing crashed"},
		"no difference":         {one, Stands, runs{"s": ran("a", stat.NoDifference, 6)}, nil, Fails, ""},
		"the advice was right":  {one, Refuted, runs{"s": ran("a", stat.Regressed, 6)}, nil, Holds, ""},
		"regressed":             {one, StandsIf, runs{"s": ran("a", stat.Regressed, 6)}, nil, Fails, ""},
		"inconclusive":          {one, Stands, runs{"s": ran("a", stat.Inconclusive, 6)}, nil, Undecided, "the interval is wide"},
		"not exercised":         {one, Stands, runs{"s": ran("a", stat.NotExercised, 6)}, nil, Undecided, "not exercised: the trigger stayed 0"},
		"one pair":              {one, Stands, runs{"s": ran("a", stat.TooFewPairs, 1)}, nil, Undecided, "it takes 6 pairs"},
		"no pair":               {one, Stands, runs{"s": ran("a", stat.Inconclusive, 0)}, nil, Undecided, "no pair can be judged"},
		"a harness that was stopped": {one, Stands, runs{"s": without(ran("a", stat.Inconclusive, 0), func(f *summary.Fix) {
			f.Pairs.Invalid = []summary.Invalid{{Why: "interrupted", Interrupted: true}, {Why: "standstill: the machine was suspended for 3s"}}
		})}, nil, Undecided, "no pair can be judged: the harness stood still"},
		"a fault that failed": {one, Stands, runs{"s": without(ran("a", stat.Inconclusive, 0), func(f *summary.Fix) {
			f.Pairs.Invalid = []summary.Invalid{{Why: "standstill: event e1 was injected or healed 3s later than planned"}, {Why: "event e2: not injected\nmore"}}
		})}, nil, Undecided, "no pair can be judged: event e2: not injected"},
		"damaged": {one, Stands, runs{"s": damaged(ran("a", stat.Improved, 6), "a")}, nil, Undecided,
			"damaged: trials/a/01-after/ops.bin: is missing"},
		"damaged elsewhere": {one, Stands, runs{"s": damaged(ran("a", stat.Improved, 6), "b")}, nil, Holds, ""},
		"damaged all over":  {one, Refuted, runs{"s": damaged(ran("a", stat.Improved, 6))}, nil, Undecided, "damaged: trials/a/01-after"},
		"no figure": {one, Stands, runs{"s": without(ran("a", stat.Inconclusive, 6), func(f *summary.Fix) {
			f.Primary.Change, f.Primary.Note = nil, "censored"
		})}, nil, Undecided, "censored"},
		"no run":           {one, Stands, nil, nil, Undecided, "the boot failed"},
		"no such fix":      {one, Stands, runs{"s": ran("b", stat.Improved, 6)}, nil, Undecided, "the run of s does not have the fix"},
		"both":             {two, Stands, runs{"s": ran("a", stat.Improved, 6), "r": ran("b", stat.Improved, 6)}, nil, Holds, ""},
		"one of two":       {two, Stands, runs{"s": ran("a", stat.Improved, 6), "r": ran("b", stat.Regressed, 6)}, nil, Conditional, "holds by a; does not hold by b"},
		"one is undecided": {two, Stands, runs{"s": ran("a", stat.Improved, 6), "r": ran("b", stat.TooFewPairs, 2)}, nil, Undecided, "b: it takes 6 pairs"},
		"neither":          {two, Stands, runs{"s": ran("a", stat.TooFewPairs, 2), "r": ran("b", stat.TooFewPairs, 2)}, nil, Undecided, "a, b: it takes 6 pairs"},
		"not on this Go":   {needy, Stands, runs{"s": ran("a", stat.NoDifference, 6)}, absent, NotHere, "Err() is cheap"},
		"on this Go":       {needy, Stands, runs{"s": ran("a", stat.NoDifference, 6)}, present, Fails, ""},
		"elsewhere on it":  {append(needy, two[1]), Stands, runs{"s": ran("a", stat.NoDifference, 6), "r": ran("b", stat.Improved, 6)}, absent, Holds, ""},
		"another, few pairs": {[]Evidence{{Fix: "a", Scenario: "s", Metric: results.Metric{Name: "half_built"}}}, Stands, runs{"s": ran("a", stat.Improved, 6)},
			nil, Undecided, "6 pairs are too few: the 2 figures that claims name in this run and the primary metrics of its fixes are corrected together, and that takes 7"},
		"another figure":      {[]Evidence{{Fix: "a", Scenario: "s", Metric: results.Metric{Name: "half_built"}}}, Stands, runs{"s": ran("a", stat.Improved, 7)}, nil, Fails, ""},
		"no such figure":      {[]Evidence{{Fix: "a", Scenario: "s", Metric: results.Metric{Name: "nothing"}}}, Stands, runs{"s": ran("a", stat.Improved, 6)}, nil, Undecided, "the run has no figure nothing"},
		"another, not met":    {[]Evidence{{Fix: "a", Scenario: "s", Metric: results.Metric{Name: "half_built"}}}, Stands, runs{"s": ran("a", stat.NotExercised, 6)}, nil, Undecided, "not exercised: the trigger stayed 0"},
		"settled by a test":   {nil, Rule{}, nil, nil, Fails, ""},
		"two read shares":     {[]Evidence{{Fix: "a", Scenario: "s"}, {Fix: "a", Scenario: "r"}}, Stands, runs{"s": ran("a", stat.Improved, 6), "r": ran("a", stat.Regressed, 6)}, nil, Conditional, "holds by a in s; does not hold by a in r"},
		"nothing is believed": {one, Stands, runs{"s": {}}, nil, Undecided, "does not have the fix"},
	} {
		t.Run(name, func(t *testing.T) {
			claim := Claim{Name: "c", Fixes: c.fixes, Rule: c.rule}
			if c.fixes == nil {
				claim.Settled = c.want
			}
			missing := map[string]string{}
			if c.runs == nil {
				missing["s"] = "the boot failed"
			}
			rows := Judge([]Claim{claim}, Runs{Summaries: c.runs, Missing: missing, Probes: c.probes})
			if got := rows[0]; got.Verdict != c.want || !strings.HasPrefix(got.Why, c.why) && !strings.HasSuffix(got.Why, c.why) {
				t.Errorf("%s: %q, want %s: %q", got.Verdict, got.Why, c.want, c.why)
			}
		})
	}
}

// What a repair costs is carried along, and so is the number by which a figure is multiplied.
func TestOutcomesCarryCostsAndFactors(t *testing.T) {
	s := ran("a", stat.Improved, 6)
	guard := results.Metric{Name: "heap_end"}
	s.Fixes[0].Guards = []results.Metric{guard, p99, {Name: "gone"}}
	s.Fixes[0].Price = results.Price{Metric: guard, Says: "it keeps more"}
	long := summary.Row{Metric: results.Metric{Name: "p99_9"}, Note: "a quantile reached the time-out"}
	s.Fixes[0].Guards = append(s.Fixes[0].Guards, long.Metric)
	s.Fixes[0].Rows = append(s.Fixes[0].Rows, summary.Row{Metric: guard, Change: &summary.Change{Alone: stat.Regressed}}, long)
	rows := Judge([]Claim{{Rule: Stands, Fixes: []Evidence{{Fix: "a", Scenario: "s", Times: "series"}, {Fix: "a", Scenario: "s", Times: "none"}}}},
		Runs{Summaries: map[string]summary.Summary{"s": s}})
	first, second := rows[0].Outcomes[0], rows[0].Outcomes[1]
	if first.Factor != 1000 || second.Factor != 1 {
		t.Errorf("factors %v and %v", first.Factor, second.Factor)
	}
	if first.Price != s.Fixes[0].Price || first.Paid == nil || first.Paid.Metric != guard {
		t.Errorf("the price is %+v, paid %+v", first.Price, first.Paid)
	}
	if len(first.Worse) != 1 || first.Worse[0].Metric != guard {
		t.Errorf("worse: %v", first.Worse)
	}
	if len(first.Unknown) != 2 || first.Unknown[0].Name != "gone" || first.Unknown[1].Note != long.Note {
		t.Errorf("unknown: %v", first.Unknown)
	}
	s.Fixes[0].Pairs.Valid = 0
	rows = Judge([]Claim{{Rule: Stands, Fixes: []Evidence{{Fix: "a", Scenario: "s"}}}}, Runs{Summaries: map[string]summary.Summary{"s": s}})
	if o := rows[0].Outcomes[0]; len(o.Unknown) > 0 {
		t.Errorf("without a pair, unknown: %v", o.Unknown)
	}
}

// A reader is told which verdict the claim's truth goes with, and when a run behind the verdict is not whole.
func TestRowsSayWhatWasExpectedAndWhatIsPartial(t *testing.T) {
	one := []Evidence{{Fix: "a", Scenario: "s"}}
	silent := Rule{NoDifference: Fails, Regressed: Fails, Why: "better is not good"}
	for name, c := range map[string]struct {
		claim Claim
		want  Verdict
	}{
		"a rule":               {Claim{Fixes: one, Rule: StandsIf}, Conditional},
		"advice":               {Claim{Fixes: one, Rule: Refuted}, Fails},
		"better says nothing":  {Claim{Fixes: one, Rule: silent}, Fails},
		"a test that fails it": {Claim{Settled: Fails}, Fails},
	} {
		runs := Runs{Summaries: map[string]summary.Summary{"s": ran("a", stat.Improved, 6)}, Missing: map[string]string{"s": "the run is partial"}}
		row := Judge([]Claim{c.claim}, runs)[0]
		if row.Expected != c.want || row.Partial != (len(c.claim.Fixes) > 0) {
			t.Errorf("%s: expected %s, want %s; partial %v", name, row.Expected, c.want, row.Partial)
		}
		runs.Missing["s"] = ""
		if Judge([]Claim{c.claim}, runs)[0].Partial {
			t.Errorf("%s: a whole run is partial", name)
		}
	}
	if row := Judge([]Claim{{Fixes: one, Rule: Stands}}, Runs{Missing: map[string]string{"s": "no quorum"}})[0]; row.Partial {
		t.Error("a run that was never made is partial")
	}
}

func TestVerdictsAreWrittenAndRead(t *testing.T) {
	for v := Undecided; v <= NotHere; v++ {
		text, err := v.MarshalText()
		var again Verdict
		if err != nil || again.UnmarshalText(text) != nil || again != v {
			t.Errorf("%v is written as %q and read as %v, %v", v, text, again, err)
		}
	}
	v := Holds
	if err := v.UnmarshalText([]byte("true")); err == nil || v != Holds {
		t.Errorf("%v, %v", v, err)
	}
	if _, err := Verdict(9).MarshalText(); err == nil || Verdict(9).String() != "Verdict(9)" {
		t.Error("9 is a verdict")
	}
}
