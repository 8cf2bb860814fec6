// Package bisect finds the revision that changed a figure, from paired comparisons that are noisy.
//
// Revisions 1 to n follow GOOD, which is number 0, and BAD is number n. One of them, the culprit, moved the figure's
// level by an unknown amount, or none did. A step compares one revision with GOOD over pairs of trials. It says whether
// the culprit is that revision or one before it, as clearly as its interval does. So no step decides anything for good:
// each moves the probability of every revision by Bayes, and the next one is where it is expected to move most.
//
// What is taken for granted, and stated wherever a probability is:
//   - A priori, none of the revisions changed the figure with probability 1/2; all are equally likely otherwise.
//   - The size of the change is normal about 0, with a deviation that is as likely to be a quarter of the margin as
//     half of it, the margin, twice that, and so on. It is integrated over, never guessed: a size that is guessed too
//     large would take a small change for none.
//   - Each build has a level of its own besides, for reasons such as the layout of its code: a tenth of the margin.
//   - There is one change. Of two, the answer is about both together.
//
// The package is pure: no goroutine, clock or file.
package bisect

import (
	"math"
	"slices"

	"aftershock/results/stat"
)

// Study is what is looked for.
type Study struct {
	Revisions int // n, BAD included and GOOD not
	// Level is the probability at which the culprit is named, and at which a change is taken for one.
	Level float64
	// Margin is what is too small to matter, as a difference on the figure's scale (stat.Criterion.Limit): LeastMargin
	// or more, and 0 before a step was measured.
	Margin float64
}

// LeastMargin is the smallest margin. What is smaller is no scale for the size of a change.
const LeastMargin = 1e-5

// Outcome says what came of a step.
type Outcome string

// The outcomes. Void and Unbuilt move no probability.
const (
	Measured Outcome = "measured"
	Same     Outcome = "same program" // as another revision, byte for byte: nothing had to be measured
	Unbuilt  Outcome = "not built"
	Void     Outcome = "could not tell"
)

// Step is one revision compared with GOOD, or tried to be.
type Step struct {
	Revision int     `json:"revision"` // 1 to n
	Outcome  Outcome `json:"outcome"`
	Why      string  `json:"why,omitempty"` // it was not measured
	Run      string  `json:"run,omitempty"` // the name of its folder, beside the log
	// Program is the digest of what the revision was built to; empty where it was not.
	Program string `json:"program,omitempty"`
	Twin    int    `json:"twin,omitempty"` // the revision with the same program; 0 is GOOD
	// Measured is there for measured steps alone.
	Measured *Measurement `json:"measured,omitempty"`
}

// Measurement is the difference of a revision from GOOD, on the figure's scale.
type Measurement struct {
	Value float64 `json:"value"`
	Error float64 `json:"error"` // standard
	Pairs int     `json:"pairs"`
}

// normal95 is how many standard errors an interval of 95 % reaches to either side.
const normal95 = 1.96

// Measure reads a comparison of GOOD with a revision. The standard error is that of a normal distribution whose 95 %
// interval is as wide as the exact one. Where one end is open, values having met a bound, it is that of the other side.
// Without an interval there is no measurement, and why says so.
func Measure(c stat.Comparison) (m *Measurement, why string) {
	e := c.At95
	half := e.HalfWidth()
	switch {
	case c.Verdict == stat.TooFewPairs:
		return nil, "too few pairs are valid"
	case !e.HasInterval() || c.Open == stat.OpenBoth:
		return nil, "values of both arms are bounds"
	case c.Open == stat.OpenLow:
		half = e.High - e.Value
	case c.Open == stat.OpenHigh:
		half = e.Value - e.Low
	}
	if math.Abs(half) > largest || math.Abs(e.Value) > largest {
		return nil, "the interval is open at both ends"
	}
	return &Measurement{Value: e.Value, Error: half / normal95, Pairs: e.N}, ""
}

// largest bounds what a step may say, so that squares stay finite.
const largest = 1e100

// mostVoid is how many steps in vain make a revision one that cannot be judged.
const mostVoid = 2

// observation is all that is known of one revision.
type observation struct {
	mean, variance float64 // the pooled difference from GOOD, without the build's own level
	measured       int     // steps
	blocked        bool    // it is not measured any more
	void           int
}

// observe pools the steps by revision. A step that looks quieter than most is believed no more than they are: the
// interval of few pairs is sometimes narrow by luck.
func (s Study) observe(steps []Step) []observation {
	all := make([]observation, s.Revisions+1)
	noise := pairNoise(steps)
	for _, step := range steps {
		o := &all[step.Revision]
		switch step.Outcome {
		case Void:
			o.void++
			o.blocked = o.void >= mostVoid
		case Unbuilt, Same:
			o.blocked = true
		case Measured:
			m := step.Measured
			sd := max(m.Error, noise/math.Sqrt(float64(m.Pairs)), s.own()/100)
			old, weight := 0.0, 1/(sd*sd)
			if o.measured > 0 {
				old = 1 / o.variance
			}
			o.mean = (o.mean*old + m.Value*weight) / (old + weight)
			o.variance = 1 / (old + weight)
			o.measured++
		}
	}
	return all
}

// own is the deviation of a build's own level.
func (s Study) own() float64 { return s.Margin / 10 }

// pairNoise is the deviation of one pair in the middle one of all steps, so that a disturbed step takes nothing from
// the others; 0 before the first.
func pairNoise(steps []Step) float64 {
	var all []float64
	for _, step := range steps {
		if m := step.Measured; m != nil {
			all = append(all, m.Error*math.Sqrt(float64(m.Pairs)))
		}
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[(len(all)-1)/2]
}

// Interval is the measurement's 95 % interval.
func (m Measurement) Interval() (low, high float64) {
	return m.Value - normal95*m.Error, m.Value + normal95*m.Error
}
