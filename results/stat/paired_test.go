package stat_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"aftershock/results/stat"
)

var latency = stat.Criterion{Scale: stat.Ratio, Better: stat.Lower, Margin: 0.10}

func compare(t testing.TB, before, after []float64, by stat.Criterion) stat.Comparison {
	t.Helper()
	c, err := stat.Compare(before, after, by)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// arms are two of n trials each with noise of the given size, and after off by the shift, on the scale.
func arms(rng *rand.Rand, n int, scale stat.Scale, noise, shift float64) (before, after []float64) {
	for range n {
		common := 2 + rng.NormFloat64()
		b, a := common+noise*rng.NormFloat64(), common+noise*rng.NormFloat64()+shift
		if scale == stat.Ratio {
			b, a = math.Exp(b), math.Exp(a)
		}
		before, after = append(before, b), append(after, a)
	}
	return before, after
}

// sweep hands random comparisons of both scales and 0 to 20 pairs to a property.
func sweep(t *testing.T, property func(rng *rand.Rand, before, after []float64, by stat.Criterion)) {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, 4))
	for i := range 1200 {
		by := stat.Criterion{Scale: stat.Ratio, Better: stat.Lower, Margin: 0.2}
		if i%2 == 1 {
			by.Scale = stat.Difference
		}
		if i%4 >= 2 {
			by.Better = stat.Higher
		}
		before, after := arms(rng, rng.IntN(21), by.Scale, 0.2*rng.Float64(), 0.4*rng.NormFloat64())
		for j := range before {
			if rng.IntN(4) == 0 {
				after[j] = before[j]
			}
		}
		property(rng, before, after, by)
	}
}

func TestMethodDependsOnThePairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for n := range 12 {
		before, after := arms(rng, n, stat.Ratio, 0.1, 0)
		c := compare(t, before, after, latency)
		want := stat.Wilcoxon
		switch {
		case n < 2:
			want = stat.NoInterval
		case n < 6:
			want = stat.StudentT
		}
		if c.Method != want || c.At95.Method != want || c.At90.Method != want {
			t.Errorf("%d pairs by %q, want %q", n, c.Method, want)
		}
		if c.Method.Parametric() != (n >= 2 && n < 6) || c.At95.HasInterval() != (n >= 2) {
			t.Errorf("%d pairs: parametric %t, interval %t", n, c.Method.Parametric(), c.At95.HasInterval())
		}
		if c.At95.N != n || len(c.Differences) != n || c.At95.Confidence != 0.95 || c.At90.Confidence != 0.90 {
			t.Errorf("%d pairs: %+v", n, c)
		}
		if few := c.Verdict == stat.TooFewPairs; few != (n < 6) || n < 6 && (c.P != 1 || c.Equivalence != 1) {
			t.Errorf("%d pairs are %v, p %v and %v", n, c.Verdict, c.P, c.Equivalence)
		}
	}
	if c := compare(t, []float64{10}, []float64{20}, latency); !near(c.At95.Value, math.Ln2) {
		t.Errorf("one pair has the value %v, want ln 2", c.At95.Value)
	}
}

