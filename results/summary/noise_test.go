package summary_test

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/summary"
)

// canary is a trial's loop before and after it.
func canary(before, after time.Duration) step {
	return machine(results.Machine{CanaryBefore: before, CanaryAfter: after})
}

// Trials in the order of their positions; each loop after one trial is the one before the next, and counts once.
func TestCanary(t *testing.T) {
	for _, c := range []struct {
		name          string
		loops         []time.Duration // before the first trial, and after each
		canary        time.Duration
		spread, worst float64
	}{
		{"steady", []time.Duration{10 * ms, 10 * ms, 10 * ms}, 10 * ms, 0, 0},
		{"nearest rank", []time.Duration{10 * ms, 8 * ms, 13 * ms}, 10 * ms, 0.25, 0.3},
		{"one of twenty-one far off", append([]time.Duration{40 * ms}, repeated(10*ms, 20)...), 10 * ms, 0, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, repair)
			for i := range c.loops[1:] {
				arm := []results.Arm{results.Before, results.After}[i%2]
				w.trial(1+i/2, arm, canary(c.loops[i], c.loops[i+1]))
			}
			n := w.compute().Noise
			if n.Canary != c.canary || math.Abs(n.CanarySpread-c.spread) > 1e-9 || math.Abs(n.CanaryWorst-c.worst) > 1e-9 {
				t.Errorf("%+v", n)
			}
			if n.Trials != len(c.loops)-1 {
				t.Errorf("%d trials", n.Trials)
			}
		})
	}
}

func repeated(d time.Duration, n int) []time.Duration {
	var all []time.Duration
	for range n {
		all = append(all, d)
	}
	return all
}

// Noise is that of all trials with a record, those that cannot be judged included, and of all fixes.
func TestNoiseOfAllTrials(t *testing.T) {
	w := fixesOf(t, 2)
	known := results.Pressure{Known: true, CPU: 0.4, IO: 0.2, Memory: 0.1}
	w.trial(1, results.Before, of("fix0"), machine(results.Machine{CanaryAfter: ms, Steal: 0.01, Load: 1, Pressure: known}))
	w.trial(1, results.After, of("fix0"), machine(results.Machine{CanaryAfter: ms, Steal: 0.05, Load: 2}), invalid("worker"))
	w.trial(1, results.Before, of("fix1"), machine(results.Machine{CanaryAfter: ms, Load: 9}))
	w.trial(1, results.After, of("fix1"))
	w.save()
	got := w.compute().Noise
	want := summary.Noise{
		Trials: 4, Canary: ms, Steal: 0.02, StealWorst: 0.05, Load: 2, Pressure: known, Processes: []summary.Setup{},
	}
	got.Steal = math.Round(got.Steal*1e9) / 1e9
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// Each set-up of a process is told once an arm; members have names of their own, and one role.
func TestProcesses(t *testing.T) {
	w := newWorld(t, repair)
	w.trial(1, results.Before, setUpAs(4, 2, 2))
	w.trial(1, results.After, setUpAs(4, 2, 1))
	w.trial(2, results.Before, setUpAs(4, 2, 2))
	w.trial(2, results.After, setUpAs(4, 2, 2), invalid("worker"))
	n := w.compute().Noise
	setup := func(role string, arm results.Arm, procs int) summary.Setup {
		return summary.Setup{Arm: arm, Process: process(role, procs)}
	}
	want := []summary.Setup{
		setup("member", results.Before, 2), setup("member", results.After, 1), setup("member", results.After, 2),
		setup("orchestrator", results.Before, 2), setup("orchestrator", results.After, 2),
		setup("worker", results.Before, 4), setup("worker", results.After, 4),
	}
	if !reflect.DeepEqual(n.Processes, want) {
		t.Errorf("got  %+v\nwant %+v", n.Processes, want)
	}
	if got := n.SetUp("member", results.After); !reflect.DeepEqual(got, []results.Process{process("member", 1), process("member", 2)}) {
		t.Errorf("members after: %+v", got)
	}
}

func process(role string, procs int) results.Process {
	return results.Process{Role: role, GOMAXPROCS: procs, GOGC: 100, Cores: "0-1"}
}

// setUpAs sets up a worker, two members and the orchestrator.
func setUpAs(worker, n1, n2 int) step {
	return func(r *recipe) {
		r.trial.Processes = []results.Process{
			process("worker", worker), process("n1", n1), process("n2", n2), process("orchestrator", 2),
		}
	}
}

// A worker with more processors in one arm is a change of its own. An arm that has no trial yet differs in nothing, and
// members are the same in both.
func TestArmsSetUpDifferently(t *testing.T) {
	const words = "the arms' workers were set up differently: before GOMAXPROCS 4, GOGC 100, cores 0-1, after "
	for _, c := range []struct {
		name  string
		after []step // a trial each
		want  string
	}{
		{"the same", []step{setUpAs(4, 2, 2)}, ""},
		{"other members", []step{setUpAs(4, 1, 1)}, ""},
		{"no trial after", nil, ""},
		{"another worker", []step{setUpAs(2, 2, 2)}, words + "GOMAXPROCS 2, GOGC 100, cores 0-1"},
		{"another worker once", []step{setUpAs(4, 2, 2), setUpAs(2, 2, 2)},
			words + "GOMAXPROCS 2, GOGC 100, cores 0-1 and GOMAXPROCS 4, GOGC 100, cores 0-1"},
	} {
		w := newWorld(t, repair)
		w.trial(1, results.Before, setUpAs(4, 2, 2))
		for i, step := range c.after {
			w.trial(i+1, results.After, step)
		}
		all := w.compute().Warnings
		if got := warned(all, "set up differently"); got != (c.want != "") || got && !warned(all, c.want) {
			t.Errorf("%s: %+v", c.name, all)
		}
	}
}

// warned tells whether a warning holds these words.
func warned(all []summary.Warning, words string) bool {
	for _, warning := range all {
		if strings.Contains(warning.What, words) && warning.Remedy != "" {
			return true
		}
	}
	return false
}

// What may be expected of a quiet machine is not warned of.
func TestNoiseWarnings(t *testing.T) {
	const unsteady, shared = "the machine is unsteady: the same loop between trials took 10ms +-", "the machine is shared: "
	for _, c := range []struct {
		name             string
		high             time.Duration
		steal            float64
		unsteady, shared bool
	}{
		{"quiet", 10 * ms, 0, false, false}, {"at the limits", 12 * ms, 0.01, false, false},
		{"unsteady", 12*ms + 10_000, 0, true, false}, {"shared", 10 * ms, 0.0101, false, true},
	} {
		w := newWorld(t, repair)
		for i, n := range noise {
			var m results.Machine
			m.CanaryBefore, m.CanaryAfter, m.Steal = 10*ms+time.Duration(i), 10*ms, c.steal
			if i >= 4 {
				m.CanaryAfter = c.high
			}
			w.trial(i+1, results.Before, machine(m))
			w.trial(i+1, results.After, machine(results.Machine{CanaryAfter: 10*ms + time.Duration(i), Steal: c.steal}), slower(results.UnderTrigger, n))
		}
		all := w.compute().Warnings
		if got := warned(all, unsteady); got != c.unsteady {
			t.Errorf("%s: %+v", c.name, all)
		}
		if got := warned(all, shared); got != c.shared {
			t.Errorf("%s: %+v", c.name, all)
		}
	}
}
