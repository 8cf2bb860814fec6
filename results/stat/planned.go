package stat

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Planned is how many pairs a run needs, as a pilot lets one expect.
type Planned struct {
	Pairs int // by the pilot's own spread
	// Least and Most are what the ends of the 80 % interval of the spread ask for: a few pairs tell little of it.
	Least, Most int
	Spread      float64 // standard deviation of the pairs' differences, in their unit
}

// What is planned with: PlannedPower is the chance with which it finds the change, and spreadWithin the
// confidence of the pilot's interval of the spread.
const (
	PlannedPower = 0.90
	spreadWithin = 0.80
)

// rankEfficiency is the asymptotic relative efficiency of the signed-rank test to Student's t for normal differences,
// 3/pi.
const rankEfficiency = 3 / math.Pi

// PairsToFind is how many pairs it takes to find a change of the size d, above 0 and in the unit of the differences, in
// nine runs of ten once so many tests are corrected together by Holm, where the differences of pairs spread as those of
// a pilot. A change that is no larger than the margin is not found by any number of pairs, and is for the caller to
// refuse. A number above MaxPairs says that no run can find it.
//
// It is Guenther's approximation to the power of the t test, with the two-sided level of 5 %/tests that Holm asks of
// the smallest p-value, and more pairs by the efficiency of ranks. It is never below FewestPairs. The interval of the
// spread is the chi-squared one. It is false for fewer than 2 differences, and for differences that are all equal: no
// spread was seen.
//
// W. C. Guenther, Sample Size Formulas for Normal Theory T Tests, The American Statistician 35 (1981) 243-244.
func PairsToFind(differences []float64, d float64, tests int) (Planned, bool) {
	if len(differences) < 2 || !(d > 0) {
		return Planned{}, false
	}
	p := Planned{Spread: newStudent(differences).deviation * math.Sqrt(float64(len(differences)))}
	free := float64(len(differences) - 1)
	chi := distuv.ChiSquared{K: free}
	p.Pairs = pairsToFind(p.Spread, d, tests)
	p.Least = pairsToFind(p.Spread*math.Sqrt(free/chi.Quantile((1+spreadWithin)/2)), d, tests)
	p.Most = pairsToFind(p.Spread*math.Sqrt(free/chi.Quantile((1-spreadWithin)/2)), d, tests)
	return p, p.Spread > 0
}

// pairsToFind is the number of pairs for a spread that is known; MaxPairs+1 stands for all that are too many.
func pairsToFind(spread, d float64, tests int) int {
	z := zQuantile(1 - level/float64(max(tests, 1)))
	sum := z + distuv.UnitNormal.Quantile(PlannedPower)
	apart := sum * spread / d
	n := (apart*apart + z*z/2) / rankEfficiency
	fewest := FewestPairs(tests)
	if n <= float64(fewest) && d < fewestFind(fewest)*spread {
		return fewest + 1
	}
	if n > float64(MaxPairs) {
		return MaxPairs + 1
	}
	return max(fewest, int(math.Ceil(n)))
}

// fewestFind is the change, in spreads, that the fewest pairs find: all of them must have one sign.
func fewestFind(fewest int) float64 {
	return distuv.UnitNormal.Quantile(math.Pow(PlannedPower, 1/float64(fewest)))
}

// Findable is the smallest change that so many pairs find as PairsToFind has it, in the unit of the differences. It is
// false below the fewest pairs that can show anything.
func Findable(spread float64, pairs, tests int) (float64, bool) {
	if pairs < FewestPairs(tests) {
		return 0, false
	}
	z := zQuantile(1 - level/float64(max(tests, 1)))
	// More than 0, because the fewest pairs grow faster with the tests than z*z does.
	left := float64(pairs)*rankEfficiency - z*z/2
	d := (z + distuv.UnitNormal.Quantile(PlannedPower)) / math.Sqrt(left)
	if pairs == FewestPairs(tests) {
		d = max(d, fewestFind(pairs))
	}
	return d * spread, true
}
