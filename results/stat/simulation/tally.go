package simulation

import (
	"math"

	"aftershock/results/stat"
)

// Family is how many repetitions count as the fixes of one run, whose verdicts are corrected together.
const Family = 4

// The change that is put into the after arm, which is the margin as well, and the larger one that is to be found.
const (
	Change = 0.10
	Large  = 0.20
)

// Counts is what came of the first so many pairs of each repetition.
type Counts struct {
	FalseAlarms int // identical arms, no margin: improved or regressed
	Covered     int // a change of Change: within the 95 % interval
	Same        int // a change of Change, which is the margin: no difference
	Found       int // a change of Large, with the same margin: regressed
	AnyPlain    int // families of identical arms with a false alarm
	AnyHolm     int // the same after Holm's correction
}

// Tally is what came of the repetitions in a world.
type Tally struct {
	Repetitions int
	Families    int
	Pairs       [Most - Fewest + 1]Counts // by the number of pairs, from Fewest on

	// Identical arms judged in other ways, with Most pairs unless they need fewer: false alarms.
	OneTrial int // the first two trials differ by more than Change
	Apart    int // the first half of the trials is one arm, the second half the other
	Blocks   int // a coin orders the arms of two pairs
	Coins    int // a coin orders the arms of each pair
	Pooled   int // all requests of all trials together: the shares of slow ones differ significantly

	Stops [stopRules]Stops // by the rule that ends the run, in the order of the world's
}

// Of gives the counts of so many pairs, from Fewest to Most.
func (t *Tally) Of(pairs int) *Counts { return &t.Pairs[pairs-Fewest] }

// Add counts what another tally of the same world counted as well.
func (t *Tally) Add(o Tally) {
	t.Repetitions += o.Repetitions
	t.Families += o.Families
	t.OneTrial += o.OneTrial
	t.Apart += o.Apart
	t.Blocks += o.Blocks
	t.Coins += o.Coins
	t.Pooled += o.Pooled
	for i, s := range o.Stops {
		t.Stops[i].add(s)
	}
	for i, c := range o.Pairs {
		p := &t.Pairs[i]
		p.FalseAlarms += c.FalseAlarms
		p.Covered += c.Covered
		p.Same += c.Same
		p.Found += c.Found
		p.AnyPlain += c.AnyPlain
		p.AnyHolm += c.AnyHolm
	}
}

// Repeat simulates families of repetitions in a world, from the number first to below the number end. Which of them are
// asked for together makes no difference, so that they can be shared out. An error is one of stat.Compare.
func Repeat(w World, s Study, first, end int) (Tally, error) {
	var t Tally
	for family := first; family < end; family++ {
		m, longer := newMachine(w, source(s.Seed, w.Name, family)), newMachine(w, long(s.Seed, w.Name, family))
		if err := t.family(m, longer, s.Blocks); err != nil {
			return Tally{}, err
		}
	}
	return t, nil
}

func (t *Tally) family(m, longer *machine, blocks bool) error {
	var ps [Most - Fewest + 1][]float64
	for range Family {
		same := m.simulate(order(m.rng, Most, blocks), 0)
		changed := m.simulate(order(m.rng, Most, blocks), math.Log1p(Change))
		if err := t.contrast(same, m.rng); err != nil {
			return err
		}
		if err := t.stop(m.world.rules(), same, changed, longer.simulate(order(longer.rng, Longest, blocks), 0)); err != nil {
			return err
		}
		for i := range t.Pairs {
			p, err := t.Pairs[i].count(same, changed, Fewest+i)
			if err != nil {
				return err
			}
			ps[i] = append(ps[i], p)
		}
		t.Repetitions++
	}
	for i := range t.Pairs {
		t.Pairs[i].AnyPlain += alarm(ps[i])
		t.Pairs[i].AnyHolm += alarm(stat.AdjustHolm(ps[i]))
	}
	t.Families++
	return nil
}

// count judges the first pairs of both runs; p is the p-value of identical arms.
func (c *Counts) count(same, changed run, pairs int) (p float64, err error) {
	a, err := compare(same.before[:pairs], same.after[:pairs], 0)
	if err != nil {
		return 0, err
	}
	c.FalseAlarms += isChange(a)
	b, err := compare(changed.before[:pairs], changed.after[:pairs], Change)
	if err != nil {
		return 0, err
	}
	truth := math.Log1p(Change)
	c.Covered += one(b.At95.Low <= truth && truth <= b.At95.High)
	c.Same += one(b.Verdict == stat.NoDifference)
	larger := make([]float64, pairs)
	for i := range larger {
		larger[i] = changed.after[i] * (1 + Large) / (1 + Change)
	}
	l, err := compare(changed.before[:pairs], larger, Change)
	if err != nil {
		return 0, err
	}
	c.Found += one(l.Verdict == stat.Regressed)
	return a.P, nil
}

// compare judges as a run does, and fewer pairs than ranks take by Student's t, which the tables show for what it is
// worth.
func compare(before, after []float64, margin float64) (stat.Comparison, error) {
	c, err := stat.Compare(before, after, stat.Criterion{Scale: stat.Ratio, Better: stat.Lower, Margin: margin})
	return stat.Parametric(c), err
}

func isChange(c stat.Comparison) int {
	return one(c.Verdict == stat.Improved || c.Verdict == stat.Regressed)
}

// alarm is 1 when a p-value is significant.
func alarm(ps []float64) int {
	for _, p := range ps {
		if p <= 0.05 {
			return 1
		}
	}
	return 0
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}
