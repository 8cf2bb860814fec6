package gate

import (
	"fmt"

	"aftershock/results/stat"
	"aftershock/results/summary"
)

// obstacle is why a rule about a change has no answer; the zero value means that it has one.
type obstacle struct {
	result Result // invalid, or underpowered when there is an estimate and too little behind it
	why    string
}

func (o obstacle) is() bool { return o.why != "" }

// answer says what the obstacle is, with the estimate if there is one.
func (o obstacle) answer(r summary.Row, bound string) Answer {
	a := invalid(bound, o.why)
	if a.Result = o.result; o.result == Underpowered {
		a.Measured = estimate(r, r.Change.Low, r.Change.High, "95 %")
	}
	return a
}

// fewestPairs can show a change by their order alone, if nothing else is judged.
var fewestPairs = stat.FewestPairs(1)

// tooFew stops rules about a change when ranks cannot judge so few pairs. Student's t can, by assuming how the pairs
// are spread, and so fewer pairs would prove more: of eight pairs that leave it open, two alone often give a verdict.
func (c candidate) tooFew(r summary.Row) obstacle {
	n := r.Change.Pairs
	if n >= fewestPairs || c.fewAllowed {
		return obstacle{}
	}
	return obstacle{Underpowered, fmt.Sprintf("too few pairs: %d, and it takes %d (a policy may say %s: %s)",
		n, fewestPairs, fewPairs, allowed)}
}
