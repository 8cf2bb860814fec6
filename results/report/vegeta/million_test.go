package vegeta

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"aftershock/results/ops"
	"aftershock/results/report/reporttest"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

const (
	each   = 500_000                   // operations of a trial; a run of one pair has two
	length = 9200 * time.Millisecond   // of a trial
	worst  = 876543 * time.Microsecond // the slowest operation
	at     = each / 3                  // its number
)

// took are lognormal times, about 2 ms, with one that is far slower.
func took() []time.Duration {
	random := rand.New(rand.NewPCG(1, 2))
	all := make([]time.Duration, each)
	for n := range all {
		all[n] = time.Duration(2e6 * math.Exp(0.5*random.NormFloat64()))
	}
	all[at] = worst
	return all
}

func due(n int) time.Duration { return time.Duration(n) * (length / each) }

// run is a folder with a million operations.
func run(t testing.TB) string {
	t.Helper()
	times := took()
	return reporttest.Run{Fixes: 1, Pairs: 1, Trial: func(d *reporttest.Trial) {
		d.Batch = make([]ops.Record, each)
		for n, v := range times {
			d.Batch[n] = ops.Record{Outcome: ops.OK, Intended: int64(due(n)), Service: v, Aux: int64(v / 2)}
		}
	}}.Write(t)
}

// attack is as many results, in two attacks.
func attack() (all []vegeta.Result) {
	began := time.Date(2026, 3, 1, 2, 3, 4, 0, time.UTC)
	for _, name := range []string{"before", "after"} {
		for n, v := range took() {
			all = append(all, vegeta.Result{
				Attack: name, Seq: uint64(n), Code: 200, Timestamp: began.Add(due(n)), Latency: v,
				Method: "GET", URL: "http://127.0.0.1:8080/",
			})
		}
	}
	return all
}
