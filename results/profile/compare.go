package profile

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"aftershock/results/stat"

	pprof "github.com/google/pprof/profile"
)

// Pair are the profiles of one window in a pair's two trials.
type Pair struct {
	Number        int
	Before, After *pprof.Profile
}

// Compare compares a window's profiles over pairs. A pair without a sample in one arm has no shares, and is left out.
// The error is of a profile that is none of CPU time.
func Compare(window string, pairs []Pair) (Window, error) {
	w := Window{Name: window}
	var before, after []times
	var both []Pair
	for _, p := range pairs {
		b, err := timesOf(p.Before)
		if err != nil {
			return w, fmt.Errorf("pair %d, before: %w", p.Number, err)
		}
		a, err := timesOf(p.After)
		if err != nil {
			return w, fmt.Errorf("pair %d, after: %w", p.Number, err)
		}
		if b.all > 0 && a.all > 0 {
			w.Pairs = append(w.Pairs, p.Number)
			before, after, both = append(before, b), append(after, a), append(both, p)
		}
	}
	b, a := together(before), together(after)
	w.Before, w.After, w.Stacks = b.side(), a.side(), stacksOf(both)
	for _, name := range slices.Sorted(maps.Keys(names(b, a))) {
		f := Function{Name: name}
		var err error
		if f.Self, err = shareOf(before, after, func(t times) float64 { return t.share(t.self[name]) }); err != nil {
			return w, err
		}
		if f.With, err = shareOf(before, after, func(t times) float64 { return t.share(t.with[name]) }); err != nil {
			return w, err
		}
		f.Self.Before, f.Self.After = b.share(b.self[name]), a.share(a.self[name])
		f.With.Before, f.With.After = b.share(b.with[name]), a.share(a.with[name])
		if f.moved() >= Fewest {
			w.Functions = append(w.Functions, f)
		}
	}
	slices.SortStableFunc(w.Functions, func(a, b Function) int {
		if a.Clear() != b.Clear() {
			return map[bool]int{true: -1, false: 1}[a.Clear()]
		}
		return -cmp.Compare(a.moved(), b.moved())
	})
	return w, nil
}

// moved is by how much a function's share changed.
func (f Function) moved() float64 { return max(math.Abs(f.Self.Change), math.Abs(f.With.Change)) }

// shareOf estimates the change of a share over pairs.
func shareOf(before, after []times, share func(times) float64) (s Share, err error) {
	var b, a []float64
	for i := range before {
		b, a = append(b, share(before[i])), append(a, share(after[i]))
	}
	// Neither more nor less of a function is better; the direction and the margin are for a verdict, and none is taken.
	c, err := stat.Compare(b, a, stat.Criterion{Scale: stat.Difference, Better: stat.Lower})
	if err != nil {
		return s, err
	}
	s.Change, s.Interval = c.At95.Value, c.At95.HasInterval()
	if s.Interval { // of few pairs it may reach beyond what a share can change by
		s.Low, s.High = max(-1, c.At95.Low), min(1, c.At95.High)
	}
	for _, d := range c.Differences {
		if d*s.Change > 0 {
			s.Same++
		}
	}
	return s, nil
}

func names(sides ...times) map[string]bool {
	all := map[string]bool{}
	for _, t := range sides {
		for name := range t.with {
			all[name] = true
		}
	}
	return all
}
