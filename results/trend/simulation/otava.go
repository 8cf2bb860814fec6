package simulation

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"aftershock/results/trend"
)

// Otava is the rule of Apache Otava, formerly Hunter, as its authors and its documentation describe it: windows that
// overlap by half are divided by e-divisive with Student's t-test in place of permutations, at ten times the level; of
// the weak change points, those that do not hold at the level are taken away, the weakest first. It is written here
// from that description, and its change points are those that its authors publish for their data (otava_test.go).
//
// M. Fleming, P. Kolaczkowski and others, Hunter: Using Change Point Detection to Hunt for Performance Regressions,
// ICPE 2023; https://otava.apache.org.
type Otava struct {
	Window int
	Level  float64 // largest p-value
	Least  float64 // smallest change, as a share

	weak map[[2]int][]int // change points of windows that were divided before: a series only grows
}

// Changes are the change points of a series, in its order.
func (o *Otava) Changes(values []float64) []int {
	return o.merge(values, o.split(values))
}

// split gives the weak change points.
func (o *Otava) split(values []float64) (weak []int) {
	for start := 0; start < len(values); {
		end := min(start+o.Window, len(values))
		found := o.divided(values, start, end)
		last := 0
		for _, at := range found {
			last = max(last, at)
			if !slices.Contains(weak, at) {
				weak = append(weak, at)
			}
		}
		start = max(last, start+o.Window/2)
	}
	slices.Sort(weak)
	return weak
}

// divided are the change points of a window.
func (o *Otava) divided(values []float64, start, end int) []int {
	key := [2]int{start, end}
	if found, ok := o.weak[key]; ok {
		return found
	}
	found := o.divide(values, start, end)
	if o.weak == nil {
		o.weak = map[[2]int][]int{}
	}
	o.weak[key] = found
	return found
}

// divide takes the best place of all segments, one after the other, until one does not hold.
func (o *Otava) divide(values []float64, start, end int) (found []int) {
	for {
		best, at := math.Inf(-1), 0
		ends := slices.Concat([]int{start}, found, []int{end})
		for i := 1; i < len(ends); i++ {
			if b, ok := trend.Split(values[ends[i-1]:ends[i]], 1); ok && b.Q > best {
				best, at = b.Q, ends[i-1]+b.At
			}
		}
		i, known := slices.BinarySearch(found, at)
		if math.IsInf(best, -1) || known {
			return found
		}
		if _, p := differ(values[ends[i]:at], values[at:ends[i+1]]); !(p <= o.weakLevel()) {
			return found
		}
		found = slices.Insert(found, i, at)
	}
}

func (o *Otava) weakLevel() float64 {
	switch {
	case o.Level < 0.05:
		return 10 * o.Level
	case o.Level < 0.5:
		return 2 * o.Level
	}
	return o.Level
}

// merge takes change points away until all that are left hold: the one with the largest p-value, or, where all are
// small enough, the one with the smallest change. Of the two neighbours of what was taken away, the published program
// computes the later one again and not the earlier, and so does this: its published change points follow from it.
func (o *Otava) merge(values []float64, points []int) []int {
	points = slices.Clone(points)
	p, change := make([]float64, len(points)), make([]float64, len(points))
	compute := func(i int) {
		ends := slices.Concat([]int{0}, points, []int{len(values)})
		change[i], p[i] = differ(values[ends[i]:points[i]], values[points[i]:ends[i+2]])
	}
	for i := range points {
		compute(i)
	}
	for len(points) > 0 {
		i := slices.Index(p, slices.Max(p))
		if p[i] < o.Level {
			if i = slices.Index(change, slices.Min(change)); change[i] > o.Least {
				return points
			}
		}
		points, p, change = slices.Delete(points, i, i+1), slices.Delete(p, i, i+1), slices.Delete(change, i, i+1)
		for j := i; j <= i+1 && j < len(points); j++ {
			compute(j)
		}
	}
	return points
}

// differ is the size of the change between two samples, as a share, and the two-sided p-value of Student's t-test with
// one variance. Deviations are those of the sample, without Bessel's correction, as the rule's authors compute them.
func differ(left, right []float64) (change, p float64) {
	m, n := float64(len(left)), float64(len(right))
	a, b := stat.Mean(left, nil), stat.Mean(right, nil)
	change = max(math.Abs(b/a-1), math.Abs(a/b-1))
	if m+n <= 2 {
		return change, 1
	}
	va, vb := stat.PopVariance(left, nil), stat.PopVariance(right, nil)
	pooled := ((m-1)*va + (n-1)*vb) / (m + n - 2)
	t := (a - b) / math.Sqrt(pooled*(1/m+1/n))
	if math.IsNaN(t) {
		return change, 1
	}
	return change, 2 * distuv.StudentsT{Sigma: 1, Nu: m + n - 2}.Survival(math.Abs(t))
}
