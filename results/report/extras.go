package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/summary"
)

// beside is what readers want to know about every fix, whatever its primary metric: without changes, which would look
// judged.
func (p *printer) beside(fixes []summary.Fix) {
	rows := [][]string{{
		"BESIDE IT", "PHASE", "P99 BEFORE -> AFTER", "BEYOND P99", "CAPACITY, TRIGGER", "WORST GAP, FAULT",
		"TRIGGER B / A",
	}}
	back := results.Metric{Name: summary.GoodputBack, Phase: results.Recovery}
	recovers := slices.ContainsFunc(fixes, func(f summary.Fix) bool { return rowSides(f, back) != "-" })
	if recovers { // many scenarios are not watched for long enough after a fault
		rows[0] = append(rows[0], "GOODPUT BACK")
	}
	for _, f := range fixes {
		p99 := responseP99(f)
		rows = append(rows, []string{
			f.Name, phaseName(f.Fix.Primary), sides(p99), beyond(p99),
			rowSides(f, results.Metric{Name: "capacity", Phase: results.CapacityTrigger}),
			worst(f, results.Metric{Name: "gap", Phase: results.InFault}), trigger(f),
		})
		if recovers {
			rows[len(rows)-1] = append(rows[len(rows)-1], rowSides(f, back))
		}
	}
	p.line("")
	p.table(rows)
}

// responseP99 is the P99 of the response time in the phase that the fix is judged by, whatever metric gives the
// verdict.
func responseP99(f summary.Fix) summary.Row {
	if r, ok := f.Row(results.Metric{Name: "p99", Phase: f.Fix.Primary.Phase}); ok {
		return r
	}
	if f.Fix.Primary.Name == "p99" {
		return f.Primary // says why there is none
	}
	return summary.Row{}
}

func rowSides(f summary.Fix, m results.Metric) string {
	r, ok := f.Row(m)
	if !ok {
		return "-"
	}
	return sides(r)
}

// worst is the largest value of any trial in either arm.
func worst(f summary.Fix, m results.Metric) string {
	r, ok := f.Row(m)
	if !ok || len(r.Before.Values) == 0 || len(r.After.Values) == 0 {
		return "-"
	}
	return units.Format(slices.Max(r.Before.Values), r.Unit) + " -> " + units.Format(slices.Max(r.After.Values), r.Unit)
}

// pairs is how many pairs the primary metric's interval rests on, of how many planned, and how many of the valid ones
// other processes disturbed. These count like the rest.
func pairs(f summary.Fix) string {
	n := fmt.Sprintf("%d/%d", judged(f), f.Pairs.Planned)
	if f.Pairs.Disturbed > 0 {
		n += fmt.Sprintf(" (%d disturbed)", f.Pairs.Disturbed)
	}
	return n
}

func judged(f summary.Fix) int {
	if c := f.Primary.Change; c != nil {
		return c.Pairs
	}
	return f.Pairs.Valid - f.Pairs.NotExercised
}

// beyond is the fewest samples beyond the quantile in any trial.
func beyond(r summary.Row) string {
	if r.Before.Beyond == 0 {
		return "-"
	}
	return strconv.Itoa(min(r.Before.Beyond, r.After.Beyond))
}

// FixLine writes one fix's result in a line, for a run that continues with the next fix.
func FixLine(w io.Writer, f summary.Fix) error {
	p := &printer{w: w}
	p.line("%s: %s, %s %s, %s, pairs %s", f.Name, f.Verdict, judgedBy(f), sides(f.Primary),
		change(f.Primary), pairs(f))
	if why := f.Astray(); why != "" {
		p.line("warning: %s: %s", f.Name, why)
	}
	return p.err
}