func TestVerdicts(t *testing.T) {
	jitter := []float64{-0.02, 0.01, 0.03, -0.01, 0.02, -0.03, 0.015, -0.015} // centred at 0
	coarse := []float64{-0.5, 0.4, 0.3, -0.4, 0.5, -0.3, 0.2, -0.2}
	zero := make([]float64, 8)
	for _, c := range []struct {
		name     string
		jitter   []float64
		shift    float64 // of the difference: ln ratio, or share
		margin   float64
		lower    stat.Verdict // when lower is better
		higher   stat.Verdict
		pairs    int
		onlyDiff bool
	}{
		{"nothing changed", jitter, 0, 0.1, stat.NoDifference, stat.NoDifference, 8, false},
		{"smaller", jitter, -0.3, 0.1, stat.Improved, stat.Regressed, 8, false},
		{"larger", jitter, 0.3, 0.1, stat.Regressed, stat.Improved, 8, false},
		{"certain, but within the margin", jitter, -0.05, 0.1, stat.NoDifference, stat.NoDifference, 8, false},
		{"certain, no margin to be within", jitter, -0.05, 0, stat.Improved, stat.Regressed, 8, false},
		{"too noisy", coarse, -0.1, 0.1, stat.Inconclusive, stat.Inconclusive, 8, false},
		{"nothing changed, no margin", jitter, 0, 0, stat.Inconclusive, stat.Inconclusive, 8, false},
		{"six pairs", jitter, -0.3, 0.1, stat.Improved, stat.Regressed, 6, false},
		// Student's t would find all of these: fewer pairs would prove more.
		{"five pairs", jitter, -0.3, 0.1, stat.TooFewPairs, stat.TooFewPairs, 5, false},
		{"three pairs", jitter, -0.5, 0.1, stat.TooFewPairs, stat.TooFewPairs, 3, false},
		{"one pair, far off", jitter, -3, 0.1, stat.TooFewPairs, stat.TooFewPairs, 1, false},
		{"all the same", zero, 0, 0.1, stat.NoDifference, stat.NoDifference, 8, false},
		{"all the same, of three", zero, 0, 0.1, stat.TooFewPairs, stat.TooFewPairs, 3, false},
		{"all the same, no margin", zero, 0, 0, stat.Inconclusive, stat.Inconclusive, 8, false},
		{"same shift throughout", zero, 0.25, 0.1, stat.Regressed, stat.Improved, 8, false},
		{"at the margin, which is excluded", zero, 0.125, 0.125, stat.Regressed, stat.Improved, 8, true},
	} {
		for _, scale := range []stat.Scale{stat.Ratio, stat.Difference} {
			if c.onlyDiff && scale == stat.Ratio {
				continue
			}
			var before, after []float64
			for _, j := range c.jitter[:c.pairs] {
				b, a := 1.0, 1+c.shift+j
				if scale == stat.Ratio {
					a = math.Exp(c.shift + j)
				}
				before, after = append(before, b), append(after, a)
			}
			for better, want := range map[stat.Better]stat.Verdict{stat.Lower: c.lower, stat.Higher: c.higher} {
				got := compare(t, before, after, stat.Criterion{Scale: scale, Better: better, Margin: c.margin})
				if got.Verdict != want {
					t.Errorf("%s (%s, %s is better): %v, want %v\n95 %% %+v\n90 %% %+v",
						c.name, scale, better, got.Verdict, want, got.At95, got.At90)
				}
			}
		}
	}
}

// The margin of 10 % is ln 1.1 to both sides: +10 % and -9.09 %.
func TestRatioMarginIsLogarithmic(t *testing.T) {
	for _, c := range []struct {
		factor float64
		want   stat.Verdict
	}{
		{1.0999, stat.NoDifference}, {1.1001, stat.Regressed},
		{1 / 1.0999, stat.NoDifference}, {1 / 1.1001, stat.Improved},
		{0.905, stat.Improved},
	} {
		before := []float64{1, 2, 3, 4, 5, 6, 7, 8}
		after := make([]float64, len(before))
		for i := range before {
			after[i] = before[i] * c.factor
		}
		if got := compare(t, before, after, latency).Verdict; got != c.want {
			t.Errorf("factor %v: %v, want %v", c.factor, got, c.want)
		}
	}
}

// A share that was 0 in every trial of both arms did not change; it has an interval, of width 0 at 0.
func TestAllZero(t *testing.T) {
	for _, n := range []int{2, 5, 6, 8, 60} {
		zero := make([]float64, n)
		c := compare(t, zero, zero, stat.Criterion{Scale: stat.Difference, Better: stat.Lower, Margin: 0.01})
		for _, e := range []stat.Estimate{c.At95, c.At90} {
			if e.Value != 0 || e.Low != 0 || e.High != 0 || !e.HasInterval() {
				t.Errorf("%d pairs: %+v", n, e)
			}
		}
		if want := (map[bool]stat.Verdict{true: stat.TooFewPairs, false: stat.NoDifference})[n < 6]; c.Verdict != want {
			t.Errorf("%d pairs: %v", n, c.Verdict)
		}
	}
}

