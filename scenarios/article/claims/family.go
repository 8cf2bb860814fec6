package claims

import (
	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// named is a figure of a fix that a claim names, beside the fix's own primary metric.
type named struct {
	scenario, fix string
	metric        results.Metric
	within        results.Arm
}

func (e Evidence) named() named { return named{e.Scenario, e.Fix, e.Metric, e.Within} }

// isPrimary tells whether it is the figure by which the fix itself is judged.
func (e Evidence) isPrimary(f summary.Fix) bool {
	return e.Within == "" && (e.Metric == (results.Metric{}) || e.Metric == f.Fix.Primary)
}

// in names the arm within which phases are compared; empty where arms are.
func (e Evidence) in() string {
	if e.Within == "" {
		return ""
	}
	return " within its arm " + string(e.Within)
}

// rowOf is the row of a summary that has the figure.
func rowOf(s summary.Summary, f summary.Fix, e Evidence) (summary.Row, bool) {
	switch {
	case e.Within != "":
		w, _ := s.ArmWithin(f.Fix, e.Within)
		return w.Row(e.Metric)
	case e.isPrimary(f):
		return f.Primary, true
	}
	return f.Row(e.Metric)
}

// adjustment is a p-value after the correction over so many tests.
type adjustment struct {
	tests int
	p     float64
}

// families are the corrected p-values of all figures that claims name. They were declared before the runs, as the primary
// metrics were, and are no mere looking at whatever there is: those of one run are corrected together with the primary
// metrics of all its fixes, by Holm, and not with everything else that was measured. These keep the verdicts of the run. A figure that could not be compared is
// one of those declared all the same.
func families(all []Claim, summaries map[string]summary.Summary) map[named]adjustment {
	members := map[string][]Evidence{}
	known := map[named]bool{}
	for _, c := range all {
		for _, e := range c.Fixes {
			f, ran := summaries[e.Scenario].Fix(e.Fix)
			if !ran || known[e.named()] || e.isPrimary(f) {
				continue
			}
			known[e.named()] = true
			members[e.Scenario] = append(members[e.Scenario], e)
		}
	}
	adjusted := map[named]adjustment{}
	for scenario, figures := range members {
		s := summaries[scenario]
		var p []float64
		for _, e := range figures {
			f, _ := s.Fix(e.Fix)
			r, _ := rowOf(s, f, e)
			p = append(p, chance(r))
		}
		for _, f := range s.Fixes {
			p = append(p, chance(f.Primary))
		}
		for i, a := range stat.AdjustHolm(p)[:len(figures)] {
			adjusted[figures[i].named()] = adjustment{tests: len(p), p: a}
		}
	}
	return adjusted
}

// chance is the p-value of a figure by itself.
func chance(r summary.Row) float64 {
	if r.Change == nil {
		return 1
	}
	return r.Change.P
}

// corrected is a row with the verdict that is left of it after the correction of its family. The summary's own row is not
// changed: there it is one of all figures of its fix.
func corrected(r summary.Row, by adjustment) summary.Row {
	if r.Change == nil {
		return r
	}
	c := *r.Change
	c.Adjusted, c.Correction = by.p, stat.Holm
	alone := stat.Comparison{Verdict: c.Alone, At95: stat.Estimate{N: c.Pairs}}
	c.Verdict = alone.CorrectedAmong(by.tests, by.p)
	r.Change = &c
	return r
}
