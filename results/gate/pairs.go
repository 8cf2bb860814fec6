package gate

import (
	"fmt"

	"aftershock/internal/document"
	"aftershock/results/stat"
)

// pairs asks for a number of pairs that figures rest on: valid, and exercised.
type pairs struct{ least int }

func readPairs(_ document.Value, o document.Object) ask {
	return pairs{least: o[atLeast].Integer(1, stat.MaxPairs)}
}

func (pairs) String() string { return "pairs" }

func (a pairs) judge(c candidate) (Answer, error) {
	wanted := fmt.Sprintf("at least %d", a.least)
	if why, is := c.unusable(); is {
		return invalid(wanted, why), nil
	}
	p := c.fix.Pairs
	answer := Answer{
		Result: Pass, Bound: wanted, Why: "there are enough pairs",
		Measured: fmt.Sprintf("%d of %d planned", c.judged(), p.Planned),
	}
	if c.judged() < a.least {
		answer.Result = Underpowered
		answer.Why = fmt.Sprintf("%d pairs too few; %d were invalid trials, %d pairs not exercised",
			a.least-c.judged(), len(p.Invalid), p.NotExercised)
	}
	return answer, nil
}
