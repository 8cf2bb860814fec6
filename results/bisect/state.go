package bisect

import (
	"math"
	"slices"
)

// State is what the steps so far say.
type State struct {
	Study
	// Probability is that of each revision being the culprit, by its number; that of number 0 is of none.
	Probability []float64
	// Size is the expected difference from GOOD where the culprit is in, and Error its standard deviation. Both are 0
	// before a step was measured.
	Size, Error float64

	steps    []Step
	observed []observation
	level    []moments // of the change, if the culprit is at or before a revision
}

// moments are those of the change's size.
type moments struct{ mean, variance float64 }

// The sizes that a change may have, as normal deviations in margins: from a quarter on, each twice the one before, up
// to this and at least beyond what was measured.
const (
	leastSize = 0.25
	mostSize  = 128.0
	beyond    = 4 // times what was measured
)

// After is the state after so many steps: what they say does not depend on their order.
func (s Study) After(steps []Step) State {
	st := State{Study: s, steps: steps, observed: s.observe(steps)}
	log := make([]float64, s.Revisions+1)
	each := make([]moments, s.Revisions+1) // of the change, by culprit
	sizes := s.sizes(st.observed)
	weight, sum := 0.0, 0.0 // of all measured revisions from the culprit on
	log[0] = math.Log(0.5)
	for k := s.Revisions; k >= 1; k-- {
		if o := st.observed[k]; o.measured > 0 {
			v := o.variance + s.own()*s.own()
			weight, sum = weight+1/v, sum+o.mean/v
		}
		var evidence float64
		evidence, each[k] = integrate(sizes, weight, sum)
		log[k] = math.Log(0.5/float64(s.Revisions)) + evidence
	}
	for _, step := range steps {
		if step.Outcome == Same {
			for k := min(step.Revision, step.Twin) + 1; k <= max(step.Revision, step.Twin); k++ {
				log[k] = math.Inf(-1)
			}
		}
	}
	st.Probability = normalized(log)
	st.level = upTo(st.Probability, each)
	if slices.ContainsFunc(st.observed, func(o observation) bool { return o.measured > 0 }) {
		last := st.level[s.Revisions]
		st.Size, st.Error = last.mean, math.Sqrt(last.variance)
	}
	return st
}

// sizes are the prior deviations of the change, all equally likely.
func (s Study) sizes(observed []observation) (all []float64) {
	if s.Margin == 0 {
		return nil
	}
	most := mostSize * s.Margin
	for _, o := range observed {
		most = max(most, beyond*math.Abs(o.mean))
	}
	for size := leastSize * s.Margin; size <= most; size *= 2 {
		all = append(all, size)
	}
	return all
}

// integrate gives the logarithm of how much likelier the measurements are with a change of unknown size than with none,
// from the sum of their weights and their weighted sum, and the moments of the size after them.
//
// With x_i ~ N(d, v_i) and d ~ N(0, a²), W = sum 1/v_i and X = sum x_i/v_i, that is
// exp(X²/2(W + 1/a²)) / sqrt(1 + a² W), and d is then normal with mean X/(W + 1/a²) and variance 1/(W + 1/a²).
func integrate(sizes []float64, weight, sum float64) (float64, moments) {
	if len(sizes) == 0 {
		return 0, moments{}
	}
	logs := make([]float64, len(sizes))
	for i, a := range sizes {
		logs[i] = sum*sum/(weight+1/(a*a))/2 - math.Log1p(a*a*weight)/2
	}
	highest := slices.Max(logs)
	var total, mean, square float64
	for i, a := range sizes {
		p, v := math.Exp(logs[i]-highest), 1/(weight+1/(a*a))
		total, mean, square = total+p, mean+p*sum*v, square+p*(v+sum*v*sum*v)
	}
	mean /= total
	return highest + math.Log(total/float64(len(sizes))), moments{mean, max(0, square/total-mean*mean)}
}

func normalized(log []float64) []float64 {
	highest, total := slices.Max(log), 0.0
	p := make([]float64, len(log))
	for i, l := range log {
		p[i] = math.Exp(l - highest)
		total += p[i]
	}
	for i := range p {
		p[i] /= total
	}
	return p
}

// upTo are the moments of the change if the culprit is revision i or one before it, for each i.
func upTo(p []float64, each []moments) []moments {
	all := make([]moments, len(p))
	var total, mean, square float64
	for k := 1; k < len(p); k++ {
		m := each[k]
		total, mean, square = total+p[k], mean+p[k]*m.mean, square+p[k]*(m.variance+m.mean*m.mean)
		if total > 0 {
			all[k] = moments{mean / total, max(0, square/total-mean*mean/(total*total))}
		}
	}
	return all
}
