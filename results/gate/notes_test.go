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

// alarmed is a null of which the run's summary says that its arms differ.
func alarmed() summary.Fix {
	f := instrument("null", 0, latency("steady", 1.8, 0.02))
	f.Verdict = stat.Regressed
	return f
}

// What casts doubt on every answer is noted, whatever the rules are about: a false alarm of the run, trials that no
// figure rests on, a calibration of something else.
func TestNotesWhateverIsAsked(t *testing.T) {
	good := fix("a", latency("trigger", 0.5, 0.05))
	lost := good
	lost.Pairs.Invalid = []summary.Invalid{
		{Pair: 3, Arm: results.After, Why: "fault e2: not recovered\ngoroutine 7"}, {Pair: 5, Arm: results.Before, Why: "late", Spoiled: true},
		{Pair: 5, Arm: "other-before", Why: "late", Spoiled: true}, {Pair: 6, Arm: results.After, Why: "late", Spoiled: true},
		{Pair: 7, Arm: results.After, Why: "interrupted", Interrupted: true},
		{Pair: 8, Arm: results.After, Why: "n1 holds another hash", Diverged: true},
	}
	missed := instrument("control", 0.5, build(1.2, 0.02))
	found, quiet := instrument("control", 0.5, build(1.5, 0.1)), instrument("null", 0, latency("steady", 1, 0.02))
	quiet.Verdict = stat.NoDifference
	for _, c := range []struct {
		name string
		run  summary.Summary
		want []string
	}{
		{"nothing", run(good, found, quiet), nil},
		{"identical arms differ", run(good, alarmed()),
			[]string{"null: an alarm between identical arms: regressed, p99 (steady), +80.0 % [+77.5, +82.5]"}},
		{"a known change is missed", run(good, missed),
			[]string{"control: the interval leaves out the change that is there, +50.0 %: inconclusive, build_p50 (steady), +20.0 % [+18.3, +21.7]"}},
		{"trials are left out", run(lost),
			[]string{
				"a: 1 trial with members that held different data at the end (0 before, 1 after), first in pair 8 after: n1 holds another hash",
				"a: 2 trials invalid by what the arm went through (0 before, 2 after), first in pair 3 after: fault e2: not recovered",
				"a: 3 trials spoiled by no arm's doing (1 before, 1 after, 1 other-before), first in pair 5 before: late",
			}},
		{"a calibration of another binary", func() summary.Summary {
			s := run(good)
			s.Run.Environment.Binary, s.Run.Calibration.Environment.Binary = "one", "other"
			return s
		}(), []string{"the calibration is not of what this run was made with: another binary"}},
	} {
		d, err := policy(t, "{rule: verdict, fix: a, is: improved}").Judge(c.run)
		if err != nil || d.Result != gate.Pass || !slices.Equal(d.Notes, c.want) {
			t.Errorf("%s: %s, %v\n%s\nwant\n%s", c.name, d.Result, err, strings.Join(d.Notes, "\n"), strings.Join(c.want, "\n"))
		}
	}
}
