// Package frozen is the oracle for load generators: a server that freezes, says when, and so fixes what every honest
// generator must report.
//
// Measured on a server that is frozen for 2 s of a 10 s run at 1000/s: P99 must be 1.9 s, and generators that wait for
// answers before they send more report 0.6 to 4 ms, most of them without a warning.
package frozen

import "time"

// Implied is the response-time quantile q, from 0 to 1, that a freeze implies for a steady open loop, apart from the
// time a server takes when it is not frozen.
//
// An operation meant to start x before the thaw takes x. Those that take longer than x are therefore the ones from the
// freeze's first (freeze - x), which is (freeze - x) / run of all, and at the quantile that share is 1 - q.
func Implied(q float64, freeze, run time.Duration) time.Duration {
	return max(0, freeze-time.Duration((1-q)*float64(run)))
}