// Six pairs of eight are equal and two differ a lot: dropped zeros would leave two pairs, mid-ranks a test. Here 0
// stays in the interval.
func TestZerosAreNotDropped(t *testing.T) {
	before := []float64{1, 1, 1, 1, 1, 1, 1, 1}
	after := []float64{1, 1, 1, 1, 1, 1, 5, 6}
	c := compare(t, before, after, latency)
	if c.At95.Low != 0 || c.At95.High <= 0 || c.At95.Value != 0 {
		t.Errorf("95 %% interval %+v, want one that begins at 0", c.At95)
	}
	if c.Verdict != stat.Inconclusive {
		t.Errorf("verdict %v", c.Verdict)
	}
}

func TestSwappingTheArmsMirrors(t *testing.T) {
	mirror := map[stat.Verdict]stat.Verdict{
		stat.Improved: stat.Regressed, stat.Regressed: stat.Improved,
		stat.NoDifference: stat.NoDifference, stat.Inconclusive: stat.Inconclusive, stat.TooFewPairs: stat.TooFewPairs,
	}
	seen := map[stat.Verdict]int{}
	sweep(t, func(_ *rand.Rand, before, after []float64, by stat.Criterion) {
		there, back := compare(t, before, after, by), compare(t, after, before, by)
		if back.Verdict != mirror[there.Verdict] {
			t.Fatalf("%v swapped is %v: %v %v", there.Verdict, back.Verdict, before, after)
		}
		for _, p := range [][2]stat.Estimate{{there.At95, back.At95}, {there.At90, back.At90}} {
			if !near(p[0].Value, -p[1].Value) || !near(p[0].Low, -p[1].High) || !near(p[0].High, -p[1].Low) {
				t.Fatalf("%+v swapped is %+v", p[0], p[1])
			}
		}
		seen[there.Verdict]++
	})
	for v := range mirror {
		if seen[v] < 20 {
			t.Errorf("only %d of the cases were %v", seen[v], v)
		}
	}
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-12*(1+math.Abs(a)) }

func TestUnitsDoNotMatterOnTheRatioScale(t *testing.T) {
	sweep(t, func(rng *rand.Rand, before, after []float64, by stat.Criterion) {
		if by.Scale != stat.Ratio {
			return
		}
		unit := math.Exp(10 * rng.NormFloat64())
		scaled := func(v []float64) (w []float64) {
			for _, x := range v {
				w = append(w, x*unit)
			}
			return w
		}
		seconds, other := compare(t, before, after, by), compare(t, scaled(before), scaled(after), by)
		if seconds.Verdict != other.Verdict || !near(seconds.At95.Low, other.At95.Low) ||
			!near(seconds.At95.Value, other.At95.Value) || !near(seconds.At90.High, other.At90.High) {
			t.Fatalf("times %v: %+v became %+v", unit, seconds, other)
		}
	})
}

func TestOrderOfPairsDoesNotMatter(t *testing.T) {
	sweep(t, func(rng *rand.Rand, before, after []float64, by stat.Criterion) {
		c := compare(t, before, after, by)
		var b, a []float64
		for _, i := range rng.Perm(len(before)) {
			b, a = append(b, before[i]), append(a, after[i])
		}
		p := compare(t, b, a, by)
		if p.At95 != c.At95 || p.At90 != c.At90 || p.Verdict != c.Verdict {
			t.Fatalf("%+v permuted is %+v", c, p)
		}
	})
}

func TestIntervalsAreNestedAroundTheEstimate(t *testing.T) {
	sweep(t, func(_ *rand.Rand, before, after []float64, by stat.Criterion) {
		kept := [2][]float64{slices.Clone(before), slices.Clone(after)}
		c := compare(t, before, after, by)
		checkShape(t, c)
		if !slices.Equal(before, kept[0]) || !slices.Equal(after, kept[1]) {
			t.Fatal("Compare changed its input")
		}
	})
}

