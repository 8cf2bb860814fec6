package simulation

import "math/rand/v2"

// Pairs that a simulated run has; a verdict from fewer takes the first of them. With fewer than the fewest there is none.
const (
	Fewest = 6
	Most   = 15
)

// Study is what a simulation depends on, beside the worlds.
type Study struct {
	Seed        uint64
	Repetitions int // in each world, a multiple of Family
	// Blocks says that one coin orders the arms of two pairs that follow one another: if the first has the before arm
	// first, the second has the after arm first. What drifts evenly then helps neither arm in any run. Otherwise a coin
	// orders the arms of each pair, as harness.Order does, and that is so on average.
	Blocks bool
}

// run is the trials of one run. Pairs are in the order in which they ran.
type run struct {
	before, after         []float64 // P99
	slowBefore, slowAfter []int
	ran                   []float64 // P99 of all trials in the order in which they ran, whichever arm they were
}

// simulate runs pairs of adjacent trials, of which the after arm takes longer by the change, a logarithm.
func (m *machine) simulate(beforeFirst []bool, change float64) run {
	m.boot(2 * len(beforeFirst))
	var r run
	for _, first := range beforeFirst {
		var before, after trial
		if first {
			before, after = m.next(0), m.next(change)
			r.ran = append(r.ran, before.p99, after.p99)
		} else {
			after, before = m.next(change), m.next(0)
			r.ran = append(r.ran, after.p99, before.p99)
		}
		r.before, r.after = append(r.before, before.p99), append(r.after, after.p99)
		r.slowBefore, r.slowAfter = append(r.slowBefore, before.slow), append(r.slowAfter, after.slow)
	}
	return r
}

// order says of each pair whether its before arm runs first.
func order(rng *rand.Rand, pairs int, blocks bool) []bool {
	beforeFirst := make([]bool, pairs)
	for pair := range beforeFirst {
		if !blocks || pair%2 == 0 {
			beforeFirst[pair] = rng.IntN(2) == 0
		} else {
			beforeFirst[pair] = !beforeFirst[pair-1]
		}
	}
	return beforeFirst
}

// source is the randomness of one family in a world: that of no other seed, world or family, in whatever order and on
// however many processors they are simulated.
func source(seed uint64, world string, family int) *rand.Rand {
	var key [32]byte
	copy(key[16:], world)
	for i := range 8 {
		key[i], key[8+i] = byte(seed>>(8*i)), byte(uint64(family)>>(8*i))
	}
	seeds := rand.NewChaCha8(key) // mixes keys that hardly differ; PCG is faster and does not
	return rand.New(rand.NewPCG(seeds.Uint64(), seeds.Uint64()))
}
