package stat

import (
	"math"
	"sort"
)

// MorePairs tells about how many more pairs an inconclusive comparison needs until its 95 % interval leaves 0 or its
// 90 % interval lies inside the margin, whichever comes first. It assumes that the estimate stays where it is and that
// both ends of an interval draw nearer to it as 1/sqrt(pairs); below 6 pairs the quantile of Student's t shrinks as
// well, which is 12.7 at two pairs and nears 1.96: without it two pairs would ask for up to forty times too many. Of
// course the estimate does not stay. This is a hint for planning the next run with a fixed number of pairs; adding
// pairs until a verdict appears is what it is not for.
//
// It is false where more pairs do not decide: beyond MaxPairs in all, without an interval to start from (fewer than two
// pairs), or when the trigger was not exercised. A comparison that is decided needs 0.
func MorePairs(c Comparison) (int, bool) {
	switch {
	case c.Verdict == NotExercised:
		return 0, false
	case c.Verdict != Inconclusive:
		return 0, true
	case !c.At95.HasInterval() || !c.At90.HasInterval():
		return 0, false
	}
	// Intervals only shrink towards a fixed value, so what is decided at n pairs more stays decided at n + 1.
	most := MaxPairs - c.At95.N
	more := 1 + sort.Search(most, func(i int) bool {
		n := c.At95.N + 1 + i
		return judge(foreseen(c.At95, n), foreseen(c.At90, n), c.Criterion) != Inconclusive
	})
	if more > most {
		return 0, false
	}
	return more, true
}

// foreseen is the estimate as n pairs would give it.
func foreseen(e Estimate, n int) Estimate {
	shrink := math.Sqrt(float64(e.N) / float64(n))
	if e.Method == StudentT {
		shrink *= tQuantile(n, e.Confidence) / tQuantile(e.N, e.Confidence)
	}
	e.Low = e.Value - shrink*(e.Value-e.Low)
	e.High = e.Value + shrink*(e.High-e.Value)
	e.N = n
	return e
}
