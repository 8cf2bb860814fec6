package harness_test

import (
	"context"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/internal/slow"
)

// A resumed run used to count to "trial 3/2", with less than nothing left, announced as if from the start.
func TestAResumedRunCountsOn(t *testing.T) {
	slow.Boots(t)
	for _, after := range []int{1, 2, 3} { // within a block, between two, within the next
		whole := clusterFree(t, "steady", 3)
		whole.Scenario.Budget.Reserve = 0 // so that a busy machine adds none
		if n := whole.Remaining(); n != 6 {
			t.Fatalf("%d trials of a new run", n)
		}
		folder := cutShort(t, whole, after)
		o, err := harness.Resume(folder, registry)
		if err != nil {
			t.Fatal(err)
		}
		left := o.Remaining()
		if want := 2 * (3 - after/2); left != want { // of a block that was cut both trials are run again
			t.Errorf("cut after %d: %d trials left, want %d", after, left, want)
		}
		w := newWitness()
		w.trialDone = func(done int) {
			s := w.status()
			if s.Trial > s.Trials || s.Left < 0 || s.Trials-s.Trial != left-done {
				t.Errorf("cut after %d, %d more done: trial %d/%d, %v left", after, done, s.Trial, s.Trials, s.Left)
			}
			if want := time.Duration(left-done) * o.Scenario.TrialTime(); s.Left != want {
				t.Errorf("cut after %d, %d more done: %v left, want %v", after, done, s.Left, want)
			}
			if s.Recent.OK == 0 || s.Recent.P99 != 0 {
				t.Errorf("cut after %d, %d more done: of the whole trial's batches %+v", after, done, s.Recent)
			}
		}
		if _, err := harness.Run(context.Background(), o, w); err != nil {
			t.Fatal(err)
		}
		if len(w.trials) != left {
			t.Errorf("cut after %d: %d trials were run, and %d were left", after, len(w.trials), left)
		}
	}
}
