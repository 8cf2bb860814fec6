package stat

import (
	"math"
	"sort"
)

// MorePairs tells about how many more pairs an undecided comparison needs until its change is significant or its 90 %
// interval lies inside the margin, whichever comes first. Significant means at 5 % over as many tests as metrics are
// corrected together, which is what Holm asks of the smallest p-value; tests below 1 count as 1. A verdict that such a
// correction takes back is undecided, and so are too few pairs.
//
// It assumes that the estimate stays where it is and that both ends of an interval draw nearer to it as 1/sqrt(pairs);
// below 6 pairs the quantile of Student's t shrinks as well, which is 12.7 at two pairs and nears 1.96: without it two
// pairs would ask for up to forty times too many. There must be enough pairs to decide anything at all (FewestPairs);
// where there is no interval yet, so many are the guess. Of course the estimate does not stay. This is a hint for
// planning the next run with a fixed number of pairs; adding pairs until a verdict appears is what it is not for.
//
// It is false where more pairs do not decide: beyond MaxPairs in all, without an estimate to start from (no pair, or
// bounds in both directions), or when the trigger was not exercised. A comparison that is decided needs 0.
func MorePairs(c Comparison, tests int) (int, bool) {
	tests = max(tests, 1)
	now, fewest := c.At95.N, FewestPairs(tests)
	switch v := c.CorrectedAmong(tests, min(1, float64(tests)*c.P)); {
	case v == NotExercised, now == 0, c.Open == OpenBoth:
		return 0, false
	case v != Inconclusive && v != TooFewPairs:
		return 0, true
	case !c.At95.HasInterval() || !c.At90.HasInterval():
		return fewest - now, now < fewest
	}
	// Intervals only shrink towards a fixed value, so what is decided at n pairs is decided at n + 1.
	from := min(max(now+1, fewest), MaxPairs+1)
	n := from + sort.Search(MaxPairs+1-from, func(i int) bool {
		n := from + i
		return judge(foreseen(c.At95, n, tests), foreseen(c.At90, n, 1), c.Criterion) != Inconclusive
	})
	if n > MaxPairs {
		return 0, false
	}
	return n - now, true
}

// FewestPairs is the smallest number of pairs with which a change could be found at all when so many tests are corrected
// together by Holm: the smallest p-value of the signed-rank test, 2/2^n, is at most 5 % over the tests. It is 6 for one
// test and 8 for four.
func FewestPairs(tests int) int {
	n := fewestRanks
	for float64(max(tests, 1))*math.Ldexp(2, -n) > level {
		n++
	}
	return n
}

// foreseen is the estimate as n pairs would give it, at the confidence that so many tests ask for.
func foreseen(e Estimate, n, tests int) Estimate {
	confidence := 1 - (1-e.Confidence)/float64(tests)
	shrink := math.Sqrt(float64(e.N) / float64(n))
	if e.Method == StudentT {
		shrink *= tQuantile(n, confidence) / tQuantile(e.N, e.Confidence)
	} else {
		shrink *= zQuantile(confidence) / zQuantile(e.Confidence)
	}
	e.Low = end(e.Value, e.Low, shrink)
	e.High = end(e.Value, e.High, shrink)
	e.N, e.Confidence = n, confidence
	return e
}

// end is an end of an interval whose distance from the estimate shrinks; an open one stays open.
func end(value, at, shrink float64) float64 {
	if math.Abs(at) == math.MaxFloat64 {
		return at
	}
	return value + shrink*(at-value)
}
