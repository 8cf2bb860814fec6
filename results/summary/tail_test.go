package summary_test

import (
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
)

// dense replaces the batches that are due under the trigger by 20,000, enough for 20 beyond the P99.9. Batch n, from 0,
// begins 3 ms late and takes 2 ms and n times 100 ns, of which 1 ms goes into building.
func dense(r *recipe) {
	p := r.phase(results.UnderTrigger)
	var all []ops.Record
	for _, b := range r.batch {
		if !p.Holds(results.Offset(b.Intended)) {
			all = append(all, b)
		}
	}
	for n := range 20_000 {
		all = append(all, ops.Record{
			Outcome: ops.OK, Intended: int64(p.From) + int64(n)*int64(100*time.Microsecond),
			Lag: 3 * ms, Service: 2*ms + time.Duration(100*n), Aux: int64(ms),
		})
	}
	r.batch = all
}

// The far quantiles of one trial, by nearest rank: P99 of 20,000 is the one of rank 19,800, which is n = 19,799.
func TestTail(t *testing.T) {
	w := newWorld(t, repair)
	w.pair(1, dense)
	f := w.fix()
	w = newWorld(t, repair)
	w.trial(1, results.Before, dense)
	w.trial(1, results.After, dense)
	both := w.fix()
	for _, c := range []struct {
		name   string
		want   time.Duration
		beyond int
	}{
		{"p50", 5*ms + 999_900, 10_000}, {"p99", 5*ms + 1_979_900, 200}, {"p999", 5*ms + 1_997_900, 20},
		{"service_p99", 2*ms + 1_979_900, 200}, {"hand_on_p99", ms + 1_979_900, 200}, {"build_p99", ms, 200},
	} {
		r := row(t, both, c.name, results.UnderTrigger)
		if got := time.Duration(r.After.Values[0]); got != c.want || r.After.Beyond != c.beyond {
			t.Errorf("%s: %v with %d beyond, want %v with %d", c.name, got, r.After.Beyond, c.want, c.beyond)
		}
		// An arm that is too thin for the figure leaves nothing to compare with.
		if _, ok := f.Row(results.Metric{Name: c.name, Phase: results.UnderTrigger}); ok != (c.name == "p50") {
			t.Errorf("%s of 200 batches against 20,000: shown %v", c.name, ok)
		}
	}
}
