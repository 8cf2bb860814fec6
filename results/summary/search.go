package summary

import (
	"math"

	"aftershock/results"
	"aftershock/results/stat"
)

// Search is what it takes to find a change for the better of a fix's primary figure, as the pairs of a run let one
// expect. Whether they showed one is not looked at.
type Search struct {
	Fix    string
	Metric results.Metric
	Unit   string
	Scale  stat.Scale
	Change float64 // that is to be found, as a report shows it
	Pilot  int     // the pairs that told the spread
	stat.Planned
	Why string // why nothing can be said; empty if Planned holds

	by    stat.Criterion
	tests int
}

// Searches tells for each fix of a run what it takes to find a change of a share, such as 0.1, in a run of as many
// fixes. As with the margin, a figure that is a share itself is asked for a tenth of that in points.
func (s Summary) Searches(share float64) (all []Search) {
	for _, f := range s.Fixes {
		all = append(all, f.search(share, len(s.Fixes)))
	}
	return all
}

func (f Fix) search(share float64, tests int) Search {
	c := f.Primary.comparison
	s := Search{
		Fix: f.Name, Metric: f.Primary.Metric, Unit: f.Primary.Unit, Scale: f.Primary.Scale, Pilot: len(c.Differences),
		by: c.Criterion, tests: tests,
	}
	d := share / sharesPerRatio
	if c.Scale == stat.Ratio {
		d = math.Log1p(share)
		if c.Better == stat.Lower {
			d = -math.Log1p(-share)
		}
	}
	s.Change = c.Improvement(d)
	planned, ok := stat.PairsToFind(c.Differences, d, tests)
	switch {
	case f.Primary.Change == nil:
		s.Why = f.Primary.Note
	case c.Open != stat.Closed:
		s.Why = "a time-out or the trial's end cut its values off, and their spread is not known"
	case len(c.Differences) < 2:
		s.Why = "one pair shows no spread"
	case !ok:
		s.Why = "its pairs do not differ, so that any number from the fewest on would do"
	}
	s.Planned = planned
	return s
}

// Found is the change that so many pairs find, as a report shows it; false where they find none.
func (s Search) Found(pairs int) (change float64, ok bool) {
	d, ok := stat.Findable(s.Spread, pairs, s.tests)
	return s.by.Improvement(d), ok
}
