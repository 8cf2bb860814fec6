package simulation

import (
	"fmt"
	"math"
	"math/rand/v2"

	"aftershock/results/stat"
)

// Longest is the most pairs of a run that says itself when it has enough, as aftershock run --width does unless told
// otherwise.
const Longest = 40

// rule says after which pair a run ends: the first at which it is met, but not before the interval is that of ranks.
type rule struct {
	width float64 // half-width of the 95 % interval as a share, 0.1 is +-10 %; 0 ends at the first p of at most 5 %
}

// stopRules is how many rules a world has.
const stopRules = 4

// rules are a world's: half-widths that most of its runs reach early, some time, and late or never; and peeking.
func (w World) rules() [stopRules]rule {
	if w.Stalls > 0 {
		return [stopRules]rule{{2}, {1}, {0.5}, {0}}
	}
	return [stopRules]rule{{0.1}, {0.075}, {0.05}, {0}}
}

func (r rule) String() string {
	if r.width == 0 {
		return "p is at most 5 %"
	}
	return fmt.Sprintf("the interval is within +-%g %%", 100*r.width)
}

func (r rule) met(c stat.Comparison) bool {
	if r.width == 0 {
		return c.P <= nominal
	}
	return math.Expm1(c.At95.HalfWidth()) <= r.width
}

// Stops is what came of runs that a rule ends.
type Stops struct {
	Pairs, FalseAlarms         int // identical arms, at most Most pairs
	Covered                    int // the same with a change of Change: within the 95 % interval
	LongPairs, LongFalseAlarms int // identical arms, at most Longest pairs
}

func (s *Stops) add(o Stops) {
	s.Pairs += o.Pairs
	s.FalseAlarms += o.FalseAlarms
	s.Covered += o.Covered
	s.LongPairs += o.LongPairs
	s.LongFalseAlarms += o.LongFalseAlarms
}

// stop ends the two runs of a repetition, and a longer one with identical arms, by each of the rules.
func (t *Tally) stop(rules [stopRules]rule, same, changed, long run) error {
	ended, err := same.end(rules)
	if err != nil {
		return err
	}
	endedChanged, err := changed.end(rules)
	if err != nil {
		return err
	}
	endedLong, err := long.end(rules)
	if err != nil {
		return err
	}
	for i := range rules {
		s, truth := &t.Stops[i], math.Log1p(Change)
		s.Pairs += ended[i].At95.N
		s.FalseAlarms += isChange(ended[i])
		s.Covered += one(endedChanged[i].At95.Low <= truth && truth <= endedChanged[i].At95.High)
		s.LongPairs += endedLong[i].At95.N
		s.LongFalseAlarms += isChange(endedLong[i])
	}
	return nil
}

// end judges the pairs up to the one after which each rule ends the run, or all of them.
func (r run) end(rules [stopRules]rule) (ended [stopRules]stat.Comparison, err error) {
	var done [stopRules]bool
	going := stopRules
	for pairs := stat.FewestPairs(1); pairs <= len(r.before) && going > 0; pairs++ {
		c, err := compare(r.before[:pairs], r.after[:pairs], 0)
		if err != nil {
			return ended, err
		}
		for i, rule := range rules {
			if !done[i] && (rule.met(c) || pairs == len(r.before)) {
				ended[i], done[i] = c, true
				going--
			}
		}
	}
	return ended, nil
}

// long is randomness of its own, so that longer runs leave those of the other tables as they are.
func long(seed uint64, world string, family int) *rand.Rand {
	return source(seed, world+", long", family)
}
