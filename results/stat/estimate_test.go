package stat_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"aftershock/results/stat"
)

// The Hodges-Lehmann estimate and interval without the null distribution's recursion: the centre is a theta that the
// signed-rank test, made by enumerating signs, does not reject. For n <= 12.
func naiveHodgesLehmann(d []float64, confidence float64) (value, low, high float64, ok bool) {
	var averages []float64
	for i := range d {
		for j := 0; j <= i; j++ {
			averages = append(averages, (d[i]+d[j])/2)
		}
	}
	slices.Sort(averages)
	m := len(averages)
	value = (averages[(m-1)/2] + averages[m/2]) / 2

	counts := make([]int, m+1)
	for signs := range 1 << len(d) {
		w := 0
		for k := range d {
			w += (signs >> k & 1) * (k + 1)
		}
		counts[w]++
	}
	atMost := func(w int) (p float64) {
		for _, c := range counts[:w+1] {
			p += float64(c)
		}
		return p / float64(int(1)<<len(d))
	}
	// Walk inwards while the averages left outside are still too improbable.
	for c := 0; c < m/2 && 2*atMost(c) <= 1-confidence; c++ {
		low, high, ok = averages[c], averages[m-1-c], true
	}
	return value, low, high, ok
}

func TestHodgesLehmannAgainstNaive(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 400 {
		d := make([]float64, 1+rng.IntN(12))
		for i := range d {
			d[i] = rng.NormFloat64()
			if rng.IntN(3) == 0 {
				d[i] = math.Round(d[i]) // ties and zeros
			}
		}
		for _, confidence := range []float64{0.5, 0.8, 0.9, 0.95, 0.99} {
			got, err := stat.HodgesLehmann(d, confidence)
			if err != nil {
				t.Fatal(err)
			}
			value, low, high, ok := naiveHodgesLehmann(d, confidence)
			near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-15 }
			if !near(got.Value, value) || got.Low != low || got.High != high || got.HasInterval() != ok {
				t.Fatalf("%v at %v: got %+v, naive %v [%v, %v] %t", d, confidence, got, value, low, high, ok)
			}
			if ok && got.Achieved < confidence {
				t.Fatalf("%v: achieved %v below %v", d, got.Achieved, confidence)
			}
		}
	}
}

// Hamilton depression scale factor IV of nine patients before and after a tranquilliser: Hollander, Wolfe and Chicken,
// table 3.1. They give the estimate -0.46 and the 96.1 % interval (-0.786, -0.010).
func TestHodgesLehmannOnDepressionScores(t *testing.T) {
	before := []float64{1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30}
	after := []float64{0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29}
	c := compare(t, before, after, stat.Criterion{Scale: stat.Difference, Better: stat.Lower, Margin: 0.01})
	for _, f := range []struct {
		name      string
		got, want float64
	}{
		{"estimate", c.At95.Value, -0.46},
		{"low", c.At95.Low, -0.786},
		{"high", c.At95.High, -0.010},
		{"achieved", c.At95.Achieved, 1 - 20./512},
	} {
		if math.Abs(f.got-f.want) > 1e-9 {
			t.Errorf("%s = %v, want %v", f.name, f.got, f.want)
		}
	}
	if c.Verdict != stat.Improved || c.Method != stat.Wilcoxon {
		t.Errorf("%v by %v", c.Verdict, c.Method)
	}
}

