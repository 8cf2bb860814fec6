package noise

import (
	"runtime"
	"slices"
	"sync"
	"time"
)

const (
	rounds = 5       // measured; one more comes first and is thrown away
	words  = 1 << 19 // swept over: 4 MiB, more than a core's own cache
	near   = 1 << 15 // walked through at random: 256 KiB, which fit into it
	steps  = 1 << 18 // of the walk
	sweeps = 8
	turns  = 1 << 21 // of the arithmetic
)

var (
	singing sync.Mutex
	memory  [words]uint64
)

// Canary gives how long a fixed piece of work takes at the moment: the median of five rounds of some 7 ms each. The
// work is the same on every machine and in every version, so that canaries of one machine compare.
//
// It is to be run between trials, when the cluster and the worker are gone. Then it cannot see which arm ran: what
// slows it is somebody else on the machine, or the machine itself. (One way is left: a processor that a hot arm has
// heated until it throttles. That costs the arm after it as much, and pairs come in random order.)
//
// A median of several, because one round says little: an interrupt, or one slice of the scheduler given to another
// process, adds milliseconds to it. The least of several would hide a neighbour that computes half of the time. The
// first round is thrown away: it waits for the memory to be mapped and for the core's frequency to rise.
//
// It allocates nothing, so that it neither starts a garbage collection nor pays for one.
func Canary() time.Duration {
	singing.Lock() // two at a time would disturb each other, and share the memory
	defer singing.Unlock()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	round()
	var took [rounds]time.Duration
	for i := range took {
		began := time.Now()
		round()
		took[i] = time.Since(began)
	}
	slices.Sort(took[:])
	return took[rounds/2]
}

// round is the work, of which core, cache and memory have a part each. It returns a checksum.
//
// The walk stays within a core's own cache. Through all of the memory it would measure how much room the neighbours
// leave in the cache that cores share: on a virtual machine that did nothing else, such a walk took 2 to 18 ms.
func round() uint64 {
	sum := compute(sweep(walk(fill())))
	memory[0] = sum // it is of use, or the compiler might leave the arithmetic out
	return sum
}

func fill() uint64 {
	x := uint64(0x9e3779b97f4a7c15)
	for i := range memory {
		x = scramble(x)
		memory[i] = x
	}
	return x
}

// walk goes from word to word, each found by what the one before held: latency.
func walk(x uint64) uint64 {
	for range steps {
		word := &memory[x%near]
		x = scramble(x ^ *word)
		*word = x
	}
	return x
}

// sweep reads and writes everything in order, in four lanes: bandwidth.
func sweep(x uint64) uint64 {
	const factor = 0x5851f42d4c957f2d // odd, with bits all over; of Knuth's MMIX generator
	a, b, c, d := x, x, x, x
	for range sweeps {
		for i := 0; i < words; i += 4 {
			four := (*[4]uint64)(memory[i:])
			a, b, c, d = a*factor+four[0], b*factor+four[1], c*factor+four[2], d*factor+four[3]
			four[0], four[1], four[2], four[3] = a, b, c, d
		}
	}
	return a ^ b ^ c ^ d
}

// compute has four chains of arithmetic that do not wait for each other. One alone would leave so much of the core
// unused that it would not notice another hardware thread there.
func compute(x uint64) uint64 {
	a, b, c, d := x, x+1, x+2, x+3
	for range turns {
		a, b, c, d = scramble(a), scramble(b), scramble(c), scramble(d)
	}
	return a + b + c + d // not xor: the steps are linear in it, and the four would cancel each other
}

// scramble is a step of xorshift64: G. Marsaglia, "Xorshift RNGs", J. Stat. Softw. 8(14), 2003.
func scramble(x uint64) uint64 {
	x ^= x << 13
	x ^= x >> 7
	return x ^ x<<17
}
