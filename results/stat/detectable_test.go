package stat_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"aftershock/internal/slow"
	"aftershock/results/stat"
)

var unjudged = stat.Criterion{Scale: stat.Difference, Better: stat.Higher} // no margin

// shifted compares n differences from a shape around a shift.
func shifted(t *testing.T, rng *rand.Rand, n int, shape func(*rand.Rand) float64, shift float64) stat.Comparison {
	t.Helper()
	before, after := make([]float64, n), make([]float64, n)
	for i := range after {
		after[i] = shift + shape(rng)
	}
	return compare(t, before, after, unjudged)
}

// What is said to be detectable is detected: the mean of it over many runs without a change, put into as many runs as a
// change, is found in four of five. Also where one trial in ten goes astray, which the standard deviation would not
// survive: it would ask for a change that is found nearly always.
func TestDetectableIsFoundFourTimesOfFive(t *testing.T) {
	slow.Simulates(t)
	const repeats = 2500
	for name, shape := range map[string]func(*rand.Rand) float64{
		"normal": (*rand.Rand).NormFloat64,
		"contaminated": func(r *rand.Rand) float64 {
			if r.IntN(10) == 0 {
				return 4 * r.NormFloat64()
			}
			return r.NormFloat64()
		},
	} {
		for _, c := range []struct{ n, tests int }{
			{2, 1}, {3, 1}, {4, 1}, {5, 1}, {6, 1}, {8, 1}, {10, 1}, {15, 1}, {40, 1}, {8, 4}, {10, 4}, {15, 4}, {40, 4}, {15, 12},
		} {
			n := c.n
			if name != "normal" && (n < 8 || n < 15 && c.tests > 1) {
				continue // the extremes are the interval there
			}
			rng := rand.New(rand.NewPCG(41, uint64(n)))
			said := 0.0
			for range repeats {
				d, ok := stat.Detectable(stat.Parametric(shifted(t, rng, n, shape, 0)), c.tests)
				if !ok {
					t.Fatal("nothing detectable")
				}
				said += d / repeats
			}
			found := 0
			for range repeats {
				// The others of the family show nothing, so that Holm asks the most.
				c, tests := stat.Parametric(shifted(t, rng, n, shape, said)), float64(c.tests)
				if c.Verdict == stat.Improved && c.P*tests <= 0.05 {
					found++
				}
			}
			if share := float64(found) / repeats; share < 0.75 || share > 0.86 {
				t.Errorf("%s, %d pairs, %d tests: %.3f said to be detectable, found in %.3f", name, n, c.tests, said, share)
			}
		}
	}
}

// Eight pairs with a standard deviation of 0.2 of the log ratio find a change of 28 % by themselves and of 46 % among
// four fixes; below the fewest pairs for so many nothing is found at all. Downwards, where a repair leads, that is -21
// and -32 %.
func TestDetectableAfterTheCorrection(t *testing.T) {
	rng := rand.New(rand.NewPCG(43, 0))
	mean := map[int]float64{}
	const repeats = 2000
	for range repeats {
		c := shifted(t, rng, 8, func(r *rand.Rand) float64 { return 0.2 * r.NormFloat64() }, 0)
		for _, tests := range []int{1, 4} {
			d, _ := stat.Detectable(c, tests)
			mean[tests] += d / repeats
		}
		if d, ok := stat.Detectable(c, 7); ok {
			t.Fatalf("8 pairs detect %v among seven tests, which take 9", d)
		}
	}
	up, down := stat.Ratio.Change(mean[4]), stat.Ratio.Change(-mean[4])
	if alone := stat.Ratio.Change(mean[1]); math.Abs(alone-0.28) > 0.01 || math.Abs(up-0.46) > 0.01 || math.Abs(down+0.32) > 0.01 {
		t.Errorf("alone %v, of four %v and %v", alone, up, down)
	}
}

// At 6 pairs the test needs all of one sign. With normal differences that is Phi(d)^6 = 0.8, d = 1.793 deviations; the
// range of 6 is 2.534 of them.
func TestDetectableOfSixPairs(t *testing.T) {
	d, ok := stat.Detectable(compare(t, make([]float64, 6), []float64{-1.267, -0.6, -0.2, 0.2, 0.6, 1.267}, unjudged), 1)
	if !ok || !(math.Abs(d-1.793) <= 0.03) {
		t.Errorf("detects %v, %t; want 1.793", d, ok)
	}
}

func TestDetectableOfSpecialCases(t *testing.T) {
	step := slices.Repeat([]float64{0}, 30)
	step[29] = 1 // one pair of 30 differs: the interval is [0, 0], the standard error 1/30
	for _, c := range []struct {
		name string
		d    []float64
		want float64 // 0 when there is none
	}{
		{"no pair", nil, 0}, {"one pair", []float64{1}, 0},
		{"all zero", make([]float64, 8), 0}, {"all equal", slices.Repeat([]float64{0.1}, 8), 0},
		{"all equal, by t", slices.Repeat([]float64{0.1}, 3), 0},
		{"nearly all equal", step, 2.0452 / 30 * 1.4294},
		{"by t", []float64{0, 0, 1}, 4.3027 / 3 * 1.483},
	} {
		compared := compare(t, make([]float64, len(c.d)), c.d, unjudged)
		d, ok := stat.Detectable(stat.Parametric(compared), 1)
		if _, few := stat.Detectable(compared, 1); few && len(c.d) < 6 {
			t.Errorf("%s: so few pairs detect nothing", c.name)
		}
		if ok != (c.want > 0) || !(math.Abs(d-c.want) <= 1e-4) {
			t.Errorf("%s: %v, %t; want %v", c.name, d, ok, c.want)
		}
	}
}

