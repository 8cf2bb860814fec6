package stat

import (
	"math"
	"slices"
)

// armsApart compares each signal of each fix between its arms, over those of the calm attempts in which both are known.
func armsApart(calm []int, fixes []Attempted) (arms []Apart) {
	var ps []float64
	for _, f := range fixes {
		for _, s := range f.Signals {
			a := Apart{Fix: f.Fix, Signal: s.Name}
			a.Difference, a.P = apart(calm, s)
			a.All, _ = apart(upTo(len(s.Before)), s)
			arms, ps = append(arms, a), append(ps, a.P)
		}
	}
	for i, p := range AdjustHolm(ps) {
		arms[i].Adjusted, arms[i].Differs = p, p <= asked
	}
	return arms
}

// apart is the estimate of a signal's paired differences and their p-value.
func apart(attempts []int, s Signal) (Estimate, float64) {
	var differences []float64
	for _, i := range attempts {
		if d := s.After[i] - s.Before[i]; math.Abs(d) <= largest {
			differences = append(differences, d)
		}
	}
	null, err := NewSignedRank(len(differences))
	if err != nil {
		return Estimate{Confidence: wide, Method: NoInterval}, 1
	}
	averages := walshAverages(differences)
	p, _ := pValues(ranks{averages, null}, 0)
	return walshEstimate(averages, null, len(differences), wide), p
}

// beside is the rank correlation of the scores with what the fixes say about each attempt, nil where there is none. Of
// several fixes it is the mean of their ranks, each over the attempts that it has a value of, as a share of them.
func beside(scores []float64, fixes []Attempted, of func(Attempted) []float64) *Correlation {
	sums, known := make([]float64, len(scores)), make([]float64, len(scores))
	for _, f := range fixes {
		values, at := f.known(of)
		for i, rank := range centredRanks(values) {
			sums[at[i]] += rank / float64(len(values))
			known[at[i]]++
		}
	}
	var x, y []float64
	for i, score := range scores {
		if known[i] > 0 && !infinite(score) {
			x, y = append(x, score), append(y, sums[i]/known[i])
		}
	}
	if c, ok := RankCorrelation(x, y); ok {
		return &c
	}
	return nil
}

// known are the values of which there is a number, and the attempts that they belong to.
func (f Attempted) known(of func(Attempted) []float64) (values []float64, at []int) {
	for i, v := range of(f) {
		if !infinite(v) {
			values, at = append(values, v), append(at, i)
		}
	}
	return values, at
}

// slowness is how bad both arms of each attempt were together, the higher the worse.
func (f Attempted) slowness() []float64 {
	sums := make([]float64, len(f.Before))
	for i := range sums {
		before, after := f.Before[i], f.After[i]
		if f.Scale == Ratio {
			before, after = math.Log(before), math.Log(after)
		}
		if sums[i] = before + after; f.Better == Higher {
			sums[i] = -sums[i]
		}
	}
	return sums
}

// scatter is how far each attempt's difference is from the median of all.
func (f Attempted) scatter() []float64 {
	differences := make([]float64, len(f.Before))
	for i := range differences {
		differences[i] = f.Scale.difference(f.Before[i], f.After[i])
	}
	centre, _ := Median(slices.DeleteFunc(slices.Clone(differences), infinite))
	for i, d := range differences {
		differences[i] = math.Abs(d - centre)
	}
	return differences
}
