package stat

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Method names how an estimate and its interval were made.
type Method string

// The methods.
const (
	NoInterval Method = "no interval"           // fewer than two pairs
	StudentT   Method = "paired t (parametric)" // assumes that the differences are normal
	Wilcoxon   Method = "signed-rank"           // assumes that they are symmetric about their centre, nothing else
)

// Parametric tells whether the method assumes a shape of the distribution that so few pairs cannot show to be wrong.
func (m Method) Parametric() bool { return m == StudentT }

// Estimate is the centre of N differences and an interval for it, in the unit of the differences. It holds no NaN and
// no infinity, so that it can always be written as JSON.
type Estimate struct {
	Value      float64 `json:"value"`
	Low        float64 `json:"low"` // the interval is closed, [Low, High], and contains Value
	High       float64 `json:"high"`
	Confidence float64 `json:"confidence"` // what was asked for
	Achieved   float64 `json:"achieved"`   // what the interval has, at least Confidence; 0 when there is no interval
	N          int     `json:"n"`
	Method     Method  `json:"method"`
}

// HasInterval tells whether Low and High mean anything. Without an interval they are 0, which is not an interval at 0.
func (e Estimate) HasInterval() bool { return e.Achieved > 0 }

// HalfWidth is half the length of the interval, in the unit of the differences. That of an open one is the largest
// float64 or near it.
func (e Estimate) HalfWidth() float64 { return e.High/2 - e.Low/2 }

// HodgesLehmann estimates the centre of differences that are symmetric about it: the median of the Walsh averages,
// (d_i + d_j) / 2 with i <= j. The interval runs between two order statistics of the Walsh averages, chosen from the
// exact signed-rank distribution: with c the largest w for which P(W+ <= w) <= (1-confidence)/2, and M = n(n+1)/2
// averages, it is [A_(c+1), A_(M-c)] and its coverage 1 - 2 P(W+ <= c). One trial in ten that goes astray moves the
// mean as far as it likes, but this only within the bulk of the averages.
//
// Ties and zeros are values like any other: none is dropped, none gets a mid-rank. The interval is closed, and with
// ties its coverage is at least Achieved (Noether). Dropping zeros, as Wilcoxon's test does, would turn eight pairs of
// which six are equal into two pairs that differ. When all differences are equal the interval has width 0.
//
// Where no order statistics reach the confidence (fewer than 6 differences at 95 %) the estimate has no interval. No
// difference at all, more than MaxPairs, a NaN, an infinity, a magnitude above 1e151 or a confidence outside 0.5 to
// 0.999999 is an error: at the rounding limit below 1 the quantile of t is infinite.
//
// J. L. Hodges and E. L. Lehmann, Estimates of Location Based on Rank Tests, Annals of Mathematical Statistics 34
// (1963) 598-611; Hollander, Wolfe and Chicken (2014), sections 3.2 and 3.3 (Tukey's interval); G. E. Noether,
// Wilcoxon Confidence Intervals for Location Parameters in the Discrete Case, JASA 62 (1967) 184-188.
func HodgesLehmann(differences []float64, confidence float64) (Estimate, error) {
	if err := checkSample(differences, confidence); err != nil {
		return Estimate{}, err
	}
	null, err := NewSignedRank(len(differences))
	if err != nil {
		return Estimate{}, err
	}
	return walshEstimate(walshAverages(differences), null, len(differences), confidence), nil
}

// walshEstimate reads the estimate off sorted Walsh averages.
func walshEstimate(averages []float64, null SignedRank, n int, confidence float64) Estimate {
	e := Estimate{Value: middle(averages), Confidence: confidence, N: n, Method: Wilcoxon}
	c, ok := null.Critical((1 - confidence) / 2)
	if !ok {
		return e
	}
	e.Low, e.High = averages[c], averages[len(averages)-1-c]
	e.Achieved = 1 - 2*null.CDF(c)
	return e
}

// walshAverages are the n(n+1)/2 averages of two differences, each with itself included, in ascending order.
func walshAverages(d []float64) []float64 {
	averages := make([]float64, 0, len(d)*(len(d)+1)/2)
	for i, a := range d {
		for _, b := range d[i:] {
			averages = append(averages, (a+b)/2)
		}
	}
	slices.Sort(averages)
	return averages
}

// PairedT estimates the mean of normally distributed differences: mean +- t s / sqrt(n), with t the quantile of
// Student's distribution with n-1 degrees of freedom. It is for the 2 to 5 pairs at which ranks cannot reach 95 %.
// Differences that are all equal have an interval of width 0. A single difference has no interval. Errors are those of
// HodgesLehmann.
//
// Student, The Probable Error of a Mean, Biometrika 6 (1908) 1-25.
func PairedT(differences []float64, confidence float64) (Estimate, error) {
	if err := checkSample(differences, confidence); err != nil {
		return Estimate{}, err
	}
	e := Estimate{Confidence: confidence, N: len(differences), Method: StudentT}
	if len(differences) == 1 {
		e.Value, e.Method = differences[0], NoInterval
		return e, nil
	}
	s := newStudent(differences)
	half := tQuantile(s.n, confidence) * s.deviation
	e.Value, e.Low, e.High, e.Achieved = s.mean, s.mean-half, s.mean+half, confidence
	return e, nil
}

// tQuantile is how many standard errors the two-sided interval for the mean of n normal values reaches to either side.
func tQuantile(n int, confidence float64) float64 {
	return distuv.StudentsT{Sigma: 1, Nu: float64(n - 1)}.Quantile((1 + confidence) / 2)
}

// largest bounds values so that the squares of their differences stay finite.
const largest = 1e150

func checkSample(d []float64, confidence float64) error {
	if err := checkConfidence(confidence); err != nil {
		return err
	}
	if len(d) == 0 || len(d) > MaxPairs {
		return fmt.Errorf("estimate from %d differences (allowed: 1 to %d)", len(d), MaxPairs)
	}
	for i, v := range d {
		if !(math.Abs(v) <= 10*largest) {
			return fmt.Errorf("difference %d is %v (allowed: finite, magnitude at most %g)", i, v, 10*largest)
		}
	}
	return nil
}

func checkConfidence(confidence float64) error {
	if !(confidence >= 0.5 && confidence <= 0.999999) {
		return fmt.Errorf("confidence %v (allowed: 0.5 to 0.999999)", confidence)
	}
	return nil
}

// zQuantile is tQuantile for a standard error that is known.
func zQuantile(confidence float64) float64 { return distuv.UnitNormal.Quantile((1 + confidence) / 2) }
