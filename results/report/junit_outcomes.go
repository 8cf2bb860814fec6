package report

import (
	"fmt"
	"strings"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/gate"
	"aftershock/results/summary"
)

// outcomeFigures are 1 in a trial in which it happened and 0 in all others.
var outcomeFigures = []string{"crashed", "invalid", "diverged"}

// outcomes say of each fix in how many trials of each arm something happened that a figure would not show, and how
// many were spoiled. Not every CI server shows a suite's properties, so the output of the cases has them as well.
func outcomes(s summary.Summary) (all []property) {
	for _, f := range s.Fixes {
		for _, line := range outcomesOf(f) {
			name, value, _ := strings.Cut(line, ": ")
			all = append(all, property{Name: f.Name + " " + name, Value: value})
		}
	}
	for _, d := range s.Damaged {
		all = append(all, property{Name: "damaged", Value: d.File + ": " + d.What})
	}
	top, _ := s.TopWarnings()
	for _, w := range top {
		all = append(all, property{Name: "warning", Value: w.What})
	}
	return all
}

// outcomesOf are the lines about one fix, those that count nothing left out.
func outcomesOf(f summary.Fix) (lines []string) {
	for _, name := range outcomeFigures {
		r, ok := f.Row(results.Metric{Name: name})
		if before, after := happened(r.Before), happened(r.After); ok && before+after > 0 {
			lines = append(lines, fmt.Sprintf("%s: %d of %d before, %d of %s after", name,
				before, len(r.Before.Values), after, units.Count(len(r.After.Values), "trial")))
		}
	}
	spoiled := 0
	for _, i := range f.Pairs.Invalid {
		if i.Spoiled && !i.Interrupted {
			spoiled++
		}
	}
	if spoiled > 0 {
		lines = append(lines, "spoiled: "+units.Count(spoiled, "trial"))
	}
	return lines
}

func happened(s summary.Side) (trials int) {
	for _, v := range s.Values {
		if v > 0 {
			trials++
		}
	}
	return trials
}

// caseOut is the output of each case of a fix, whether it passed or not: the outcomes of its trials, and its damaged
// files.
func caseOut(s summary.Summary, a gate.Answer) string {
	f, ok := s.Fix(a.Fix)
	if !ok {
		return ""
	}
	lines := outcomesOf(f)
	for _, d := range s.DamageOf(f.Name) {
		lines = append(lines, "damaged: "+d.File+": "+d.What)
	}
	return strings.Join(lines, "\n")
}

// suiteOut is the output of the suite, whatever the cases say: the decision's notes, and the run's warnings.
func suiteOut(in Input) string {
	var lines []string
	for _, note := range in.Decision.Notes {
		lines = append(lines, "note: "+note)
	}
	for _, w := range in.Summary.Warnings {
		lines = append(lines, "warning: "+w.What)
	}
	return strings.Join(lines, "\n")
}
