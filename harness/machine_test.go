package harness_test

import (
	"slices"
	"testing"
	"time"

	"aftershock/results"
)

// What others took is booked window by window, and the score is that of the time in which a trial is measured.
func TestATrialRecordsWhatOthersTook(t *testing.T) {
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
	if !slices.ContainsFunc(w.trials, func(t results.Trial) bool { return t.Machine.Standstill.Longest > time.Microsecond }) {
		t.Error("no timer was ever late: none was looked at")
	}
}
