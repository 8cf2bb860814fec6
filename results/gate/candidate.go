package gate

import (
	"cmp"
	"fmt"
	"slices"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// candidate is a fix that a rule is asked about.
type candidate struct {
	record
	fix summary.Fix
}

// judged is the number of pairs that figures rest on.
func (c candidate) judged() int { return c.fix.Pairs.Valid - c.fix.Pairs.NotExercised }

// blocks is the number of an arm's trials: one for each judged block, whatever its outcome.
func (c candidate) blocks() int {
	r, _ := rowOf(c.fix, results.Metric{Name: invalidFigure})
	return max(len(r.After.Values), c.fix.Pairs.Valid)
}

// trials are an arm's figures in all of its trials, whether or not they are compared.
func (c candidate) trials(m results.Metric, arm results.Arm) (s summary.Side, unit string, known bool) {
	row, ok := rowOf(c.fix, m)
	beside, more := c.fix.FigureBeside(m)
	s, rest := row.After, beside.After
	if arm == results.Before {
		s, rest = row.Before, beside.Before
	}
	s.Bounds = slices.Concat(whichTimedOut(s), whichTimedOut(rest))
	s.Values, s.Pairs = slices.Concat(s.Values, rest.Values), slices.Concat(s.Pairs, rest.Pairs)
	return s, cmp.Or(row.Unit, beside.Unit), ok || more
}

// whichTimedOut tells of each value whether it is a bound.
func whichTimedOut(s summary.Side) []bool {
	bounds := make([]bool, len(s.Values))
	for i := range bounds {
		bounds[i] = timedOut(s, i)
	}
	return bounds
}

// unusable says why the fix cannot be judged, if it cannot.
func (c candidate) unusable() (why string, is bool) {
	switch {
	case c.fix.Pairs.Valid == 0:
		return "the fix has no valid pair", true
	case c.judged() <= 0:
		return "the fix was not exercised: " + c.fix.Unmet() + " (" + c.fix.Fix.Trigger.Says + ")", true
	}
	return "", false
}

// row finds the figures that a rule is about. They may be missing although nothing is wrong; why is then not empty.
func (c candidate) row(m results.Metric) (r summary.Row, why string, err error) {
	if err := c.check(m); err != nil {
		return summary.Row{}, "", err
	}
	if why, is := c.unusable(); is {
		return summary.Row{}, why, nil
	}
	if r, ok := rowOf(c.fix, m); ok {
		return r, "", nil
	}
	return summary.Row{}, fmt.Sprintf("no pair has %s in both arms", m), nil
}

// compared finds the row of a rule about a change, and the obstacle to judging it, if there is one.
func (c candidate) compared(m results.Metric) (r summary.Row, in obstacle, err error) {
	r, why, err := c.row(m)
	switch {
	case err != nil || why != "":
	case r.Change != nil:
		if why = cmp.Or(c.lost(), c.lacking(r)); why == "" {
			return r, c.tooFew(r), nil
		}
	case r.Note != "":
		why = r.Note
	default:
		why = "the arms were not compared"
	}
	return r, obstacle{Invalid, why}, err
}

// corrected is the verdict on a row after the correction over all gated metrics. A policy that takes few pairs takes
// those that are too few for it, too.
func (c candidate) corrected(r summary.Row) stat.Verdict {
	adjusted := c.adjusted[cell{c.fix.Name, r.Metric}]
	alone := stat.Comparison{Verdict: r.Change.Alone, At95: stat.Estimate{N: r.Change.Pairs}}
	if c.fewAllowed {
		return alone.Corrected(adjusted)
	}
	return alone.CorrectedAmong(len(c.adjusted), adjusted)
}

// lost says how many pairs cannot be compared because of an arm's outcome, such as a cluster that did not recover.
// The remaining pairs were selected by that.
func (c candidate) lost() string {
	n := c.blocks() - c.fix.Pairs.Valid
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf("%d of %s have a trial that is invalid by what its arm went through, and those that are "+
		"left were chosen by that", n, units.Count(c.blocks(), "pair"))
}

// lacking says how many pairs a change leaves out, if any. They are not random: a process that crashed or hung took the
// figures of its worst trial with it, and the remaining pairs look good.
func (c candidate) lacking(r summary.Row) string {
	missing := c.judged() - r.Change.Pairs
	if missing <= 0 {
		return ""
	}
	why := fmt.Sprintf("%d of %s lack %s in one arm, and those that are left were chosen by what happened in them",
		missing, units.Count(c.judged(), "pair"), r.Metric)
	if p := c.fix.Pairs; p.CrashedBefore+p.CrashedAfter > 0 {
		why += fmt.Sprintf("; the workload crashed in %s before and %d after",
			units.Count(p.CrashedBefore, "trial"), p.CrashedAfter)
	}
	return why
}

// invalid is the answer to a rule for which the run has no figure.
func invalid(bound, why string) Answer {
	return Answer{Result: Invalid, Measured: "nothing", Bound: bound, Why: why}
}

// hasInterval tells whether the change's intervals mean anything: a single pair has none.
func hasInterval(c *summary.Change) bool { return c.Confidence > 0 }

// estimate prints a change with one of its intervals, and the medians that it is about.
func estimate(r summary.Row, low, high float64, level string) string {
	relative := r.Scale == stat.Ratio
	open := string(r.Change.Open)
	change := units.OpenInterval(r.Change.Value, low, high, r.Unit, relative, open) + " at " + level
	if !hasInterval(r.Change) {
		change = units.Bound(r.Change.Value, r.Unit, relative, open) + " (no interval)"
	}
	return fmt.Sprintf("%s, %s -> %s, %s", change, median(r.Before, r.Unit), median(r.After, r.Unit),
		units.Count(r.Change.Pairs, "pair"))
}

// median prints a side's median, which may be a bound.
func median(s summary.Side, unit string) string {
	if s.AtLeast {
		return ">=" + units.Format(s.Median, unit)
	}
	return units.Format(s.Median, unit)
}
