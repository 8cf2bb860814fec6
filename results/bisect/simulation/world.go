// Package simulation finds out how often package bisect names the right revision, whether the probability that it
// states is the rate at which it is right, and how many pairs that takes, beside a plain bisection with a threshold.
//
// A history is a row of revisions of which one changes a figure. Everything follows from a seed. The package is pure:
// no goroutine, clock or file.
package simulation

import (
	"fmt"
	"math"
	"math/rand/v2"

	"aftershock/results/bisect"
	"aftershock/results/stat"
)

// World is a machine on which a history is bisected, and how it is asked. Deviations are those of the logarithm of a
// figure.
type World struct {
	Name   string
	Pair   float64 // of a pair's log-ratio; a tenth of the trials are three times as far off
	Run    float64 // what a whole step adds to its ratios
	Build  float64 // of each build's own level, GOOD's included
	Margin float64 // the scenario's, as a share
	Busy   float64 // the share of steps that are five times as noisy
	// Expected tells whether builds differ by no more than the model has it. Otherwise nothing is promised.
	Expected bool
}

const (
	disturbed = 0.1
	farther   = 3.0
	busier    = 5.0
)

// worlds are those that the tables are made of.
func worlds() []World {
	return []World{
		{Name: "own machine", Pair: 0.05, Run: 0.005, Build: 0.005, Margin: 0.05, Expected: true},
		{Name: "shared machine", Pair: 0.1, Run: 0.01, Build: 0.005, Margin: 0.05, Expected: true},
		{Name: "busy hours", Pair: 0.05, Run: 0.005, Build: 0.005, Margin: 0.05, Busy: 0.25, Expected: true},
		{Name: "builds that differ", Pair: 0.05, Run: 0.005, Build: 0.02, Margin: 0.05},
		{Name: "builds that differ, and a margin that allows for it", Pair: 0.05, Run: 0.005, Build: 0.02, Margin: 0.2},
	}
}

// The question of all histories: pairs a step, and the probability at which to stop.
const (
	Pairs = 12
	Level = 0.95
	// mostSteps is where a bisection gives up: its time is over.
	mostSteps = 60
)

// effects and sizes are the changes that are planted, as shares, and the numbers of revisions.
var (
	effects = []float64{0, 0.05, 0.1, 0.3}
	sizes   = []int{8, 32, 128}
)

// history is a row of revisions with a culprit.
type history struct {
	world   World
	rng     *rand.Rand
	levels  []float64 // by revision
	culprit int       // 0 for none
}

func newHistory(w World, effect float64, size int, rng *rand.Rand) *history {
	h := &history{world: w, rng: rng, levels: make([]float64, size+1)}
	culprit := 1 + rng.IntN(size)
	if effect > 0 {
		h.culprit = culprit
	}
	change := math.Log1p(effect)
	if rng.IntN(2) == 0 {
		change = -change
	}
	for i := range h.levels {
		h.levels[i] = w.Build * rng.NormFloat64()
		if i >= culprit {
			h.levels[i] += change
		}
	}
	return h
}

// compare is a step: a revision against GOOD over so many pairs.
func (h *history) compare(revision, pairs int) stat.Comparison {
	times := 1.0
	if h.world.Busy > 0 && h.rng.Float64() < h.world.Busy {
		times = busier
	}
	level := h.levels[revision] - h.levels[0] + times*h.world.Run*h.rng.NormFloat64()
	before, after := make([]float64, pairs), make([]float64, pairs)
	for i := range pairs {
		before[i], after[i] = math.Exp(times*h.trial()), math.Exp(level+times*h.trial())
	}
	c, err := stat.Compare(before, after, stat.Criterion{Scale: stat.Ratio, Better: stat.Lower, Margin: h.world.Margin})
	if err != nil {
		panic(fmt.Sprintf("positive numbers cannot be compared: %v", err))
	}
	return c
}

// trial is what one trial has for itself: two of them make a pair.
func (h *history) trial() float64 {
	spread := h.world.Pair / math.Sqrt2
	if h.rng.Float64() < disturbed {
		spread *= farther
	}
	return spread * h.rng.NormFloat64()
}

// answer is how a search ended: the revisions that it names, none if First is 0, and what it cost.
type answer struct {
	bisect.Range
	none        bool // it says that there is no change
	steps, pair int
}

// bayes is the search of package bisect.
func bayes(h *history) (a answer) {
	study := bisect.Study{
		Revisions: len(h.levels) - 1, Level: Level,
		Margin: stat.Criterion{Scale: stat.Ratio, Margin: h.world.Margin}.Limit(),
	}
	var steps []bisect.Step
	for {
		state := study.After(steps)
		a.steps, a.pair = len(steps), len(steps)*Pairs
		switch state.Ending() {
		case bisect.Found:
			a.Range = state.Likeliest()
			return a
		case bisect.NoChange, bisect.Unproven:
			a.none = true
			return a
		case bisect.Open:
		}
		revision, _, ok := state.Next(Pairs)
		if !ok || len(steps) == mostSteps {
			return a
		}
		m, _ := bisect.Measure(h.compare(revision, Pairs))
		steps = append(steps, bisect.Step{Revision: revision, Outcome: bisect.Measured, Measured: m})
	}
}

// plain halves the range that is left. A revision is bad when its estimate is nearer to BAD's than to GOOD's, however
// wide the interval. BAD has to differ from GOOD by the verdict of a step.
func plain(times int) func(h *history) answer {
	return func(h *history) (a answer) {
		pairs, last := times*Pairs, len(h.levels)-1
		step := func(revision int) stat.Comparison {
			a.steps, a.pair = a.steps+1, a.pair+pairs
			return h.compare(revision, pairs)
		}
		check := step(last)
		if check.Verdict != stat.Improved && check.Verdict != stat.Regressed {
			a.none = true
			return a
		}
		good, bad := 0, last
		for bad-good > 1 {
			middle := (good + bad) / 2
			if step(middle).At95.Value/check.At95.Value > 0.5 {
				bad = middle
			} else {
				good = middle
			}
		}
		a.Range = bisect.Range{First: bad, Last: bad}
		return a
	}
}

// source is the randomness of one history: that of no other seed, cell or number.
func source(seed uint64, cell, number int) *rand.Rand {
	var key [32]byte
	for i := range 8 {
		key[i], key[8+i], key[16+i] = byte(seed>>(8*i)), byte(uint64(cell)>>(8*i)), byte(uint64(number)>>(8*i))
	}
	seeds := rand.NewChaCha8(key) // mixes keys that hardly differ; PCG is faster and does not
	return rand.New(rand.NewPCG(seeds.Uint64(), seeds.Uint64()))
}
