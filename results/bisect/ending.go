package bisect

// Ending says why no further step is needed.
type Ending string

// The endings. A bisect that is interrupted, whose time is over, or that has no
// revision left to try, has none.
const (
	Open     Ending = ""
	Found    Ending = "found"         // the culprit, or revisions that could not be told apart, at the level
	NoChange Ending = "no change"     // at the level
	Unproven Ending = "no difference" // between GOOD and BAD that could be told
)

// mostChecks is how often BAD is compared with GOOD before a difference is given up.
const mostChecks = 6

// checking tells whether it is still asked if BAD differs from GOOD at all.
func (s State) checking() bool {
	for i := 1; i < s.Revisions; i++ {
		if s.observed[i].measured > 0 {
			return false
		}
	}
	return !s.Changed()
}

// Ending tells whether the steps suffice.
func (s State) Ending() Ending {
	bad := s.observed[s.Revisions]
	switch {
	case s.checking() && (bad.measured >= mostChecks || bad.blocked):
		return Unproven
	case s.Probability[0] >= s.Level && bad.measured > 0:
		return NoChange
	case s.checking():
		return Open
	}
	if r := s.Likeliest(); r.Probability >= s.Level {
		return Found
	}
	return Open
}

// Changed tells whether BAD differs from GOOD by what is known, with the level's probability.
func (s State) Changed() bool { return s.Probability[0] <= 1-s.Level }

// Range is a range of revisions, and the probability that the culprit is in it.
type Range struct {
	First, Last int
	Probability float64
}

// Likeliest is the likeliest culprit: one revision, or several in a row of which none but the last could be measured,
// so that nothing tells them apart.
func (s State) Likeliest() (best Range) {
	var r Range
	for k := 1; k <= s.Revisions; k++ {
		p := s.Probability[k]
		if p > 0 {
			if r.Probability == 0 {
				r.First = k
			}
			r.Last, r.Probability = k, r.Probability+p
		}
		if o := s.observed[k]; !o.blocked || o.measured > 0 || k == s.Revisions {
			if r.Probability > best.Probability {
				best = r
			}
			r = Range{}
		}
	}
	return best
}

// Remaining is the shortest range that holds the culprit with the level's probability, if there is one at all.
func (s State) Remaining() (best Range) {
	need := s.Level * (1 - s.Probability[0])
	first, sum := 1, 0.0
	for last := 1; last <= s.Revisions; last++ {
		sum += s.Probability[last]
		for first < last && sum-s.Probability[first] >= need {
			sum -= s.Probability[first]
			first++
		}
		length, shortest := last-first, best.Last-best.First
		if sum >= need && (best.Last == 0 || length < shortest || length == shortest && sum > best.Probability) {
			best = Range{first, last, sum}
		}
	}
	if best.Last == 0 { // rounding
		best = Range{1, s.Revisions, 1 - s.Probability[0]}
	}
	return best
}
