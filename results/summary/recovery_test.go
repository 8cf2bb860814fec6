package summary_test

import (
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
)

// publishFails fails all publishes that are due from the one moment to the other.
func publishFails(from, to time.Duration) step {
	return func(r *recipe) {
		for i := range r.publish {
			if p := &r.publish[i]; from <= time.Duration(p.Intended) && time.Duration(p.Intended) < to {
				*p = ops.Record{Outcome: ops.Failed, Reason: ops.Timeout, Intended: p.Intended, Service: sec}
			}
		}
	}
}

func faults(all ...results.Fault) step { return func(r *recipe) { r.trial.Faults = all } }

func healed(fault string, at time.Duration) results.Fault {
	return results.Fault{Fault: fault, Injected: results.Offset(at - sec), Healed: results.Offset(at)}
}

// From the heal to the end of the first publish that was due after it and succeeded, for each kind of fault.
func TestRecover(t *testing.T) {
	for _, c := range []struct {
		name  string
		steps []step
		fault string
		want  time.Duration // 0: no figure
	}{
		// The publish due at 8.0 takes 1 ms.
		{"at once", nil, "partition-leader", ms},
		{"between two publishes", []step{faults(healed("partition-leader", 8050*ms))}, "partition-leader", 51 * ms},
		{"after failures", []step{publishFails(7*sec, 8700*ms)}, "partition-leader", 701 * ms},
		{"the second kind", []step{faults(healed("leader-transfer", 5050*ms), healed("partition-leader", 8*sec))},
			"partition-leader", ms},
		{"each kind from its own heal", []step{
			faults(healed("leader-transfer", 5*sec), healed("partition-leader", 8*sec)), publishFails(5*sec, 6*sec),
		}, "leader-transfer", 1001 * ms},
		{"overdue ones do not count", []step{func(r *recipe) { // due before the heal, and through soon after it
			for i := range r.publish {
				if p := &r.publish[i]; 7500*ms <= time.Duration(p.Intended) && time.Duration(p.Intended) < 8*sec {
					p.Lag = 8*sec - time.Duration(p.Intended)
				}
			}
		}, publishFails(8*sec, 8500*ms)}, "partition-leader", 501 * ms},
		{"never is at least to the end", []step{publishFails(8*sec, 10*sec)}, "partition-leader", 2 * sec},
		{"not healed", []step{faults(results.Fault{Fault: "partition-leader", Injected: 1})}, "partition-leader", 0},
		{"a kind that was not there", nil, "leader-kill", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, repair)
			w.trial(1, results.Before, c.steps...)
			w.trial(1, results.After, c.steps...)
			r, ok := w.fix().Row(results.Metric{Name: "recover", Phase: c.fault})
			if ok != (c.want > 0) {
				t.Fatalf("shown %v: %+v", ok, r)
			}
			if ok && r.After.Values[0] != float64(c.want) {
				t.Errorf("%v, want %v", time.Duration(r.After.Values[0]), c.want)
			}
			if never := strings.HasPrefix(c.name, "never"); ok && r.After.Censored != never {
				t.Errorf("censored %v, want %v", r.After.Censored, never)
			}
		})
	}
}
