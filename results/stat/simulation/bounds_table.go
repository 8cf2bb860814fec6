package simulation

import (
	"fmt"
	"strings"
)

const boundsLegend = `
**bounds**: a share of the before arm's trials reaches the operation time-out. An interval covers a change when the end
that is known does not exclude it; one without ends covers everything.

| at the time-out | pairs | identical arms: an end is open | false alarms | covers %+.0f %% | no difference at the margin | %.0f %% found | covers %.0f %% |
|---|---|---|---|---|---|---|---|
`

// boundsTable shows what becomes of values that are bounds.
func (r Result) boundsTable() (text string, broken []string, err error) {
	var b strings.Builder
	fmt.Fprintf(&b, boundsLegend, 100*Change, 100*repaired, 100*repaired)
	for i, share := range BoundedShares() {
		t := &r.Bounds[i]
		for k, pairs := range boundedPairs {
			lines, bad, err := boundsRow(share, pairs, t.Pairs[k], t.Repetitions)
			if err != nil {
				return "", nil, err
			}
			b.WriteString(lines)
			broken = append(broken, bad...)
		}
	}
	return b.String(), broken, nil
}

func boundsRow(share float64, pairs int, p Bounded, of int) (_ string, broken []string, err error) {
	var text strings.Builder
	fmt.Fprintf(&text, "| %.0f %% | %d |", 100*share, pairs)
	for _, cell := range []struct {
		name    string
		events  int
		promise promise
	}{
		{"an end is open", p.Open, none},
		{"false alarms", p.FalseAlarms, atMost},
		{fmt.Sprintf("covers %+.0f %%", 100*Change), p.Covered, atLeast},
		{"no difference at the margin", p.Same, atMost},
		{"found", p.Found, none},
		{fmt.Sprintf("covers %.0f %%", 100*repaired), p.AtLeast, atLeast},
	} {
		rate, err := newRate(cell.events, of, cell.promise)
		if err != nil {
			return "", nil, err
		}
		if !rate.holds {
			where := fmt.Sprintf("bounds, %.0f %% of %d pairs, %s", 100*share, pairs, cell.name)
			broken = append(broken, brokenRate(where, rate))
		}
		fmt.Fprintf(&text, " %s |", rate)
	}
	return text.String() + "\n", broken, nil
}
