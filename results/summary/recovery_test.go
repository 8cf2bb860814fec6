package summary_test

import (
	"testing"
	"time"

	"aftershock/results"
)

func faults(all ...results.Fault) step { return func(r *recipe) { r.trial.Faults = all } }

func life(fault string, injected, healed, recovered time.Duration) results.Fault {
	return results.Fault{
		Fault: fault, Injected: results.Offset(injected), Healed: results.Offset(healed), Recovered: results.Offset(recovered),
	}
}

// From the heal of a fault that was held, and from the injection of one that was over before it was "healed".
func TestRecover(t *testing.T) {
	transfer := life("leader-transfer", 5*sec, 5050*ms, 5003*ms)
	partition := life("partition-leader", 6*sec, 8*sec, 8012*ms)
	for _, c := range []struct {
		name   string
		faults []results.Fault
		fault  string
		want   time.Duration // 0: no figure
	}{
		{"held", []results.Fault{partition}, "partition-leader", 12 * ms},
		{"not held", []results.Fault{transfer, partition}, "leader-transfer", 3 * ms},
		{"the second kind", []results.Fault{transfer, partition}, "partition-leader", 12 * ms},
		{"never", []results.Fault{life("partition-leader", 6*sec, 8*sec, 0)}, "partition-leader", 0},
		{"a kind that was not there", []results.Fault{transfer}, "leader-kill", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, repair)
			w.trial(1, results.Before, faults(c.faults...))
			w.trial(1, results.After, faults(c.faults...))
			r, ok := w.fix().Row(results.Metric{Name: "recover", Phase: c.fault})
			if ok != (c.want > 0) {
				t.Fatalf("shown %v: %+v", ok, r)
			}
			if ok && r.After.Values[0] != float64(c.want) {
				t.Errorf("%v, want %v", time.Duration(r.After.Values[0]), c.want)
			}
		})
	}
}
