package harness_test

import (
	"slices"
	"testing"
	"time"

	"aftershock/internal/slow"
	"aftershock/results"
)

// What others took is booked window by window, and the score is that of the time in which a trial is measured.
func TestATrialRecordsWhatOthersTook(t *testing.T) {
	slow.Boots(t)
	o := clusterFree(t, "steady", 1)
	_, w, err := run(t, o)
	if err != nil {
		t.Fatal(err)
	}
	phases := o.Scenario.Phases.Windows()
	for _, trial := range w.trials {
		var names []string
		for _, m := range trial.Machine.Windows {
			names = append(names, m.Name)
			if m.Strangers < 0 || m.Strangers > 1 || m.Steal < 0 || m.Steal > 1 || m.To <= m.From {
				t.Errorf("%+v", m)
			}
		}
		last := len(names) - 1
		if last < 1 || names[0] != results.Steady || names[last] != results.Measured {
			t.Fatalf("windows %q", names)
		}
		whole := trial.Machine.Windows[last]
		if whole.From < phases.Steady.From || whole.To < phases.Recovery.To {
			t.Errorf("measured from %v to %v, and steady is %+v", whole.From, whole.To, phases.Steady)
		}
		if m := trial.Machine; !m.Scored || m.Score != whole.Others() {
			t.Errorf("score %v, %v of %+v", m.Score, m.Scored, whole)
		}
		if s := trial.Machine.Standstill; s == nil || s.Longest < 0 || s.Longest > trial.Whole {
			t.Errorf("standstill %+v", s)
		}
	}
	late := func(t results.Trial) bool { return t.Machine.Standstill.Longest > time.Microsecond }
	if !slices.ContainsFunc(w.trials, late) {
		t.Error("no timer was ever late: none was looked at")
	}
}

// A run waits before a block and never inside it, books that with the block's first trial, and goes on where it was.
func TestARunWaitsForCalmBeforeABlock(t *testing.T) {
	slow.Boots(t)
	o := clusterFree(t, "steady", 2)
	o.Patience = &results.Patience{Block: 600 * time.Millisecond, Run: time.Minute}
	o.Look = &results.Look{Took: 2 * time.Second, Cores: 2}
	folder, w, err := run(t, o)
	if err != nil {
		t.Fatal(err)
	}
	var waited time.Duration
	for i, trial := range w.trials {
		m := trial.Machine
		if waited += m.Waited; i%2 == 1 && m.Waited != 0 {
			t.Errorf("waited %v inside of block %d", m.Waited, trial.Block)
		}
	}
	// Before the first block nothing is known of the machine, and one look takes half a second.
	if first := w.trials[0].Machine.Waited; first < 500*time.Millisecond {
		t.Errorf("waited %v before the first block", first)
	}
	record, err := results.ReadRun(folder)
	if err != nil || record.Waited != waited || record.Patience == nil || *record.Patience != *o.Patience ||
		len(record.Looks) != 1 {
		t.Errorf("run.json says waited %v of %+v, looks %+v; the trials say %v; %v",
			record.Waited, record.Patience, record.Looks, waited, err)
	}
}

// A run that is given no patience waits for nothing, however busy the machine is.
func TestARunWithoutPatience(t *testing.T) {
	slow.Boots(t)
	folder, w, err := run(t, clusterFree(t, "steady", 1))
	if err != nil {
		t.Fatal(err)
	}
	record, err := results.ReadRun(folder)
	if err != nil || record.Waited != 0 || record.Patience != nil || w.trials[0].Machine.Waited != 0 {
		t.Errorf("%+v, %v", record, err)
	}
}
