package noise

import (
	"context"
	"runtime"
	"slices"
	"time"

	"aftershock/internal/clock"
	"aftershock/results"
)

// calm is a share of the machine that others may always have. On two cores it is a fifth of one.
const calm = 0.1

// Look says how busy others keep the machine, after the given time in which this process does nothing.
func Look(ctx context.Context, d time.Duration) (results.Look, error) {
	began := Read()
	if err := clock.Sleep(ctx, d); err != nil {
		return results.Look{}, err
	}
	now := Read()
	n := len(cores)
	if n == 0 {
		n = runtime.NumCPU()
	}
	return results.Look{At: time.Now().UTC(), Took: now.At.Sub(began.At), Cores: n, Taken: began.To(now)}, nil
}

// Calm waits for the machine to be calm before blocks, as long as a run's patience lasts. The zero value never waits.
// It is for one goroutine.
//
// What is calm depends on the machine: others have at most a tenth of it, or no more than before half of the blocks so
// far. On one that others use all the time the second keeps the run from waiting for what never comes.
type Calm struct {
	Patience results.Patience
	Waited   time.Duration // so far, before all blocks together

	met []float64 // what others took when each block was about to begin
}

// slice is how long the machine is looked at, and then again while it is not calm.
const slice = 500 * time.Millisecond

// Wait returns when the machine is calm, when patience is over, or with the cause of ctx, and gives the time that it
// took. What others took since an earlier reading, such as one at the end of the trial before, saves a first look, so
// that on a calm machine nothing is waited for. The zero Reading is none.
func (c *Calm) Wait(ctx context.Context, since Reading) (waited time.Duration, err error) {
	return c.wait(ctx, since, Read, clock.Sleep)
}

func (c *Calm) wait(
	ctx context.Context, since Reading, read func() Reading, sleep func(context.Context, time.Duration) error,
) (waited time.Duration, err error) {
	patience := min(c.Patience.Block, c.Patience.Run-c.Waited)
	if patience < slice {
		return 0, nil
	}
	quiet := max(calm, c.usual())
	began := read()
	from, to := since, began
	defer func() {
		waited = to.At.Sub(began.At)
		c.Waited += waited
	}()
	for first := true; ; from, to = to, read() {
		if from.At > 0 && to.At.Sub(from.At) >= slice/2 { // what is shorter says nothing
			taken := from.To(to)
			if first {
				c.met = append(c.met, taken.Others())
			}
			if first = false; !taken.Known || taken.Others() <= quiet {
				return 0, nil
			}
		}
		if to.At.Sub(began.At)+slice > patience {
			return 0, nil
		}
		if err := sleep(ctx, slice); err != nil {
			to = read()
			return 0, err
		}
	}
}

// usual is the median of what others took before the blocks so far.
func (c *Calm) usual() float64 {
	if len(c.met) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(c.met))
	return sorted[(len(sorted)-1)/2]
}
