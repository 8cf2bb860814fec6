package simulation

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"aftershock/results/stat"
)

// trial is what is measured of one: its P99, and how many of its requests were slower than a fixed bound.
type trial struct {
	p99  float64
	slow int
}

// slowFrom is the bound of trial.slow in deviations of a request's latency: 1 % are slower in a world without trial
// effects and stalls, as with a service-level objective that was set on a good day.
const slowFrom = 2.3263

// tailFrom is how far above a trial's median, in deviations, P99 is looked for first. Of a lognormal trial's requests 7 %
// are in that tail and P99 needs 1 %: sorting all of them would take most of the time.
const tailFrom = 1.5

// machine hands out the trials of one run, one after the other.
type machine struct {
	world  World
	rng    *rand.Rand
	trials int     // of the whole run
	done   int     // trials so far
	effect float64 // what the last trial had in common, in deviations

	// Buffers, used again for every trial.
	logs, tail, wait []float64
}

func newMachine(w World, rng *rand.Rand) *machine {
	return &machine{world: w, rng: rng, wait: make([]float64, Requests)}
}

// boot begins a run of so many trials.
func (m *machine) boot(trials int) { m.trials, m.done, m.effect = trials, 0, m.rng.NormFloat64() }

// next simulates the next trial, of an arm of which everything takes longer by a factor, given as its logarithm: its P99
// is then off by exactly that factor.
func (m *machine) next(change float64) trial {
	w := m.world
	if m.done > 0 {
		m.effect = w.Momentum*m.effect + fresh(w.Momentum)*m.rng.NormFloat64()
	}
	common := w.Trial*m.effect + w.Drift*float64(m.done)/float64(m.trials-1)
	m.done++
	stalled := m.stall()
	m.logs = m.logs[:0]
	slow := 0
	z, innovation := m.rng.NormFloat64(), fresh(w.Memory)
	for i := range Requests {
		latency := common + w.Spread*z
		if stalled && m.wait[i] > 0 {
			latency = math.Log(math.Exp(latency) + m.wait[i])
		}
		latency += change
		if latency > slowFrom*w.Spread {
			slow++
		}
		m.logs = append(m.logs, latency)
		z = w.Memory*z + innovation*m.rng.NormFloat64()
	}
	return trial{p99: math.Exp(m.p99(common + change + tailFrom*w.Spread)), slow: slow}
}

// fresh is how much of a standard normal value is new, when the rest is what the one before it left.
func fresh(autocorrelation float64) float64 { return math.Sqrt(1 - autocorrelation*autocorrelation) }

// stall draws the trial's stalls and fills in how long each request waits for one to end, in medians. It is false when
// there is none.
func (m *machine) stall() bool {
	w := m.world
	if w.Stalls == 0 {
		return false
	}
	n := int(distuv.Poisson{Lambda: w.Stalls, Src: m.rng}.Rand())
	clear(m.wait)
	length := distuv.Pareto{Xm: w.Shortest, Alpha: w.StallTail, Src: m.rng}
	for range n {
		start := m.rng.IntN(Requests)
		end := float64(start) + length.Rand()
		for i := start; i < Requests && float64(i) < end; i++ {
			m.wait[i] = max(m.wait[i], (end-float64(i))*w.Interval)
		}
	}
	return n > 0
}

// p99 is the nearest-rank quantile of the trial's logarithms, looked for above a value first.
func (m *machine) p99(from float64) float64 {
	beyond := stat.Beyond(Requests, 0.99)
	m.tail = m.tail[:0]
	for _, latency := range m.logs {
		if latency >= from {
			m.tail = append(m.tail, latency)
		}
	}
	tail := m.tail
	if len(tail) <= beyond {
		tail = m.logs
	}
	slices.Sort(tail)
	return tail[len(tail)-1-beyond]
}