// Neither which arm is called before nor where the differences lie has anything to do with their noise.
func TestDetectableDependsOnTheNoiseAlone(t *testing.T) {
	sweep(t, func(_ *rand.Rand, before, after []float64, by stat.Criterion) {
		d, ok := stat.Detectable(compare(t, before, after, by), 1)
		if s, okS := stat.Detectable(compare(t, after, before, by), 1); ok != okS || !(math.Abs(d-s) <= 1e-9) {
			t.Fatalf("detects %v, with the arms swapped %v", d, s)
		}
		moved := slices.Clone(after)
		for i := range moved {
			if by.Scale == stat.Ratio {
				moved[i] *= 4
			} else {
				moved[i] += 4
			}
		}
		if m, _ := stat.Detectable(compare(t, before, moved, by), 1); !(math.Abs(d-m) <= 1e-9) {
			t.Fatalf("detects %v, of a changed arm %v", d, m)
		}
	})
}

func TestNonInferior(t *testing.T) {
	jitter := []float64{-0.02, 0.01, 0.03, -0.01, 0.02, -0.03, 0.015, -0.015}
	wild := []float64{-0.5, 0.4, 0.3, -0.4, 0.5, -0.3, 0.2, -0.2}
	for _, c := range []struct {
		name          string
		d             []float64
		shift, margin float64
		lower, higher bool
	}{
		{"the same", jitter, 0, 0.05, true, true},
		{"better or worse", jitter, -0.5, 0.05, true, false},
		{"worse or better", jitter, 0.5, 0.05, false, true},
		{"worse within the margin", jitter, 0.05, 0.10, true, true},
		{"too noisy to tell", wild, 0, 0.10, false, false},
		{"no margin, the same", jitter, 0, 0, false, false},
		{"no margin, better", jitter, -0.5, 0, true, false},
		{"a negative margin", jitter, -0.5, -0.1, false, false},
		{"no margin to speak of", jitter, -0.5, math.NaN(), false, false},
		{"an endless margin", jitter, -0.5, math.Inf(1), false, false},
		{"one pair", jitter[:1], -0.5, 0.1, false, false},
		{"no pair", nil, 0, 0.1, false, false},
		{"too few pairs", jitter[:4], 0, 0.1, false, false},
		{"all equal, at the margin", make([]float64, 8), 0.125, 0.125, false, true},
	} {
		before, after := make([]float64, len(c.d)), make([]float64, len(c.d))
		for i, v := range c.d {
			after[i] = v + c.shift
		}
		for better, want := range map[stat.Better]bool{stat.Lower: c.lower, stat.Higher: c.higher} {
			// The comparison's own margin plays no part.
			got := compare(t, before, after, stat.Criterion{Scale: stat.Difference, Better: better, Margin: 7})
			if stat.NonInferior(got, c.margin) != want {
				t.Errorf("%s, %s is better: %t", c.name, better, !want)
			}
			got.Verdict = stat.NotExercised
			if stat.NonInferior(got, c.margin) {
				t.Errorf("%s, %s is better: not inferior although not exercised", c.name, better)
			}
		}
	}
	if stat.NonInferior(stat.Comparison{}, 1) {
		t.Error("no comparison is not inferior")
	}
}

// The margin is relative on the ratio scale, and no difference is being not inferior either way round.
func TestNonInferiorBothWaysIsNoDifference(t *testing.T) {
	sweep(t, func(_ *rand.Rand, before, after []float64, by stat.Criterion) {
		there, back := compare(t, before, after, by), compare(t, after, before, by)
		both := stat.NonInferior(there, by.Margin) && stat.NonInferior(back, by.Margin)
		if both != (there.Verdict == stat.NoDifference) || both != (there.Equivalence <= 0.05) {
			t.Fatalf("not inferior both ways %t, %v", both, there.Verdict)
		}
	})
}

func ExampleDetectable() {
	before := []float64{102, 98, 110, 95, 105, 99, 101, 97}
	after := []float64{100, 104, 105, 99, 98, 103, 110, 98}
	c, err := stat.Compare(before, after, stat.Criterion{Scale: stat.Ratio, Better: stat.Lower, Margin: 0.05})
	if err != nil {
		fmt.Println(err)
		return
	}
	d, ok := stat.Detectable(c, 1)
	fmt.Printf("%v; 8 pairs detect %.1f %%, %t\n", c.Verdict, 100*c.Scale.Change(d), ok)
	fmt.Printf("not worse by 10 %%: %t, by 1 %%: %t\n", stat.NonInferior(c, 0.10), stat.NonInferior(c, 0.01))
	// Output:
	// inconclusive; 8 pairs detect 7.9 %, true
	// not worse by 10 %: true, by 1 %: false
}
