package gate

import (
	"fmt"

	"aftershock/internal/document"
	"aftershock/internal/nearest"
	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// nonInferior asks that after is not worse than before by the margin. To have found no change is not enough.
type nonInferior struct {
	metric results.Metric
	margin quantity // the largest that the policy allows, when detectable
	// detectable makes the margin the change that the run could have detected: in a fault phase the noise is that of
	// elections, and no number of pairs that fits into a night supports 5 %.
	detectable bool
}

const detectable = "detectable"

func readNonInferior(v document.Value, o document.Object) ask {
	a := nonInferior{metric: readMetric(o)}
	text, _ := o["margin"].Text()
	from := o["margin"]
	switch a.detectable = text == detectable; {
	case a.detectable && !o[atMost].Given():
		v.Addf("margin: %s needs a field %q: the largest margin that is still worth a release", detectable, atMost)
		return a
	case a.detectable:
		from = o[atMost]
	case nearest.Match(text, []string{detectable}) != "":
		from.Addf("%v", nearest.Unknown("margin", text, []string{detectable, "an amount such as 5%"}))
		return a
	case o[atMost].Given():
		o[atMost].Addf("goes with margin: %s only", detectable)
	}
	q, ok := readQuantity(from)
	if ok {
		checkMargin(from, q)
	}
	a.margin = q
	return a
}

func (a nonInferior) String() string {
	margin := "within " + a.margin.exact()
	if a.detectable {
		margin = "within what is detectable, at most " + a.margin.exact()
	}
	return fmt.Sprintf("non-inferior: %s %s", a.metric, margin)
}

// field is where the policy gives the margin.
func (a nonInferior) field() string {
	if a.detectable {
		return atMost
	}
	return "margin"
}

func (a nonInferior) judge(c candidate) (Answer, error) {
	r, in, err := c.compared(a.metric)
	if err != nil || in.is() {
		return uncompared(r, a.wanted(a.margin.String()), in), err
	}
	margin, err := a.marginOf(r)
	if err != nil {
		return Answer{}, err
	}
	bound := a.wanted(amount(r, margin))
	if a.detectable && r.Change.DetectableHarm == 0 && hasInterval(r.Change) {
		bound = fmt.Sprintf("less than %s worse (the most that is allowed, for no noise was seen)", amount(r, margin))
	}
	return limit{row: r, margin: margin, bound: bound}.judge(), nil
}

func (a nonInferior) wanted(margin string) string {
	if a.detectable {
		return fmt.Sprintf("less than %s worse (what the run could have detected, at most %s)", margin, a.margin)
	}
	return fmt.Sprintf("less than %s worse", margin)
}

// marginOf gives the margin in the unit of the row's changes.
func (a nonInferior) marginOf(r summary.Row) (float64, error) {
	unit := r.Unit
	if r.Scale == stat.Ratio {
		unit = "share"
	}
	m, err := a.margin.in(unit)
	if err != nil {
		return 0, misfit{a.field(), fmt.Errorf("the change of %s is judged: %w", r.Metric, err)}
	}
	if r.Scale != stat.Ratio {
		if err := exceedable(r.Metric, a.margin, r.Unit); err != nil {
			return 0, misfit{a.field(), err}
		}
	}
	// Pairs that all differ by the same amount show no noise. With a margin of 0, one more lost lease would then be a
	// failure although two are allowed.
	if !a.detectable || r.Change.DetectableHarm == 0 {
		return m, nil
	}
	return min(m, r.Change.DetectableHarm), nil
}
