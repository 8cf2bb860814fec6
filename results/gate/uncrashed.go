package gate

import "fmt"

// uncrashed asks that no workload crashed after, in any valid pair. A crash takes the trial's figures with it, so that
// no other rule may see it.
type uncrashed struct{}

func (uncrashed) String() string { return "did not crash" }

func (uncrashed) judge(c candidate) (Answer, error) {
	const wanted = "no crash in any trial after"
	p := c.fix.Pairs
	if p.Valid == 0 {
		return invalid(wanted, "the fix has no valid pair"), nil
	}
	a := Answer{
		Result: Pass, Bound: wanted, Why: "no workload crashed after",
		Measured: fmt.Sprintf("%d crashed after, %d before, in %d valid pairs", p.CrashedAfter, p.CrashedBefore, p.Valid),
	}
	if p.CrashedAfter > 0 {
		a.Result, a.Why = Fail, "one crash after is enough"
	}
	return a, nil
}
