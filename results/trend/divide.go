package trend

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Division is how a series is divided where its distribution changes.
type Division struct {
	Least        int     // the fewest values on either side of a change point
	Permutations int     // for the test of each
	Level        float64 // the largest p-value of a change point
	Seed         uint64  // of the permutations
}

// Break is a place at which a series changes: the value there is the first of another distribution than those before.
type Break struct {
	At int
	Q  float64 // how far apart both sides are: their energy distance, weighted by how many values they have
	P  float64 // of the permutation test
}

// Breaks finds change points by e-divisive: the place that divides the values best is tested by permutations, and where
// it holds, both sides are divided further. All values are finite. Points come in the order of their places.
//
// D. S. Matteson and N. A. James, A Nonparametric Approach for Multiple Change Point Analysis of Multivariate Data,
// Journal of the American Statistical Association 109 (2014) 334-345; the energy distance with alpha = 1.
func (d Division) Breaks(values []float64) (points []Break) {
	rng := rand.New(rand.NewPCG(d.Seed, 0x5eed))
	for {
		best, ok := d.best(values, bounds(points, len(values)))
		if !ok {
			return points
		}
		if best.P = d.test(rng, values, bounds(points, len(values)), best.Q); best.P > d.Level {
			return points
		}
		i, _ := slices.BinarySearchFunc(points, best.At, func(b Break, at int) int { return b.At - at })
		points = slices.Insert(points, i, best)
	}
}

// bounds are the ends of the segments between points, the series' own among them.
func bounds(points []Break, n int) []int {
	ends := []int{0}
	for _, p := range points {
		ends = append(ends, p.At)
	}
	return append(ends, n)
}

// best is the best division of any segment.
func (d Division) best(values []float64, ends []int) (best Break, found bool) {
	for i := 1; i < len(ends); i++ {
		if p, ok := Split(values[ends[i-1]:ends[i]], d.Least); ok && (!found || p.Q > best.Q) {
			p.At += ends[i-1]
			best, found = p, true
		}
	}
	return best, found
}

// test is the p-value of a division as good as that: the share of permutations that can be divided as well, itself
// among them. Values are permuted within their segments, because what was found to be different stays where it is.
func (d Division) test(rng *rand.Rand, values []float64, ends []int, q float64) float64 {
	shuffled := slices.Clone(values)
	asGood := 1
	for range d.Permutations {
		for i := 1; i < len(ends); i++ {
			part := shuffled[ends[i-1]:ends[i]]
			rng.Shuffle(len(part), func(a, b int) { part[a], part[b] = part[b], part[a] })
		}
		if p, ok := d.best(shuffled, ends); ok && p.Q >= q-1e-12*math.Abs(q) {
			asGood++
		}
	}
	return float64(asGood) / float64(d.Permutations+1)
}

// Split finds the place and the end between which the values differ most from those before: the largest of
//
//	Q = mn/(m+n) (2 E|X-Y| - E|X-X'| - E|Y-Y'|)
//
// over all X = values[:at], Y = values[at:end], of m and n values, each at least so many. The end is searched for as
// well, because a later change would hide an earlier one that it undoes. It takes a number of steps that grows with the
// square of the number of values.
func Split(values []float64, least int) (best Break, found bool) {
	n := len(values)
	if n < 2*least {
		return Break{}, false
	}
	// within[i] is the sum of all distances among values[i:end], for the end of the outer loop.
	within, left := make([]float64, n+1), make([]float64, n+1)
	for end := 1; end <= n; end++ {
		to, v := 0.0, values[end-1]
		for i := end - 2; i >= 0; i-- {
			to += math.Abs(values[i] - v)
			within[i] += to
		}
		left[end] = within[0]
		for at := least; at <= end-least; at++ {
			if q := energy(left[at], within[at], within[0], at, end-at); !found || q > best.Q {
				best, found = Break{At: at, Q: q}, true
			}
		}
	}
	return best, found
}

// energy is Q from sums of distances: within the m values of X, within the n of Y, and among all.
func energy(inX, inY, all float64, m, n int) float64 {
	a, b := float64(m), float64(n)
	mean := func(sum, k float64) float64 {
		if k < 2 {
			return 0
		}
		return sum / (k * (k - 1) / 2)
	}
	return a * b / (a + b) * (2*(all-inX-inY)/(a*b) - mean(inX, a) - mean(inY, b))
}
