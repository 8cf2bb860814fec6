package harness

import (
	"strings"
	"testing"
	"time"

	"aftershock/results"
)

// A run never takes longer than its budget because it waits.
func TestPatienceFitsTheBudget(t *testing.T) {
	const block = 15 * time.Second
	for _, c := range []struct{ budget, trials, want time.Duration }{
		{13 * time.Minute, 11 * time.Minute, 78 * time.Second},
		{13 * time.Minute, 12*time.Minute + 30*time.Second, 30 * time.Second},
		{150 * time.Second, 150 * time.Second, 0},
		{time.Minute, time.Hour, 0},
	} {
		if got := *PatienceFor(c.budget, c.trials); got != (results.Patience{Block: block, Run: c.want}) {
			t.Errorf("%v of which trials take %v: %+v, want %v", c.budget, c.trials, got, c.want)
		}
	}
}

// A harness that stood still spoils the trial, even one that an arm's doing had made invalid: it may be the
// standstill's.
func TestAStandstillIsNoOutcome(t *testing.T) {
	stood := &trial{}
	stood.record.Machine.Standstill = &results.Standstill{Longest: 4 * time.Second, Limit: results.MostLate}
	if err := stood.stoodStill(); err == nil || !strings.HasPrefix(err.Error(), "standstill: ") || isOutcome(err) {
		t.Errorf("%v", err)
	}
	stood.record.Interrupted = true // that is why it is no pair, and no arm's fault
	if err := stood.stoodStill(); err != nil {
		t.Errorf("interrupted: %v", err)
	}
	fine := &trial{}
	fine.record.Machine.Standstill = &results.Standstill{Longest: 30 * time.Millisecond, Limit: results.MostLate}
	if err := fine.stoodStill(); err != nil {
		t.Errorf("as late as a busy machine is: %v", err)
	}
}
