package gate

import (
	"fmt"

	"aftershock/internal/document"
	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// ratio asks that after keeps a share of before: capacity at least 95 %. It is non-inferiority in the usual words for
// rates, with the same demands on the interval and on the run's power.
type ratio struct {
	metric results.Metric
	side   string // at-least or at-most
	share  float64
}

func readRatio(v document.Value, o document.Object) ask {
	a := ratio{metric: readMetric(o), side: readSide(v, o)}
	field := o[a.side]
	text, ok := field.Text()
	if !ok {
		return a
	}
	share, err := units.Share(text)
	switch {
	case err != nil:
		field.Addf("%v", err)
	case a.side == atLeast && !(share >= 1.0/widestRatio && share < 1):
		field.Addf("%s of before is out of range (allowed: %d%% or more, below 100%%)", text, 100/widestRatio)
	case a.side == atMost && !(share > 1 && share <= widestRatio):
		field.Addf("%s of before is out of range (allowed: above 100%%, up to %d%%)", text, 100*widestRatio)
	}
	a.share = share
	return a
}

func (a ratio) String() string {
	return fmt.Sprintf("ratio: %s %s %s", a.metric, inWords(a.side), quantity{value: a.share, unit: "share"}.exact())
}

func (a ratio) judge(c candidate) (Answer, error) {
	bound := fmt.Sprintf("%s %s of before", inWords(a.side), units.Format(a.share, "share"))
	r, in, err := c.compared(a.metric)
	if err == nil && r.Name != "" {
		err = a.fits(r)
	}
	if err != nil || in.is() {
		return uncompared(r, bound, in), err
	}
	margin := a.share - 1
	if a.side == atLeast {
		margin = 1/a.share - 1
	}
	return limit{row: r, margin: margin, bound: bound}.judge(), nil
}

// fits refuses a figure that has no ratio, and a bound on the good side.
func (a ratio) fits(r summary.Row) error {
	switch {
	case r.Scale != stat.Ratio:
		return misfit{"metric", fmt.Errorf("%s can be 0 and is compared by its difference, so it has no ratio: "+
			"write a rule non-inferior", r.Metric)}
	case a.side == atLeast && r.Better == stat.Lower:
		return misfit{atLeast, fmt.Errorf("bounds the good side of %s, of which less is better: write %s", r.Metric, atMost)}
	case a.side == atMost && r.Better == stat.Higher:
		return misfit{atMost, fmt.Errorf("bounds the good side of %s, of which more is better: write %s", r.Metric, atLeast)}
	}
	return nil
}
