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

// sharedBy makes a trial during whose measured time others took these shares of the machine.
func sharedBy(strangers, steal float64) step {
	return machine(results.Machine{
		Steal: steal, Score: strangers + steal, Scored: true, Load: 1,
		Windows: []results.MachineWindow{
			{Name: results.Steady, Taken: results.Taken{Known: true, Strangers: 0.99}}, // a part, which is not asked
			{Name: results.Measured, Taken: results.Taken{Known: true, Strangers: strangers, Steal: steal}},
		},
	})
}

// Noise is that of all trials with a record, those that cannot be judged included, and of all fixes.
func TestNoiseOfAllTrials(t *testing.T) {
	w := fixesOf(t, 2)
	known := results.Pressure{Known: true, CPU: 0.4, IO: 0.2, Memory: 0.1}
	w.trial(1, results.Before, of("fix0"), machine(results.Machine{
		Steal: 0.01, Load: 1, Pressure: known, Windows: taken(0.2),
	}))
	w.trial(1, results.After, of("fix0"), invalid("worker"), machine(results.Machine{
		Steal: 0.05, Load: 2, Windows: taken(0.1),
	}))
	w.trial(1, results.Before, of("fix1"), machine(results.Machine{Load: 9}))
	w.trial(1, results.After, of("fix1"))
	w.save()
	got := w.compute().Noise
	want := summary.Noise{
		Trials: 4, Strangers: 0.15, StrangersWorst: 0.2, Known: true, Steal: 0.02, StealWorst: 0.05, Load: 2, Pressure: known,
		Processes: []summary.Setup{},
	}
	got.Steal, got.Strangers = math.Round(got.Steal*1e9)/1e9, math.Round(got.Strangers*1e9)/1e9
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func taken(strangers float64) []results.MachineWindow {
	return []results.MachineWindow{{Name: results.Measured, Taken: results.Taken{Known: true, Strangers: strangers}}}
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
	const crowded, stolen = "the machine is shared: other processes took ", "the machine is shared: a hypervisor gave "
	for _, c := range []struct {
		name             string
		strangers, steal float64
		crowded, stolen  bool
	}{
		{"quiet", 0.02, 0, false, false}, {"below the limits", 0.0999, 0.0099, false, false},
		{"crowded", 0.11, 0, true, false}, {"stolen", 0, 0.0101, false, true},
	} {
		w := newWorld(t, repair)
		for i, n := range noise {
			w.trial(i+1, results.Before, sharedBy(c.strangers, c.steal))
			w.trial(i+1, results.After, sharedBy(c.strangers, c.steal), slower(results.UnderTrigger, n))
		}
		all := w.compute().Warnings
		if got := warned(all, crowded); got != c.crowded {
			t.Errorf("%s: %+v", c.name, all)
		}
		if got := warned(all, stolen); got != c.stolen {
			t.Errorf("%s: %+v", c.name, all)
		}
	}
}

// A reader is told once where the generator's own lateness is in the figures; that of one trial is not.
func TestALateGeneratorIsSaid(t *testing.T) {
	const ms = time.Millisecond
	for name, c := range map[string]struct {
		late []time.Duration // of the pairs, in both arms
		want string
	}{
		"punctual":    {[]time.Duration{ms / 5, ms / 4, ms / 3}, ""},
		"at the edge": {[]time.Duration{5 * ms, 5 * ms, 5 * ms}, ""},
		"once":        {[]time.Duration{ms / 5, 90 * ms, ms / 3}, ""},
		"late":        {[]time.Duration{2 * ms, 22*ms + ms/4, 90 * ms}, "began 22.3ms or more after it was due in"},
		"the worst":   {[]time.Duration{6 * ms, 6 * ms, 90 * ms}, "median trial, and 90ms in the worst;"},
	} {
		w := newWorld(t, repair)
		for i, late := range c.late {
			lateBy := func(r *recipe) { r.trial.Generator.LatenessP99 = late }
			w.trial(i+1, results.Before, lateBy)
			w.trial(i+1, results.After, lateBy)
		}
		all, said := w.compute().Warnings, 0
		for _, warning := range all {
			said += strings.Count(warning.What, "the load generator was late")
		}
		if c.want == "" && said > 0 || c.want != "" && (said != 1 || !warned(all, c.want)) {
			t.Errorf("%s: said %d times: %+v", name, said, all)
		}
	}
}
