package stat

import (
	"math"
	"slices"
)

// AdjustHolm corrects p-values of tests whose verdicts stand together: an adjusted p-value of at most 5 % is significant,
// and the chance that any of the tests without a real change is called one is at most 5 %, however they depend on each
// other. The k-th smallest of m is multiplied by m-k+1; none is smaller than the one before it, none above 1. The result
// has the order of the input, which is left as it was.
//
// What is no p-value (NaN, or outside 0 to 1) counts as 1: a test that was not made shows nothing, and still was one of
// those declared.
//
// S. Holm, A Simple Sequentially Rejective Multiple Test Procedure, Scandinavian Journal of Statistics 6 (1979) 65-70.
func AdjustHolm(p []float64) []float64 {
	adjusted := make([]float64, len(p))
	largest := 0.0
	for k, i := range ascending(p) {
		largest = max(largest, min(1, float64(len(p)-k)*probability(p[i])))
		adjusted[i] = largest
	}
	return adjusted
}

// AdjustBenjaminiHochberg corrects p-values of tests that are looked through for what stands out: of those with an
// adjusted p-value of at most 5 %, at most 5 % are false alarms on average, when the tests are independent or depend
// on each other positively. The k-th smallest of m is multiplied by m/k; none is larger than the one after it, none
// above 1. Order, and what is no p-value, are as with AdjustHolm.
//
// Y. Benjamini and Y. Hochberg, Controlling the False Discovery Rate, Journal of the Royal Statistical Society B 57
// (1995) 289-300; the dependence: Y. Benjamini and D. Yekutieli, Annals of Statistics 29 (2001) 1165-1188.
func AdjustBenjaminiHochberg(p []float64) []float64 {
	adjusted := make([]float64, len(p))
	smallest := 1.0
	for k, i := range slices.Backward(ascending(p)) {
		smallest = min(smallest, float64(len(p))/float64(k+1)*probability(p[i]))
		adjusted[i] = smallest
	}
	return adjusted
}

// AdjustBenjaminiYekutieli is AdjustBenjaminiHochberg for tests that may depend on each other in any way, as figures of
// the same trials do: a batch that failed is one that did not succeed, and a stall is in all quantiles. Each p-value
// counts 1 + 1/2 + ... + 1/m times.
//
// Y. Benjamini and D. Yekutieli, The Control of the False Discovery Rate in Multiple Testing under Dependency, Annals
// of Statistics 29 (2001) 1165-1188, theorem 1.3.
func AdjustBenjaminiYekutieli(p []float64) []float64 {
	adjusted := AdjustBenjaminiHochberg(p)
	for i := range adjusted {
		adjusted[i] = min(1, adjusted[i]*harmonic(len(p)))
	}
	return adjusted
}

// harmonic is 1 + 1/2 + ... + 1/m.
func harmonic(m int) (sum float64) {
	for k := m; k >= 1; k-- {
		sum += 1 / float64(k)
	}
	return sum
}

// Reach is what so many pairs can show among tests that AdjustBenjaminiYekutieli corrects: how many of the tests must
// have the smallest p-value that there is at once, 2/2^pairs, for these to be significant (atOnce, above tests when
// none can be), and with how many pairs one of them would be by itself (alone). Without a test both are 0.
func Reach(tests, pairs int) (atOnce, alone int) {
	if tests < 1 {
		return 0, 0
	}
	weight := float64(tests) * harmonic(tests)
	for alone = fewestRanks; weight*math.Ldexp(2, -alone) > level; alone++ {
	}
	// Beyond that many tests none is significant however many there are, so that the number may stop there.
	return int(min(float64(tests)+1, max(1, math.Ceil(weight*math.Ldexp(2, -pairs)/level)))), alone
}

// Corrected is the verdict after a correction. A change whose adjusted p-value is above 5 %, or NaN, is Inconclusive;
// NoDifference needs none, because its test errs by missing a change, and it is one test a metric.
func (c Comparison) Corrected(adjusted float64) Verdict {
	if changed := c.Verdict == Improved || c.Verdict == Regressed; changed && !(adjusted <= level) {
		return Inconclusive
	}
	return c.Verdict
}

// CorrectedAmong is Corrected for one of so many tests that stand together. With fewer pairs than could show a change
// among them (FewestPairs) it is TooFewPairs, whatever else was found: a run that can answer in one way only was not
// asked.
func (c Comparison) CorrectedAmong(tests int, adjusted float64) Verdict {
	if c.Verdict != NotExercised && c.At95.N < FewestPairs(tests) {
		return TooFewPairs
	}
	return c.Corrected(adjusted)
}

// ascending gives the indices of p by the size of their p-values.
func ascending(p []float64) []int {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch x, y := probability(p[a]), probability(p[b]); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	return order
}

// probability is p, or 1 for what is none.
func probability(p float64) float64 {
	if p >= 0 && p <= 1 {
		return p
	}
	return 1
}
