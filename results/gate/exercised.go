package gate

import (
	"fmt"

	"aftershock/internal/units"
	"aftershock/results/stat"
)

// exercised asks that the defect's trigger, which no arm sets, fired in both: one that never met it says nothing.
type exercised struct{}

func (exercised) String() string { return "exercised" }

func (exercised) judge(c candidate) (Answer, error) {
	const wanted = "the trigger fired in both trials of a pair"
	if why, is := c.unusable(); is {
		return invalid(wanted, why), nil
	}
	trigger := c.fix.Fix.Trigger
	if trigger.Counter == "" {
		const why = "the fix has no trigger: it always applies"
		return Answer{Result: Pass, Measured: "no trigger", Bound: wanted, Why: why}, nil
	}
	before, _ := stat.Median(c.fix.Trigger.Before)
	return Answer{
		Result:   Pass,
		Measured: fmt.Sprintf("%s %s in the median trial before", units.Format(before, "count"), trigger.Unit),
		Bound:    wanted,
		Why:      fmt.Sprintf("exercised in %d of %d valid pairs: %s", c.judged(), c.fix.Pairs.Valid, trigger.Says),
	}, nil
}
