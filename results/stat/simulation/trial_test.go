package simulation

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"aftershock/results/stat"
)

func worldOf(t testing.TB, name string) World {
	t.Helper()
	for _, w := range Worlds() {
		if w.Name == name {
			return w
		}
	}
	t.Fatalf("no world %q", name)
	return World{}
}

// trials are the logarithms of the P99 of consecutive trials.
func trials(w World, n int, change float64) (logs []float64) {
	m := newMachine(w, rand.New(rand.NewPCG(1, 2)))
	m.boot(n)
	for range n {
		logs = append(logs, math.Log(m.next(change).p99))
	}
	return logs
}

func mean(v []float64) (m float64) {
	for _, x := range v {
		m += x / float64(len(v))
	}
	return m
}

func TestTrialsAreWhatTheWorldSays(t *testing.T) {
	const n = 1200
	calm, stalls := trials(worldOf(t, "calm"), n, 0), trials(worldOf(t, "stalls"), n, 0)
	if got := mean(calm); math.Abs(got-slowFrom*0.5) > 0.02 {
		t.Errorf("calm: the mean logarithm of P99 is %v, want %v", got, slowFrom*0.5)
	}
	if r, _ := stat.Autocorrelation(calm); math.Abs(r) > 0.08 {
		t.Errorf("calm: trials have an autocorrelation of %v", r)
	}
	if r, _ := stat.Autocorrelation(trials(worldOf(t, "autocorrelated"), n, 0)); r < 0.3 || r > 0.6 {
		t.Errorf("autocorrelated: trials have an autocorrelation of %v, want 0.6 less what sampling P99 dilutes it by", r)
	}
	if r, _ := stat.Autocorrelation(trials(worldOf(t, "drifting"), n, 0)); r > 0.4 {
		t.Errorf("drifting: the drift hides all else: %v", r)
	}
	drifting := trials(worldOf(t, "drifting"), n, 0)
	if got := mean(drifting[n*9/10:]) - mean(drifting[:n/10]); math.Abs(got-0.9*math.Log(1.15)) > 0.02 {
		t.Errorf("drifting: by %v from the first tenth to the last, want %v", got, 0.9*math.Log(1.15))
	}
	slices.Sort(calm)
	slices.Sort(stalls)
	if stalls[n/10] > calm[n/10]+0.2 || stalls[n*9/10] < calm[n*9/10]+0.5 {
		t.Errorf("stalls: P99 from %v to %v, without from %v to %v; want the upper end far off alone",
			stalls[n/10], stalls[n*9/10], calm[n/10], calm[n*9/10])
	}
}

// A change is exact, stalls included: the coverage of an interval is counted against it.
func TestAChangeMovesP99ByItself(t *testing.T) {
	for _, w := range Worlds() {
		same, slower := trials(w, 50, 0), trials(w, 50, math.Log1p(Change))
		for i := range same {
			if d := slower[i] - same[i]; math.Abs(d-math.Log1p(Change)) > 1e-12 {
				t.Fatalf("%s: trial %d is off by %v", w.Name, i, d)
			}
		}
	}
}

// The tail is a short cut. A bound that leaves too few, or none out, gives the same.
func TestP99IsTheQuantileOfAllRequests(t *testing.T) {
	for _, w := range Worlds() {
		m := newMachine(w, rand.New(rand.NewPCG(3, 4)))
		m.boot(20)
		for range 20 {
			got := m.next(0).p99
			logs := slices.Clone(m.logs)
			slices.Sort(logs)
			want, _ := stat.Quantile(logs, 0.99)
			if len(logs) != Requests || got != math.Exp(want) {
				t.Fatalf("%s: P99 of %d requests is %v, want %v", w.Name, len(logs), got, math.Exp(want))
			}
			for _, from := range []float64{math.Inf(1), math.Inf(-1), want} {
				if got := m.p99(from); got != want {
					t.Fatalf("%s: looked for above %v it is %v, want %v", w.Name, from, got, want)
				}
			}
		}
	}
}

// On a good day 1 % of the requests are slow.
func TestSlowRequests(t *testing.T) {
	w := worldOf(t, "calm")
	w.Trial = 0
	m := newMachine(w, rand.New(rand.NewPCG(5, 6)))
	m.boot(500)
	slow := 0
	for range 500 {
		slow += m.next(0).slow
	}
	if share := float64(slow) / (500 * Requests); math.Abs(share-0.01) > 0.0005 {
		t.Errorf("%v of the requests are slow", share)
	}
}

func TestOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	first, equal := 0, 0
	for range 2000 {
		blocks := order(rng, Most, true)
		for i := 0; i+1 < Most; i += 2 {
			if blocks[i] == blocks[i+1] {
				t.Fatal("two pairs of a block have the same order")
			}
		}
		coins := order(rng, Most, false)
		first += one(blocks[0]) + one(coins[0]) + one(coins[1])
		equal += one(coins[0] == coins[1])
	}
	if math.Abs(float64(first)-3000) > 150 || math.Abs(float64(equal)-1000) > 100 {
		t.Errorf("before first %d times of 6000, two coins equal %d times of 2000", first, equal)
	}
}

// What a pair's trials are called does not change which trials there are.
func TestPairsAreAdjacentTrials(t *testing.T) {
	m := newMachine(worldOf(t, "calm"), source(1, "calm", 0))
	beforeFirst := order(m.rng, Most, true)
	r := m.simulate(beforeFirst, 0)
	before, after := deal(r.ran, beforeFirst)
	if len(r.ran) != 2*Most || !slices.Equal(before, r.before) || !slices.Equal(after, r.after) {
		t.Errorf("ran %v, before %v, after %v", r.ran, r.before, r.after)
	}
}