func checkShape(t *testing.T, c stat.Comparison) {
	t.Helper()
	at95, at90 := c.At95, c.At90
	if at95.Value != at90.Value || at95.HasInterval() != at90.HasInterval() {
		t.Fatalf("the two intervals belong to different estimates: %+v %+v", at95, at90)
	}
	if !at95.HasInterval() {
		if c.Verdict != stat.TooFewPairs || at95.Low != 0 || at95.High != 0 {
			t.Fatalf("%v without an interval: %+v", c.Verdict, at95)
		}
		return
	}
	for _, e := range []stat.Estimate{at95, at90} {
		if !(e.Low <= e.Value && e.Value <= e.High) || e.Achieved < e.Confidence || e.Achieved > 1 {
			t.Fatalf("interval out of order: %+v", e)
		}
	}
	if at90.Low < at95.Low || at90.High > at95.High {
		t.Fatalf("the 90 %% interval %+v is not within the 95 %% interval %+v", at90, at95)
	}
}

func TestCompareErrors(t *testing.T) {
	good := []float64{1, 2}
	difference := stat.Criterion{Scale: stat.Difference, Better: stat.Higher}
	with := func(change func(*stat.Criterion)) stat.Criterion {
		by := latency
		change(&by)
		return by
	}
	for _, c := range []struct {
		name          string
		before, after []float64
		by            stat.Criterion
		want          string
	}{
		{"unequal", good, good[:1], latency, "2 before values and 1 after values are not pairs"},
		{"too many", make([]float64, 1001), make([]float64, 1001), difference, "1001 pairs (allowed: up to 1000)"},
		{"NaN", []float64{1, math.NaN()}, good, difference, "before value of pair 1: NaN (allowed: finite"},
		{"infinite", good, []float64{math.Inf(1), 1}, latency, "after value of pair 0: +Inf (allowed: finite"},
		{"huge", good, []float64{1, 1e151}, difference, "after value of pair 1: 1e+151 (allowed: finite"},
		{"zero ratio", good, []float64{1, 0}, latency, "compared on the difference scale"},
		{"negative ratio", []float64{-1, 1}, good, latency, "before value of pair 0: -1 has no logarithm"},
		{"no criterion", good, good, stat.Criterion{}, `unknown scale "" (allowed: ratio, difference)`},
		{"scale", good, good, with(func(c *stat.Criterion) { c.Scale = "log" }), `unknown scale "log"`},
		{"better", good, good, with(func(c *stat.Criterion) { c.Better = "" }), `direction "" (allowed: lower, higher)`},
		{"margin", good, good, with(func(c *stat.Criterion) { c.Margin = -0.1 }), "margin -0.1 (allowed: finite, 0 or"},
		{"NaN margin", good, good, with(func(c *stat.Criterion) { c.Margin = math.NaN() }), "margin NaN"},
		{"infinite margin", good, good, with(func(c *stat.Criterion) { c.Margin = math.Inf(1) }), "margin +Inf"},
	} {
		got, err := stat.Compare(c.before, c.after, c.by)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
		if !reflect.DeepEqual(got, stat.Comparison{}) {
			t.Errorf("%s: %+v beside an error", c.name, got)
		}
	}
}

func TestComparisonSurvivesJSON(t *testing.T) {
	rng := rand.New(rand.NewPCG(10, 11))
	for _, n := range []int{0, 1, 4, 8} {
		before, after := arms(rng, n, stat.Ratio, 0.1, -0.5)
		c := compare(t, before, after, latency)
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var back stat.Comparison
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(back, c) {
			t.Errorf("%+v came back as %+v", c, back)
		}
	}
}

func TestChange(t *testing.T) {
	for _, c := range []struct {
		scale   stat.Scale
		d, want float64
	}{
		{stat.Ratio, 0, 0}, {stat.Ratio, math.Log(1.1), 0.1}, {stat.Ratio, math.Log(0.5), -0.5},
		{stat.Ratio, 2000, math.MaxFloat64}, {stat.Ratio, -2000, -1},
		{stat.Difference, -0.25, -0.25}, {stat.Difference, 2000, 2000},
	} {
		if got := c.scale.Change(c.d); !near(got, c.want) {
			t.Errorf("%s: a difference of %v is a change of %v, want %v", c.scale, c.d, got, c.want)
		}
	}
}
