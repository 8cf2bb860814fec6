package summary

import (
	"fmt"
	"slices"
	"strings"

	"aftershock/internal/units"
	"aftershock/results/stat"
)

// bound tells whether a value is a bound.
func (s Side) bound(i int) bool { return i < len(s.Bounds) && s.Bounds[i] }

// Bounded counts the values that are bounds.
func (s Side) Bounded() (n int) {
	for i := range s.Values {
		n += count(s.bound(i))
	}
	return n
}

// arm is the side as it is compared.
func (s Side) arm() stat.Arm { return stat.Arm{Values: s.Values, Bounds: s.Bounds} }

// close computes the median. It is a bound when the middle value is one: the other bounds, which may all be larger,
// do not change which value is in the middle.
func (s *Side) close() {
	s.Median, _ = stat.Median(s.Values)
	if s.Bounded() == 0 {
		s.Bounds = nil
		return
	}
	order := make([]int, len(s.Values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch x, y := s.Values[a], s.Values[b]; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return count(s.bound(a)) - count(s.bound(b)) // a value that was measured is no larger than an equal bound
	})
	n := len(order)
	s.AtLeast = s.bound(order[n/2]) || s.bound(order[(n-1)/2])
}

// unknown says why there is no estimate with so many bounds.
func (r *Row) unknown() string {
	both := 0
	for i := range r.Before.Values {
		both += count(r.Before.bound(i) && r.After.bound(i))
	}
	return fmt.Sprintf("%s of %s, in both arms of %d: the change may be of either sign", r.cutOff(),
		units.Count(len(r.Before.Values), "pair"), both)
}

// cutOff says what turned so many values into bounds.
func (r Row) cutOff() string {
	what := "the operation time-out was reached by"
	switch {
	case r.Scale == stat.Difference: // a sum of times
		what = "the time was still running at the end of"
	case strings.HasSuffix(r.Name, GoodputBack):
		what = "goodput was not back for a second in"
	}
	return fmt.Sprintf("%s %s before and %d after", what, units.Count(r.Before.Bounded(), "trial"), r.After.Bounded())
}

// PairChanges are what each pair says by itself, in the order in which the pairs were run. There are none where the
// values cannot be compared.
func (r Row) PairChanges() []stat.PairChange {
	all, err := stat.PairChanges(r.Before.arm(), r.After.arm(), r.Scale)
	if err != nil {
		return nil
	}
	return all
}
