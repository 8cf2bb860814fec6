package gate_test

import (
	"slices"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/gate"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// lost is a whole fix of eight blocks of which the first have a trial that is invalid by what its arm went through.
func lost(before, after int) summary.Fix {
	left := 8 - max(before, after)
	f := everything("a")
	for i, r := range f.Rows {
		if r.Name != "invalid" && r.Name != "diverged" && left > 0 {
			f.Rows[i] = few(left, r.Better, r)
		}
	}
	if f.Primary = f.Rows[0]; left == 0 {
		f = noPair(f)
		f.Rows = []summary.Row{happened("invalid", 8, 0, 0), happened("diverged", 8, 0, 0)}
	}
	f.Pairs.Valid = left
	replace(&f, happened("invalid", 8, before, after))
	return f
}

// What an arm did to its trials is an outcome that the shipped policies bound: a fault that it did not recover from
// would otherwise take the pair with it, and the pairs that are left look well.
func TestWhatAnArmDidIsBounded(t *testing.T) {
	diverged := func(before, after int) summary.Fix {
		f := everything("a")
		replace(&f, happened("diverged", 8, before, after))
		return f
	}
	for _, c := range []struct {
		name string
		fix  summary.Fix
		want gate.Result
		says string
	}{
		{"nothing happened", everything("a"), gate.Pass, ""},
		{"two invalid after", lost(0, 2), gate.Fail, "1 in the worst of 8 trials after (pair 1)"},
		{"all invalid after", lost(0, 8), gate.Fail, "1 in the worst of 8 trials after (pair 1)"},
		{"two invalid before", lost(2, 0), gate.Invalid, "2 of 8 pairs have a trial that is invalid by what its arm went through"},
		{"all invalid before", lost(8, 0), gate.Invalid, "no valid pair"},
		{"diverged before", diverged(1, 0), gate.Fail, "1 in the worst of 8 trials before (pair 1)"},
		{"diverged after", diverged(0, 1), gate.Fail, "1 in the worst of 8 trials after (pair 1)"},
	} {
		s := run(c.fix)
		policies := []gate.Policy{gate.Default(s)}
		for _, name := range gate.Names() {
			p, err := gate.Shipped(name)
			if err != nil {
				t.Fatal(err)
			}
			policies = append(policies, p)
		}
		for _, p := range policies {
			d, err := p.Judge(s)
			said := slices.ContainsFunc(d.Answers, func(a gate.Answer) bool {
				return strings.Contains(a.Measured+" "+a.Why, c.says) && a.Result == c.want
			})
			if err != nil || d.Result != c.want || !said {
				t.Errorf("%s, %s: %s, %v, want %s: %s\n%+v", c.name, p.Name, d.Result, err, c.want, c.says, d.Answers)
			}
		}
	}
}

// A bound is a promise on every trial of an arm, and that of a pair that cannot be compared is one of them.
func TestABoundIsOnTrialsThatAreNotCompared(t *testing.T) {
	const rule = "{rule: bound, fix: a, metric: gap, phase: fault, at-most: 3s}"
	gap := results.Metric{Name: "gap", Phase: "fault"}
	with := func(alone float64, arm results.Arm) summary.Summary {
		f := fix("a", row("gap", "fault", "ns", stat.Lower, constant(1e9)[:7], constant(1e9)[:7]))
		beside := summary.Beside{Metric: gap, Unit: "ns"}
		of := &beside.After
		if arm == results.Before {
			of = &beside.Before
		}
		*of = summary.Side{Values: []float64{alone}, Pairs: []int{8}}
		f.Beside = []summary.Beside{beside}
		replace(&f, happened("invalid", 8, 1, 0))
		return run(f)
	}
	for _, c := range []asked{
		{name: "broken by it", rule: rule, run: with(9e9, results.After), want: gate.Fail, says: "9 s in the worst of 8 trials after (pair 8)"},
		{name: "kept", rule: rule, run: with(2e9, results.After), want: gate.Pass, says: "2 s in the worst of 8 trials after (pair 8)"},
		{name: "the other arm's", rule: rule, run: with(9e9, results.Before), want: gate.Invalid, says: "missing in 1 of 8 trials"},
		{name: "before", rule: strings.Replace(rule, "3s", "3s, arm: before", 1), run: with(9e9, results.Before), want: gate.Fail},
	} {
		c.check(t)
	}
	alone := with(9e9, results.After)
	alone.Fixes[0] = noPair(alone.Fixes[0])
	asked{name: "no valid pair, and broken", rule: rule, run: alone, want: gate.Fail}.check(t)
	alone = with(2e9, results.After)
	alone.Fixes[0] = noPair(alone.Fixes[0])
	asked{name: "no valid pair, and kept", rule: rule, run: alone, want: gate.Invalid, says: "no valid pair"}.check(t)
}

// A trigger comes from outside: a pair of which one arm never met it shows no change.
func TestATriggerFromOutsideIsMetInBothArms(t *testing.T) {
	f := fix("a", latency("trigger", 0.5, 0.05))
	const rule = "{rule: exercised, fix: a}"
	asked{name: "met", rule: rule, run: run(f), want: gate.Pass, says: "both trials of a pair"}.check(t)
	asked{name: "not met", rule: rule, run: run(notExercised(f)), want: gate.Invalid,
		says: "the trigger stayed 0 in a trial of every pair, and it is set from outside of both arms"}.check(t)
}
