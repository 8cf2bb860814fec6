package summary_test

import (
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/stat"
)

// What the machine and the worker's runtime did is shown for each arm. A share or count of 0 is a figure.
func TestMachineFigures(t *testing.T) {
	w := newWorld(t, repair)
	for pair := 1; pair <= 8; pair++ {
		w.trial(pair, results.Before, machine(results.Machine{
			Pressure: results.Pressure{Known: true}, Windows: held(0), Standstill: &results.Standstill{},
		}))
		w.trial(pair, results.After, func(r *recipe) {
			r.trial.Machine = results.Machine{
				Steal: 0.25, Load: 3.5, Pressure: results.Pressure{Known: true, CPU: 0.5, IO: 0.25, Memory: 0.125},
				Windows: held(2500 * ms), Standstill: &results.Standstill{Longest: 30 * ms},
			}
			r.trial.Worker.GCs, r.trial.Worker.GCPause = 12, 30*ms
		})
	}
	f := w.fix()
	for _, c := range []struct {
		name, unit string
		after      float64
	}{
		{"psi_cpu", "share", 0.5}, {"psi_io", "share", 0.25}, {"psi_memory", "share", 0.125}, {"steal", "share", 0.25},
		{"strangers", "share", 0.125}, {"standstill", "s", 0.03},
		{"load1", "count", 3.5}, {"throttled", "s", 2.5}, {"gcs", "count", 12}, {"gc_pause", "s", 0.03},
	} {
		r := row(t, f, c.name, "")
		if r.Before.Median != 0 || r.After.Median != c.after || r.Unit != c.unit || r.Scale != stat.Difference || r.Better != stat.Lower {
			t.Errorf("%s: %+v -> %+v %s on the %s scale", c.name, r.Before, r.After, r.Unit, r.Scale)
		}
	}
	// It is the arm's doing as much as the machine's, and leaves no pair out.
	if f.Pairs.Valid != 8 || len(f.Pairs.Invalid) != 0 {
		t.Errorf("%+v", f.Pairs)
	}
}

// held are windows in which a CPU quota held the trial's processes back, and others took a share of a twentieth of that.
func held(back time.Duration) []results.MachineWindow {
	return []results.MachineWindow{
		{Name: results.Steady, Taken: results.Taken{Known: true, Throttled: back / 2}},
		{Name: results.Measured, Taken: results.Taken{Known: true, Throttled: back, Strangers: back.Seconds() / 20}},
	}
}

// A kernel without pressure stall information, and a run from before the machine was measured, give no figure.
func TestMachineNotMeasured(t *testing.T) {
	for name, m := range map[string]results.Machine{"no pressure": {Load: 1}, "nothing": {}} {
		w := newWorld(t, repair)
		w.trial(1, results.Before, machine(m))
		w.trial(1, results.After, machine(m))
		f := w.fix()
		for _, metric := range []string{"psi_cpu", "psi_io", "psi_memory", "throttled", "strangers", "standstill"} {
			if r, ok := f.Row(results.Metric{Name: metric}); ok {
				t.Errorf("%s: %+v", name, r)
			}
		}
		if _, ok := f.Row(results.Metric{Name: "steal"}); ok != (name == "no pressure") {
			t.Errorf("%s: steal shown %v", name, ok)
		}
	}
}

// The median of the second half of the steady phase over that of the first, by when operations were meant to start.
func TestSteadyDrift(t *testing.T) {
	w := newWorld(t, repair)
	w.trial(1, results.Before)
	w.trial(1, results.After, between(2*sec, 3*sec, func(b *ops.Record) { b.Service *= 2 }))
	r := row(t, w.fix(), "steady_drift", results.Steady)
	if r.Before.Median != 1 || r.After.Median != 2 || r.Unit != "ratio" || r.Scale != stat.Ratio || r.After.Beyond != 50 {
		t.Errorf("%+v -> %+v %s", r.Before, r.After, r.Unit)
	}
}

// Where the phase has several windows, its halves are those of their length together.
func TestSteadyDriftOverWindows(t *testing.T) {
	parts := func(r *recipe) {
		at := func(d time.Duration) results.Offset { return results.Offset(d) }
		r.trial.Phases[1].To = at(1400 * ms)
		r.trial.Phases = append(r.trial.Phases, results.Phase{Name: results.Steady, From: at(2 * sec), To: at(3 * sec)})
	}
	w := newWorld(t, repair)
	w.trial(1, results.Before, parts)
	w.trial(1, results.After, parts, exact, between(2600*ms, 3*sec, func(b *ops.Record) { b.Service *= 2 })) // 40 of the 70 from 2.3 s on
	if r := row(t, w.fix(), "steady_drift", results.Steady); r.After.Median != 2 || r.After.Beyond != 35 {
		t.Errorf("%+v", r.After)
	}
}

// A half with too few batches for a median, and a half whose median is at the time-out, give no drift.
func TestSteadyDriftUnknown(t *testing.T) {
	for _, c := range []struct {
		name  string
		step  step
		shown bool
	}{
		{"40 in each half", lasting(results.Steady, 800*ms), true},
		{"39 in one", lasting(results.Steady, 790*ms), false},
		{"at the time-out", failing(2*sec, 3*sec), false},
		{"no length", lasting(results.Steady, 0), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, repair)
			w.trial(1, results.Before, c.step)
			w.trial(1, results.After, c.step)
			r, ok := w.fix().Row(results.Metric{Name: "steady_drift", Phase: results.Steady})
			if ok != c.shown || ok && r.Change == nil {
				t.Errorf("shown %v: %+v", ok, r)
			}
		})
	}
}

// Achieved are the operations that were sent, whatever became of them, of those of all streams.
func TestAchieved(t *testing.T) {
	w := newWorld(t, repair)
	w.trial(1, results.Before, become(results.UnderTrigger, 50, refused))
	w.trial(1, results.After, become(results.UnderTrigger, 50, missed), func(r *recipe) {
		for i := range r.publish[50:60] { // those from 5 to 6 s
			due := r.publish[50+i].Intended
			r.publish[50+i] = missed
			r.publish[50+i].Intended = due
		}
	})
	r := row(t, w.fix(), "achieved", results.UnderTrigger)
	if want := 1 - 60.0/220; r.Before.Median != 1 || r.After.Median != want || r.Better != stat.Higher || r.Unit != "share" {
		t.Errorf("%+v -> %+v, want 1 -> %v", r.Before, r.After, want)
	}
}
