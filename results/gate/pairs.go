package gate

import (
	"fmt"

	"aftershock/internal/document"
	"aftershock/internal/units"
	"aftershock/results/stat"
)

// pairs asks for a number of pairs that the verdict rests on: valid, exercised, and with the primary metric in both
// arms.
type pairs struct{ least int }

func readPairs(_ document.Value, o document.Object) ask {
	return pairs{least: o[atLeast].Integer(1, stat.MaxPairs)}
}

func (a pairs) String() string { return fmt.Sprintf("pairs: at least %d", a.least) }

func (a pairs) judge(c candidate) (Answer, error) {
	wanted := fmt.Sprintf("at least %d", a.least)
	if why, is := c.unusable(); is {
		return invalid(wanted, why), nil
	}
	r, ok := rowOf(c.fix, c.fix.Fix.Primary)
	if !ok || r.Change == nil {
		why := r.Note
		if why == "" {
			why = fmt.Sprintf("no pair has %s in both arms", c.fix.Fix.Primary)
		}
		return invalid(wanted, why), nil
	}
	p, n := c.fix.Pairs, min(c.judged(), r.Change.Pairs)
	answer := Answer{
		Result: Pass, Bound: wanted, Why: "there are enough pairs", Measured: fmt.Sprintf("%d of %d planned", n, p.Planned),
	}
	if in := c.tooFew(r); in.is() {
		answer.Result, answer.Why = in.result, in.why
	}
	if n < a.least {
		answer.Result = Underpowered
		answer.Why = fmt.Sprintf("%s too few; %d were invalid trials, %d pairs not exercised, %d lack %s",
			units.Count(a.least-n, "pair"), len(p.Invalid), p.NotExercised, c.judged()-n, r.Metric)
	}
	return answer, nil
}