// Student's own example: additional hours of sleep of ten patients under two drugs. R's t.test(paired) gives the mean
// difference 1.58 and the 95 % interval 0.7001142 to 2.4598858.
func TestPairedTOnStudentsSleepData(t *testing.T) {
	e, err := stat.PairedT([]float64{1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4}, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(e.Value-1.58) > 1e-12 || math.Abs(e.Low-0.7001142) > 1e-7 || math.Abs(e.High-2.4598858) > 1e-7 {
		t.Errorf("got %+v", e)
	}
}

// Half-widths in standard errors are the printed quantiles of t, here for 1 to 4 degrees of freedom.
func TestPairedTQuantiles(t *testing.T) {
	want95 := []float64{12.7062, 4.3027, 3.1824, 2.7764}
	want90 := []float64{6.3138, 2.9200, 2.3534, 2.1318}
	for i := range want95 {
		n := i + 2
		d := make([]float64, n)
		d[0] = 1 // mean 1/n, variance 1/n: the standard error is 1/n
		for confidence, want := range map[float64]float64{0.95: want95[i], 0.90: want90[i]} {
			e, err := stat.PairedT(d, confidence)
			if err != nil {
				t.Fatal(err)
			}
			if got := e.HalfWidth() * float64(n); math.Abs(got-want) > 1e-4 {
				t.Errorf("n=%d at %v: %v standard errors, want %v", n, confidence, got, want)
			}
		}
	}
}

func TestEqualDifferencesHaveNoWidth(t *testing.T) {
	for n := 2; n <= 20; n++ {
		for _, v := range []float64{0, 0.1, -0.3} {
			d := slices.Repeat([]float64{v}, n)
			for name, estimate := range map[string]func([]float64, float64) (stat.Estimate, error){
				"t": stat.PairedT, "Hodges-Lehmann": stat.HodgesLehmann,
			} {
				e, err := estimate(d, 0.75)
				if err != nil || e.Value != v || (e.HasInterval() && (e.Low != v || e.High != v)) {
					t.Errorf("%s of %d times %v: %+v, %v", name, n, v, e, err)
				}
			}
		}
	}
}

// Noether: with ties the closed interval's coverage is at least what is achieved without. Differences of -1, 0, 1 with
// equal chances are enumerated, all 3^n of them; their centre is 0.
func TestCoverageWithTiesIsAtLeastAchieved(t *testing.T) {
	for n := 6; n <= 9; n++ {
		d := make([]float64, n)
		covered, total := 0, int(math.Pow(3, float64(n)))
		var achieved float64
		for code := range total {
			for i, c := 0, code; i < n; i, c = i+1, c/3 {
				d[i] = float64(c%3 - 1)
			}
			e, err := stat.HodgesLehmann(d, 0.95)
			if err != nil {
				t.Fatal(err)
			}
			if e.Low <= 0 && 0 <= e.High {
				covered++
			}
			achieved = e.Achieved
		}
		if got := float64(covered) / float64(total); got < achieved || achieved < 0.95 {
			t.Errorf("n=%d covers %.4f, achieved says %.4f", n, got, achieved)
		}
	}
}

func TestEstimateErrors(t *testing.T) {
	for _, c := range []struct {
		name       string
		d          []float64
		confidence float64
		want       string
	}{
		{"none", nil, 0.95, "0 differences"},
		{"too many", make([]float64, stat.MaxPairs+1), 0.95, "1001 differences"},
		{"NaN", []float64{1, math.NaN()}, 0.95, "difference 1 is NaN"},
		{"infinite", []float64{math.Inf(-1)}, 0.95, "difference 0 is -Inf"},
		{"huge", []float64{1e152}, 0.95, "1e+152"},
		{"certain", []float64{1}, 1, "confidence 1 "},
		{"all but certain", []float64{1}, 1 - 0x1p-53, "confidence 0.99999"},
		{"per cent", []float64{1}, 95, "confidence 95 "},
		{"coin", []float64{1}, 0.4, "confidence 0.4 "},
		{"NaN confidence", []float64{1}, math.NaN(), "confidence NaN "},
	} {
		for name, estimate := range map[string]func([]float64, float64) (stat.Estimate, error){
			"t": stat.PairedT, "Hodges-Lehmann": stat.HodgesLehmann,
		} {
			e, err := estimate(c.d, c.confidence)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "allowed: ") {
				t.Errorf("%s, %s: error %v lacks %q or what is allowed", name, c.name, err, c.want)
			}
			if e != (stat.Estimate{}) {
				t.Errorf("%s, %s: %+v beside an error", name, c.name, e)
			}
		}
	}
}
