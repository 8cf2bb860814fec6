package stat_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"aftershock/internal/slow"
	"aftershock/results/stat"
)

var response = stat.Criterion{Scale: stat.Ratio, Better: stat.Lower, Margin: 0.1}

// arm reads values with those at the time-out marked as bounds.
func arm(timeout float64, values ...float64) stat.Arm {
	a := stat.Arm{Values: values, Bounds: make([]bool, len(values))}
	for i, v := range values {
		a.Bounds[i] = v >= timeout
	}
	return a
}

func compareArms(t *testing.T, before, after stat.Arm, by stat.Criterion) stat.Comparison {
	t.Helper()
	c, err := stat.CompareArms(before, after, by)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func repeat(v float64, n int) []float64 { return slices.Repeat([]float64{v}, n) }

// A defect that keeps the quantile at the time-out is the largest that there is, and its repair must be found: at least
// 1 s before and 152 ms after is a change of at least -84 %.
func TestTheTimeOutIsABound(t *testing.T) {
	c := compareArms(t, arm(1, repeat(1, 8)...), arm(1, repeat(0.152, 8)...), response)
	if got := response.Scale.Change(c.At95.Value); math.Abs(got+0.848) > 1e-9 || c.Open != stat.OpenLow {
		t.Errorf("%v, open at %q", got, c.Open)
	}
	if c.Verdict != stat.Improved || c.P != 2.0/256 {
		t.Errorf("%v, p %v", c.Verdict, c.P)
	}
	if got := response.Scale.Change(c.At95.Low); got != -1 {
		t.Errorf("the open end is %v", got)
	}
	// The other way round it is a regression by as much at least.
	c = compareArms(t, arm(1, repeat(0.152, 8)...), arm(1, repeat(1, 8)...), response)
	if got := response.Scale.Change(c.At95.Value); c.Verdict != stat.Regressed || c.Open != stat.OpenHigh || got < 5.5 {
		t.Errorf("%v by %v, open at %q", c.Verdict, got, c.Open)
	}
}

// What bounds support, and what they never do.
func TestBounds(t *testing.T) {
	near := []float64{0.93, 0.95, 0.96, 0.94, 0.97, 0.95, 0.96, 0.94}
	for _, c := range []struct {
		name          string
		before, after stat.Arm
		open          stat.Open
		verdict       stat.Verdict
	}{
		{"just below the time-out against it is no difference of 5 %", arm(1, near...), arm(1, repeat(1, 8)...), stat.OpenHigh, stat.Regressed},
		{"both at the time-out say nothing", arm(1, repeat(1, 8)...), arm(1, repeat(1, 8)...), stat.OpenBoth, stat.Inconclusive},
		{"one bound among eight", arm(1, 0.9, 0.8, 0.7, 1, 0.9, 0.8, 0.7, 0.9), arm(1, repeat(0.1, 8)...), stat.OpenLow, stat.Improved},
		{"bounds on either arm", arm(1, 1, 0.8, 0.7, 0.9, 0.9, 0.8, 0.7, 0.9), arm(1, 0.1, 1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1),
			stat.OpenBoth, stat.Inconclusive},
		// The eighth pair may be of any sign, and with it seven of eight are not enough.
		{"a pair with bounds in both arms counts against the verdict", arm(1, repeat(1, 8)...),
			arm(1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 1), stat.OpenLow, stat.Inconclusive},
		{"fourteen pairs bear one", arm(1, repeat(1, 15)...), arm(1, append(repeat(0.1, 14), 1)...), stat.OpenLow, stat.Improved},
		{"also without any other bound", arm(1, append(repeat(0.8, 14), 1)...), arm(1, append(repeat(0.1, 14), 1)...),
			stat.OpenLow, stat.Improved},
		{"a longer time-out in one arm is no regression", arm(1, repeat(1, 8)...), arm(2, repeat(1.5, 8)...), stat.OpenBoth, stat.Inconclusive},
	} {
		got := compareArms(t, c.before, c.after, response)
		if got.Open != c.open || got.Verdict != c.verdict {
			t.Errorf("%s: open %q, %v", c.name, got.Open, got.Verdict)
		}
		if stat.NonInferior(got, 0.1) != (c.verdict == stat.Improved) {
			t.Errorf("%s: non-inferior is %v", c.name, stat.NonInferior(got, 0.1))
		}
		if _, ok := stat.Detectable(got, 1); ok {
			t.Errorf("%s: what is detectable cannot be told from an open interval", c.name)
		}
		if _, err := json.Marshal(got); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Whatever the values beyond a bound were, a verdict from bounds is that of the true values, and the estimate is at
// most or at least theirs.
func TestBoundsHoldForEveryTruth(t *testing.T) {
	slow.Simulates(t)
	rng := rand.New(rand.NewPCG(7, 0))
	by := response
	by.Margin = 0 // no difference is never found, so that a small true change keeps its name
	found := 0
	for range 20_000 {
		n := 6 + rng.IntN(14)
		truth := [2][]float64{make([]float64, n), make([]float64, n)}
		cut := [2]stat.Arm{{Values: make([]float64, n), Bounds: make([]bool, n)}, {Values: make([]float64, n), Bounds: make([]bool, n)}}
		shift := []float64{-2, -0.5, 0, 0.5, 2}[rng.IntN(5)]
		for i := range n {
			truth[0][i], truth[1][i] = math.Exp(rng.NormFloat64()*0.4-0.4), math.Exp(rng.NormFloat64()*0.4-0.4+shift)
			for a := range cut {
				cut[a].Values[i], cut[a].Bounds[i] = min(truth[a][i], 1), truth[a][i] >= 1
			}
		}
		got := compareArms(t, cut[0], cut[1], by)
		want := compareArms(t, stat.Arm{Values: truth[0]}, stat.Arm{Values: truth[1]}, by)
		if got.Verdict != stat.Inconclusive {
			found++
			if got.Verdict != want.Verdict || got.P < want.P {
				t.Fatalf("%v with p %v from bounds, %v with p %v from the truth: %v", got.Verdict, got.P, want.Verdict, want.P, truth)
			}
		}
		const rounding = 1e-9
		if got.Open == stat.OpenLow && got.At95.Value < want.At95.Value-rounding || got.Open == stat.OpenHigh && got.At95.Value > want.At95.Value+rounding {
			t.Fatalf("%v, open at %q; the truth's estimate is %v", got.At95.Value, got.Open, want.At95.Value)
		}
	}
	if found < 1000 {
		t.Errorf("only %d verdicts from bounds", found)
	}
}

// Where nothing is a bound, nothing changes; arms swapped mirror each other.
func TestBoundsAreSymmetric(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 0))
	for range 2000 {
		n := 1 + rng.IntN(12)
		a, b := make([]float64, n), make([]float64, n)
		for i := range n {
			a[i], b[i] = rng.Float64()*1.5+0.01, rng.Float64()*1.5+0.01
		}
		none := stat.Arm{Values: a, Bounds: make([]bool, n)}
		if got, want := compareArms(t, none, stat.Arm{Values: b}, response), compareArms(t, stat.Arm{Values: a}, stat.Arm{Values: b}, response); got.At95 != want.At95 {
			t.Fatalf("no bounds: %+v and %+v", got.At95, want.At95)
		}
		x, y := compareArms(t, arm(1, a...), arm(1, b...), response), compareArms(t, arm(1, b...), arm(1, a...), response)
		mirrored := map[stat.Open]stat.Open{stat.OpenLow: stat.OpenHigh, stat.OpenHigh: stat.OpenLow}
		if o, ok := mirrored[x.Open]; ok && y.Open != o || !ok && y.Open != x.Open || math.Abs(x.P-y.P) > 1e-12 {
			t.Fatalf("%v and %v: open %q and %q, p %v and %v", a, b, x.Open, y.Open, x.P, y.P)
		}
	}
}

func TestBoundsThatAreNotOneAValue(t *testing.T) {
	whole, short := arm(1, 1, 2), stat.Arm{Values: []float64{1, 2}, Bounds: []bool{true}}
	for _, c := range []struct {
		before, after stat.Arm
		want          string
	}{{short, whole, "2 before values with 1 bounds"}, {whole, short, "2 after values with 1 bounds"}} {
		if _, err := stat.CompareArms(c.before, c.after, response); err == nil || err.Error() != c.want {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

// An inconclusive comparison with an open end still tells how many more pairs would close the other one.
func TestMorePairsFromBounds(t *testing.T) {
	c := compareArms(t, arm(1, repeat(1, 8)...), arm(1, 0.8, 0.85, 0.8, 0.7, 0.9, 0.99, 0.95, 1), response)
	if more, ok := stat.MorePairs(c, 1); c.Verdict != stat.Inconclusive || ok && more <= 0 {
		t.Errorf("%v: %d more, %v", c.Verdict, more, ok)
	}
}
