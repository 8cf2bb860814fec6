package summary_test

import (
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
)

// stall makes all batches due from the one moment to the other end at the latter, as a server that was frozen gives.
func stall(from, to time.Duration) step {
	return func(r *recipe) {
		for i := range r.batch {
			if b := &r.batch[i]; from <= time.Duration(b.Intended) && time.Duration(b.Intended) < to {
				b.Lag = to - time.Duration(b.Intended) - b.Service
			}
		}
	}
}

// failing makes all batches fail which are due from the one moment to the other.
func failing(from, to time.Duration) step {
	return func(r *recipe) {
		for i := range r.batch {
			if b := &r.batch[i]; from <= time.Duration(b.Intended) && time.Duration(b.Intended) < to {
				*b = ops.Record{Outcome: ops.Failed, Reason: ops.Error, Intended: b.Intended, Service: ms}
			}
		}
	}
}

// exact makes every batch take 2 ms, so that gaps are round figures.
func exact(r *recipe) {
	for i := range r.batch {
		r.batch[i].Service = 2 * ms
	}
}

func TestGap(t *testing.T) {
	for _, c := range []struct {
		name  string
		step  step
		phase string
		want  time.Duration
	}{
		{"calm", exact, results.Steady, 10 * ms},
		// Ends at 1.502, then at 2.0 s: the batch due at 1.5 is the first that the stall holds.
		{"a stall", stall(1500*ms, 2*sec), results.Steady, 2*sec - 1492*ms},
		{"failures are not complete", failing(1500*ms, 2*sec), results.Steady, 2002*ms - 1492*ms},
		{"a stall at the beginning", stall(1*sec, 1300*ms), results.Steady, 300 * ms},
		{"a stall to the end", failing(2800*ms, 3*sec), results.Steady, 3*sec - 2792*ms},
		{"no complete batch at all", failing(1*sec, 3*sec), results.Steady, 2 * sec},
		// The open loop pauses from 7 to 8 s, which is no outage; the last batch before it ends at 6.992.
		{"the capacity window", exact, results.InFault, 10 * ms},
		{"a stall before the capacity window", failing(6500*ms, 7*sec), results.InFault, 7*sec - 6492*ms},
		{"of another phase", stall(5*sec, 6*sec), results.Steady, 10 * ms},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, repair)
			// The batch due at 0.99 ends in its own phase, and none at the phase's very beginning.
			w.trial(1, results.Before, exact)
			w.trial(1, results.After, exact, c.step)
			if got := row(t, w.fix(), "gap", c.phase).After.Values[0]; got != float64(c.want) {
				t.Errorf("%v, want %v", time.Duration(got), c.want)
			}
		})
	}
}

// A batch counts when it was complete, whenever it was due: after a stall the service works off what is overdue, and
// that is no outage of the phase in which it does.
func TestGapAcrossPhases(t *testing.T) {
	w := newWorld(t, repair)
	w.trial(1, results.Before, exact)
	w.trial(1, results.After, exact, failing(8*sec, 8300*ms), func(r *recipe) {
		for i := range r.batch { // those due from 6.7 to 7 s end from 8.01 to 8.3 s, one every 10 ms
			if b := &r.batch[i]; 6700*ms <= time.Duration(b.Intended) && time.Duration(b.Intended) < 7*sec {
				b.Lag = 1308 * ms
			}
		}
	})
	if got := row(t, w.fix(), "gap", results.Recovery).After.Values[0]; got != float64(10*ms) {
		t.Errorf("recovery: %v, want %v", time.Duration(got), 10*ms)
	}
}
