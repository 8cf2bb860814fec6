package summary_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/summary"
)

var (
	goodput = results.Metric{Name: "goodput", Phase: results.UnderTrigger}
	steady  = results.Metric{Name: "p50", Phase: results.Steady}
)

func TestWarnings(t *testing.T) {
	slow.Reads(t)
	leftOut := func(trials string, before, after int) summary.Warning {
		return summary.Warning{
			What:   fmt.Sprintf("repair: %s left out (%d before, %d after): no figure rests on them", trials, before, after),
			Remedy: "the reasons are listed with the fix; the figures invalid and diverged count those that an arm is to blame for",
			Top:    true,
		}
	}
	worse := func(guard string) summary.Warning {
		return summary.Warning{
			What:   "repair: the guard " + guard + " is worse after",
			Remedy: "a fix must not win by doing less: look at what it gave up",
		}
	}
	partialRun := func(why string) summary.Warning {
		return summary.Warning{What: "the run is partial: " + why, Remedy: "resume it: --resume", Partial: true}
	}
	for _, c := range []struct {
		name   string
		guards []results.Metric
		write  func(*world)
		want   []summary.Warning
	}{
		{"nothing to warn of", []results.Metric{goodput, steady}, func(w *world) { w.pairs(0.5) }, nil},
		{"partial, as it says", nil, func(w *world) {
			w.run.Status, w.run.Why = results.Partial, "interrupted"
			w.pairs(0.5)
		}, []summary.Warning{partialRun("interrupted")}},
		{"members in the orchestrator", nil, func(w *world) {
			w.run.Cluster = "embedded"
			w.pairs(0.5)
		}, []summary.Warning{{
			What:   "the members ran in the orchestrator's process and share its garbage collector and processors",
			Remedy: "do not quote its figures; use --cluster processes",
		}}},
		{"a CPU quota", nil, func(w *world) {
			w.run.Environment.Cores, w.run.Environment.Allowed = 2, 0.5
			w.run.Calibration.Environment = w.run.Environment
			w.pairs(0.5)
		}, []summary.Warning{{
			What: "the control group allows 0.5 of 2 cores: whenever they are used up, all processes of a trial stand still " +
				"for the rest of the period",
			Remedy: "run without a CPU limit (docker --cpus, limits.cpu of Kubernetes, CPUQuota of systemd), or on a machine that has what is measured",
		}}},
		{"external cluster", nil, func(w *world) {
			w.run.Cluster, w.run.External = results.External, &results.Attached{}
			w.pairs(0.5)
		}, []summary.Warning{
			{
				What: "all trials ran on one external cluster, not each on a new one: a trial met what earlier " +
					"trials left in its history, and what other clients did to it meanwhile",
				Remedy: "compare the verdict with one of --cluster processes",
			},
			{
				What: "who leads was asked every 20 ms and not read from raft's log: moments of elections are late by up to that, and " +
					"shorter leaderless windows were not seen",
				Remedy: "do not quote its election times",
			},
		}},
		{"one invalid trial more", nil, func(w *world) {
			w.pairs(0.5)
			w.trial(9, results.Before, invalid("steal"))
			w.trial(9, results.After, invalid("steal"), again(1))
			w.trial(9, results.After, invalid("steal"), again(2))
		}, []summary.Warning{leftOut("3 trials", 1, 2)}},
		{"five invalid trials after, as one in sixteen times", nil, func(w *world) {
			w.pairs(0.5)
			for attempt := range 5 {
				w.trial(9, results.After, invalid("worker"), again(attempt))
			}
		}, []summary.Warning{leftOut("5 trials", 0, 5)}},
		{"six, as one in thirty-two times", nil, func(w *world) {
			w.pairs(0.5)
			for attempt := range 6 {
				w.trial(9, results.After, invalid("worker"), again(attempt))
			}
		}, []summary.Warning{leftOut("6 trials", 0, 6), {
			What:   "repair: spoiled trials are unevenly spread: 0 before, 6 after (p 0.031 by chance)",
			Remedy: "read why in the trials' trial.json: an arm that breaks the harness biases what is left",
		}}},
		{"six that are an outcome of the arm", nil, func(w *world) {
			w.pairs(0.5)
			for attempt := range 6 {
				w.trial(9, results.Before, failed("not recovered"), again(attempt))
			}
		}, []summary.Warning{leftOut("6 trials", 6, 0), {
			What:   "repair: invalid trials are unevenly spread: 6 before, 0 after (p 0.031 by chance)",
			Remedy: "that is an outcome of the arm: read why in the trials' trial.json",
		}}},
		{"interrupted before three times", nil, func(w *world) {
			w.pairs(0.5)
			for attempt := range 3 {
				w.trial(9, results.Before, interrupted, again(attempt))
			}
		}, nil},
		{"one after the other", nil, func(w *world) {
			w.run.Pairs = 16
			for i := range w.run.Pairs {
				w.pair(i+1, slower(results.UnderTrigger, 0.5+0.002*float64(i)))
			}
		}, []summary.Warning{{
			What:   "repair: pairs that follow one another are not independent (autocorrelation 0.81): the interval may be too narrow",
			Remedy: "look at the values in the order of the run for what changed meanwhile, and run it again with another seed",
		}}},
		{"now one, now the other", nil, func(w *world) {
			for i := range noise {
				w.pair(i+1, slower(results.UnderTrigger, 0.5+0.01*float64(i%2)))
			}
		}, []summary.Warning{{
			What:   "repair: pairs that follow one another are not independent (autocorrelation -0.88): the interval may be too wide",
			Remedy: "look at the values in the order of the run for what changed meanwhile, and run it again with another seed",
		}}},
		{"alternating, of five pairs", nil, func(w *world) {
			w.run.Pairs = 5
			for i := range noise[:5] {
				w.pair(i+1, slower(results.UnderTrigger, 0.5+0.01*float64(i%2)))
			}
		}, nil},
		{"blind", nil, func(w *world) {
			for i, factor := range []float64{1, 1.2, 0.8, 1, 1.2, 0.8, 0.8, 1} {
				w.pair(i+1, slower(results.UnderTrigger, factor))
			}
		}, []summary.Warning{{
			What: "repair: so many pairs, as noisy as these, could only have found changes for the better from -20 % on " +
				"(margin 10 %)",
			Remedy: "more pairs, or a quieter machine",
		}}},
		{"by width", nil, func(w *world) {
			w.run.Stop = &results.Stop{Width: 0.1, MaxPairs: 8, MaxTime: time.Hour}
			w.pairs(0.5)
		}, []summary.Warning{{
			What:   "pairs were added until the interval was narrow: in simulations that finds a change between identical arms in up to 7 % of runs instead of 5 % (docs/statistics.md)",
			Remedy: "fix the number of pairs where 5 % has to hold: --pairs",
		}}},
		{"fewer pairs than planned", nil, func(w *world) {
			w.run.Pairs = 10
			w.pairs(0.5)
		}, []summary.Warning{{What: "repair: 8 of 10 planned pairs can be judged"}}},
		{"not exercised", nil, func(w *world) {
			w.pairs(0.5)
			w.trial(9, results.Before, fired(0))
			w.trial(9, results.After)
		}, []summary.Warning{{What: "repair: in 1 valid pair an arm was not exercised, which is left out"}}},
		{"wins by failing", []results.Metric{goodput, steady}, func(w *world) {
			w.pairs(0.5, become(results.UnderTrigger, 90, refused))
		}, []summary.Warning{worse("goodput (trigger)")}},
		{"wins by leaving out", []results.Metric{{Name: "partial"}}, func(w *world) {
			w.pairs(0.5, become(results.Steady, 90, partial))
		}, []summary.Warning{worse("partial")}},
		{"a guard that gained", []results.Metric{steady}, func(w *world) {
			w.pairs(0.5, slower(results.Steady, 0.5))
		}, nil},
		{"a guard within the margin", []results.Metric{steady}, func(w *world) {
			w.pairs(0.5, slower(results.Steady, 1.05))
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			fix := repair
			fix.Guards = c.guards
			w := newWorld(t, fix)
			c.write(w)
			if got := w.compute().Warnings; !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// What is wrong with the whole run comes first, then fix by fix in the run's order.
func TestWarningsOfTwoFixes(t *testing.T) {
	w := newWorld(t, repair)
	other := repair
	other.Name = "other"
	w.run.Fixes = append(w.run.Fixes, other)
	w.run.Status, w.run.Why = results.Partial, "interrupted"
	w.trial(1, results.Before)
	s := w.compute()
	var got []string
	for _, warning := range s.Warnings {
		got = append(got, warning.What)
	}
	want := []string{
		"the run is partial: interrupted", "repair: 0 of 8 planned pairs can be judged",
		"other: 0 of 8 planned pairs can be judged",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if len(s.Fixes) != 2 || s.Fixes[0].Name != "repair" || s.Fixes[1].Name != "other" {
		t.Errorf("fixes %+v", s.Fixes)
	}
}

// A false alarm between identical arms was printed like any verdict. It is above all else that is to be known, also
// above that the run is partial.
func TestAnAlarmBetweenIdenticalArmsIsOnTop(t *testing.T) {
	null := repair
	null.Name, null.Instrument = "null", true
	w := newWorld(t, null)
	w.run.Status, w.run.Why = results.Partial, "interrupted"
	for i, n := range noise {
		w.trial(i+1, results.Before, of("null"))
		w.trial(i+1, results.After, of("null"), slower(results.UnderTrigger, 1.777*n))
	}
	s := w.compute()
	first := s.Warnings[0]
	if !first.Top || !strings.HasPrefix(first.What, "null: an alarm between identical arms: regressed, p50 (trigger), +77") {
		t.Errorf("first of all: %+v", first)
	}
	top, others := s.TopWarnings()
	if len(top) != 1 || len(others) != 1 || others[0].What != "the run is partial: interrupted" {
		t.Errorf("on top %+v, beside it %+v", top, others)
	}
}
