package bisect

import (
	"cmp"
	"math"
	"slices"
)

// fewestBits is what a step must be expected to say to be worth its time.
const fewestBits = 1e-3

// Next is the revision to be compared next with GOOD over so many pairs, and how many bits that is expected to say
// about where the culprit is. It is false when no revision is left that could say anything. Until there is a change,
// it is BAD.
//
// The expected information is that between the measurement and whether the culprit is the revision or one before it.
func (s State) Next(pairs int) (revision int, bits float64, ok bool) {
	if s.checking() {
		return s.Revisions, 1, !s.observed[s.Revisions].blocked
	}
	noise := pairNoise(s.steps) / math.Sqrt(float64(pairs))
	type candidate struct {
		revision int
		in, most float64 // the probability that the culprit is in it; the bits of an answer without noise
	}
	var all []candidate
	in := 0.0
	for i := 1; i <= s.Revisions; i++ {
		in += s.Probability[i]
		if !s.observed[i].blocked {
			all = append(all, candidate{i, in, entropy(in)})
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(b.most, a.most) })
	for _, c := range all {
		if c.most <= bits { // nor can those that follow say more
			break
		}
		if b := s.information(c.revision, c.in, noise); b > bits {
			revision, bits = c.revision, b
		}
	}
	return revision, bits, bits >= fewestBits
}

// information is what a measurement of a revision with a standard error is expected to say about whether the culprit is
// in it. Without, the measurement is normal about 0, and with about the expected change. A revision that was measured
// before has shown most of its own level by then, so that measuring it again says less.
func (s State) information(revision int, in, noise float64) float64 {
	o, m, own := s.observed[revision], s.level[revision], s.own()*s.own()
	known, center := 0.0, 0.0 // how much of what it showed is its own level, if the rest is known
	if o.measured > 0 {
		known, center = own/(own+o.variance), o.mean
		own *= o.variance / (own + o.variance)
	}
	without := gauss{known * center, own + noise*noise}
	with := gauss{known*center + (1-known)*m.mean, without.variance + (1-known)*(1-known)*m.variance}
	return told(in, with, without)
}

// gauss is a normal distribution.
type gauss struct{ mean, variance float64 }

func (g gauss) density(x float64) float64 {
	d := x - g.mean
	return math.Exp(-d*d/(2*g.variance)) / math.Sqrt(2*math.Pi*g.variance)
}

// The grid on which information is integrated: over so many deviations to either side of both means.
const (
	gridPoints = 48
	gridReach  = 5
)

// told is the information, in bits, that a draw from one of two normal distributions gives about which one it was,
// where the first has a probability: the entropy before less the expected entropy after. Each is integrated on a grid
// of its own, because one may be far narrower than the other.
func told(p float64, with, without gauss) float64 {
	if with.variance <= 0 || without.variance <= 0 {
		return entropy(p)
	}
	left := 0.0
	for _, part := range []struct {
		weight float64
		of     gauss
	}{{p, with}, {1 - p, without}} {
		sd := math.Sqrt(part.of.variance)
		step := 2 * gridReach * sd / gridPoints
		for i := range gridPoints {
			x := part.of.mean - gridReach*sd + (float64(i)+0.5)*step
			a, b := p*with.density(x), (1-p)*without.density(x)
			if own := part.of.density(x); a+b > 0 {
				left += part.weight * own * step * entropy(a/(a+b))
			}
		}
	}
	return max(0, entropy(p)-left)
}

// entropy of a probability, in bits.
func entropy(p float64) float64 {
	if p <= 0 || p >= 1 {
		return 0
	}
	return -(p*math.Log2(p) + (1-p)*math.Log2(1-p))
}
