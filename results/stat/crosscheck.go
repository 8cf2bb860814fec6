package stat

import (
	"errors"
	"math"
	"slices"

	moremath "github.com/aclements/go-moremath/stats"
	"gonum.org/v1/gonum/floats"
	gonum "gonum.org/v1/gonum/stat"
)

// Autocorrelation is that of values with the values before them, at lag 1, from -1 to 1: the sum of (d_i - mean)
// (d_(i+1) - mean) over the sum of (d_i - mean)^2. Independent values have one near -1/n. Far from 0, say beyond
// 2/sqrt(n), one pair tells what the next will be, and an interval that takes them for independent is too narrow (above
// 0) or too wide (below 0). It depends on the order, which must be that in which the pairs ran.
//
// It is false with fewer than 4 values, when all are equal, and when one is NaN or infinite.
//
// G. E. P. Box, G. M. Jenkins and G. C. Reinsel, Time Series Analysis, 4th ed. (2008), chapter 2.
func Autocorrelation(d []float64) (r float64, ok bool) {
	if len(d) < 4 || slices.ContainsFunc(d, infinite) {
		return 0, false
	}
	// Halved, so that their distance is finite, and scaled to 0..1, so that no square overflows or vanishes.
	low, high := slices.Min(d)/2, slices.Max(d)/2
	if high == low {
		return 0, false
	}
	z := make([]float64, len(d))
	for i, v := range d {
		z[i] = (v/2 - low) / (high - low)
	}
	floats.AddConst(-gonum.Mean(z, nil), z)
	return floats.Dot(z[:len(z)-1], z[1:]) / floats.Dot(z, z), true
}

// MannWhitney is the two-sided p-value of Mann and Whitney's test that two independent samples come from the same
// distribution: what benchstat prints. It takes the arms for unpaired, so that it is blind to what a pair has in common,
// and is shown beside a verdict without ever deciding it. It is 1 when all values are equal. Up to 50 values an arm (25
// with ties) the distribution is exact, above it is the normal approximation with corrections for ties and continuity.
//
// It is false when an arm is empty or holds a NaN or an infinity.
//
// H. B. Mann and D. R. Whitney, On a Test of Whether one of Two Random Variables is Stochastically Larger than the
// Other, Annals of Mathematical Statistics 18 (1947) 50-60; computed by github.com/aclements/go-moremath.
func MannWhitney(before, after []float64) (p float64, ok bool) {
	if slices.ContainsFunc(before, infinite) || slices.ContainsFunc(after, infinite) {
		return 0, false
	}
	result, err := moremath.MannWhitneyUTest(before, after, moremath.LocationDiffers)
	switch {
	case errors.Is(err, moremath.ErrSamplesEqual):
		return 1, true
	case err != nil || math.IsNaN(result.P):
		return 0, false
	}
	return min(1, max(0, result.P)), true
}
