package simulation

import (
	"math"
	"math/rand/v2"
)

// contrast judges identical arms in other ways, so that their false alarms can be shown beside ours. As the arms are
// identical, the same trials can be dealt out to them in any other order.
func (t *Tally) contrast(same run, rng *rand.Rand) error {
	ratio := same.after[0] / same.before[0]
	t.OneTrial += one(ratio > 1+Change || ratio < 1-Change)
	t.Pooled += same.pooledAlarm()
	deals := []struct {
		before, after []float64
		alarms        *int
	}{{same.ran[:Most], same.ran[Most:], &t.Apart}, {alarms: &t.Blocks}, {alarms: &t.Coins}}
	deals[1].before, deals[1].after = deal(same.ran, order(rng, Most, true))
	deals[2].before, deals[2].after = deal(same.ran, order(rng, Most, false))
	for _, d := range deals {
		c, err := compare(d.before, d.after, 0)
		if err != nil {
			return err
		}
		*d.alarms += isChange(c)
	}
	return nil
}

// deal gives the trials of each pair to its arms.
func deal(ran []float64, beforeFirst []bool) (before, after []float64) {
	for pair, first := range beforeFirst {
		one, two := ran[2*pair], ran[2*pair+1]
		if !first {
			one, two = two, one
		}
		before, after = append(before, one), append(after, two)
	}
	return before, after
}

// pooledAlarm is 1 when the shares of slow requests of all trials together differ significantly: the test of two
// proportions, as if each request were an independent witness.
func (r run) pooledAlarm() int {
	before, after := 0, 0
	for i := range r.slowBefore {
		before += r.slowBefore[i]
		after += r.slowAfter[i]
	}
	n := float64(len(r.slowBefore) * Requests)
	share := float64(before+after) / (2 * n)
	deviation := math.Sqrt(share * (1 - share) * 2 / n)
	return one(math.Abs(float64(after-before))/n > 1.959964*deviation)
}
