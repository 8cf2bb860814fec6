package gate

import (
	"slices"

	"aftershock/results/stat"
	"aftershock/results/summary"
)

// byStudent is the summary as a policy sees it that takes few pairs: changes over 2 to 5 of them are judged by
// Student's t.
func byStudent(s summary.Summary) summary.Summary {
	s.Fixes = slices.Clone(s.Fixes)
	for i := range s.Fixes {
		f := &s.Fixes[i]
		f.Primary, f.Rows = assumed(f.Primary), slices.Clone(f.Rows)
		for j := range f.Rows {
			f.Rows[j] = assumed(f.Rows[j])
		}
	}
	return s
}

// assumed judges a row by assuming that its pairs are normally distributed, where they are too few for anything else.
func assumed(r summary.Row) summary.Row {
	if r.Change == nil || !r.Change.Method.Parametric() {
		return r
	}
	c, err := stat.CompareArms(
		stat.Arm{Values: r.Before.Values, Bounds: r.Before.Bounds}, stat.Arm{Values: r.After.Values, Bounds: r.After.Bounds},
		stat.Criterion{Scale: r.Scale, Better: r.Better, Margin: r.Change.Margin})
	if err != nil {
		return r // a summary that was not computed from its values
	}
	c = stat.Parametric(c)
	change := *r.Change
	change.Alone, change.P, change.Equivalence = c.Verdict, c.P, c.Equivalence
	if d, ok := stat.Detectable(c, 1); ok {
		change.DetectableHarm = c.Scale.Change(d)
	}
	r.Change = &change
	return r
}
