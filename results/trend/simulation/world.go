// Package simulation finds out how often package trend raises a false alarm and how soon it finds a step, on nights
// whose truth is known, beside rules that others use.
//
// A world says how nights and trials differ; a story says what happens to the candidate over many nights. All rules see
// the same nights. Everything follows from a seed. The package is pure: no goroutine, clock or file.
//
// The figures rank rules. They do not predict a machine: how noisy its pairs are is in every run's report.
package simulation

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/trend"
)

// World is a machine on which a job runs every night. Deviations are those of the logarithm of a figure.
type World struct {
	Name  string
	Says  string // one sentence
	Pairs int    // a night
	Pair  float64
	// Night is what a whole night adds to each of its ratios: how candidate and baseline compare depends a little on
	// the machine's state.
	Night float64
	// Machine is how much the nights' absolute figures differ, and Memory the autocorrelation of that at lag 1. Both
	// arms have it in common.
	Machine, Memory float64
	// Moved is after how many nights the job gets another machine of the same kind; 0 for never. Between machines
	// absolute figures differ by Moves.
	Moved int
	Moves float64
}

// A tenth of all pairs are three times as far off as the others.
const (
	disturbed = 0.1
	farther   = 3.0
)

// Worlds are those that the tables are made of.
func Worlds() []World {
	return []World{
		{
			Name: "own machine", Says: "nothing else runs on it at night", Pairs: 10, Pair: 0.05, Night: 0.005,
			Machine: 0.03, Memory: 0.5,
		},
		{
			Name: "shared machine", Says: "what others do on it changes from night to night", Pairs: 24, Pair: 0.1,
			Night: 0.01, Machine: 0.1, Memory: 0.5,
		},
		{
			Name: "fleet", Says: "shared, and every 25 nights the job runs on another machine of the same kind",
			Pairs: 24, Pair: 0.1, Night: 0.01, Machine: 0.1, Memory: 0.5, Moved: 25, Moves: 0.1,
		},
	}
}

// machine hands out the nights of one history.
type machine struct {
	world World
	rng   *rand.Rand
	state float64 // of the night, in deviations
	moved float64
	night int
}

func newMachine(w World, rng *rand.Rand) *machine {
	return &machine{world: w, rng: rng, state: rng.NormFloat64()}
}

// next is the next night, in which the candidate takes longer than the baseline by a factor, given as its logarithm.
// Where that shows a change, the night has the rerun that nightly makes.
func (m *machine) next(effect float64) trend.Night {
	w := m.world
	m.state = w.Memory*m.state + math.Sqrt(1-w.Memory*w.Memory)*m.rng.NormFloat64()
	if w.Moved > 0 && m.night%w.Moved == 0 {
		m.moved = w.Moves * m.rng.NormFloat64()
	}
	effect += w.Night * m.rng.NormFloat64()
	started := time.Date(2026, 1, 1, 2, 0, 0, 0, time.UTC).AddDate(0, 0, m.night)
	n := trend.Night{
		Schema: trend.Schema, Job: w.Name, Started: started, Ended: started.Add(time.Hour),
		Policy: trend.Policy{Margin: Margin, Finds: Step, Digest: "simulated"},
		Runs:   []trend.Run{m.run(effect)},
	}
	if len(trend.Suspects(n)) > 0 {
		again := m.run(effect)
		again.Confirms, again.PlanDigest = true, "another plan"
		n.Runs = append(n.Runs, again)
	}
	m.night++
	return n
}

// Margin is that of the policy, and Step what has to be found: twice the margin, so that it does not sit on it.
const (
	Margin = 0.05
	Step   = 0.1
)

func (m *machine) run(effect float64) trend.Run {
	w := m.world
	f := trend.Figure{
		Fix: "candidate", Metric: results.Metric{Name: "p99", Phase: results.Steady}, Primary: true, Unit: "ns",
		Scale: stat.Ratio, Better: stat.Lower, Margin: Margin,
	}
	common := w.Machine*m.state + m.moved
	for i := range w.Pairs {
		f.Pairs = append(f.Pairs, i+1)
		f.Before = append(f.Before, math.Exp(common+m.trial()))
		f.After = append(f.After, math.Exp(common+effect+m.trial()))
	}
	if err := f.Compare(); err != nil {
		panic(fmt.Sprintf("positive numbers cannot be compared: %v", err))
	}
	return trend.Run{
		ID: "simulated", Scenario: w.Name, Pairs: w.Pairs, PlanDigest: "plan", Bucket: "simulated", Baseline: "pinned",
		Candidate: commit(m.night), Command: "simulated", Figures: []trend.Figure{f},
	}
}

// commit is the candidate of a night: each has its own.
func commit(night int) string { return fmt.Sprintf("c%03d", night) }

// trial is what one trial has for itself: two of them make a pair.
func (m *machine) trial() float64 {
	spread := m.world.Pair / math.Sqrt2
	if m.rng.Float64() < disturbed {
		spread *= farther
	}
	return spread * m.rng.NormFloat64()
}

// source is the randomness of one history in a world: that of no other seed, world or history.
func source(seed uint64, world string, history int) *rand.Rand {
	var key [32]byte
	copy(key[16:], world)
	for i := range 8 {
		key[i], key[8+i] = byte(seed>>(8*i)), byte(uint64(history)>>(8*i))
	}
	seeds := rand.NewChaCha8(key) // mixes keys that hardly differ; PCG is faster and does not
	return rand.New(rand.NewPCG(seeds.Uint64(), seeds.Uint64()))
}
