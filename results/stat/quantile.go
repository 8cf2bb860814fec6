package stat

import (
	"math"
	"slices"
)

// FewestBeyond is how many samples must lie beyond a quantile for it to be shown. The P99 of a hundred requests has one
// beyond it: it is the second-worst request, and the next trial has another.
const FewestBeyond = 20

// Quantile is the nearest-rank quantile of ascending samples: the smallest with at least a share q of the samples at or
// below it, of rank ceil(q n). It is always a sample that occurred, never one in between. Others have other rules, and
// a P99 of theirs is another: hdrhistogram-go 1.4.0 rounds the rank to the nearest, so that it is one lower for n mod
// 100 from 51 to 99, where HdrHistogram for Java and JavaScript round up as here; fortio and vegeta interpolate. It is
// false without samples and for a q outside [0, 1]; q = 0 is the smallest sample.
//
// R. J. Hyndman and Y. Fan, Sample Quantiles in Statistical Packages, The American Statistician 50 (1996) 361-365,
// definition 1.
func Quantile[T int64 | float64](sorted []T, q float64) (T, bool) {
	if len(sorted) == 0 || !(q >= 0 && q <= 1) {
		return 0, false
	}
	return sorted[max(rank(len(sorted), q), 1)-1], true
}

// Beyond is the number of n samples that lie beyond the quantile q, floor(n (1 - q)): 20 of 2000 for q = 0.99. It is 0,
// so that nothing is shown, for an n below 1 and for a q outside [0, 1].
func Beyond(n int, q float64) int {
	if n < 1 || !(q >= 0 && q <= 1) {
		return 0
	}
	return n - rank(n, q)
}

// rank is ceil(q n) for the decimal q that was meant: 0.07 * 100 is 7.000000000000001 in float64, and its rank is 7.
func rank(n int, q float64) int {
	exact := q * float64(n)
	whole := math.Ceil(exact)
	// q and the product are each off by at most half a unit in the last place.
	if nearest := math.Round(exact); math.Abs(exact-nearest) <= exact*0x1p-51 {
		whole = nearest
	}
	if whole >= float64(n) { // compared before it is converted, because float64 rounds a large n up
		return n
	}
	return int(whole)
}

// Median is the middle value, or the mean of the two in the middle. It is false without values and when one is NaN or
// infinite.
func Median(values []float64) (float64, bool) {
	if len(values) == 0 || slices.ContainsFunc(values, infinite) {
		return 0, false
	}
	return middle(slices.Sorted(slices.Values(values))), true
}

// infinite tells what is no finite number, NaN included.
func infinite(v float64) bool { return !(math.Abs(v) <= math.MaxFloat64) }

// middle is the median of ascending values. Halved before they are added, because two large ones may overflow.
func middle(sorted []float64) float64 {
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	a, b := sorted[n/2-1], sorted[n/2]
	if a == b {
		return a
	}
	return a/2 + b/2
}
