package trend_test

import (
	"math"
	"slices"
	"testing"

	"aftershock/results/trend"
)

// Series whose change points others have published: figures of the tests of Apache Otava (formerly Hunter).
//
// M. Fleming, P. Kolaczkowski and others, Hunter: Using Change Point Detection to Hunt for Performance Regressions,
// ICPE 2023.
var (
	threeLevels = []float64{0.3, 2.4, 1.5, -0.9, -0.5, 99.7, 98.3, 99.1, 149.0, 149.7, 149.5, 149.1, 148.8, 150.0}
	halved      = []float64{
		1.02, 0.95, 0.99, 1.00, 1.12, 1.00, 1.01, 0.98, 1.01, 0.96,
		0.50, 0.51, 0.48, 0.48, 0.55, 0.50, 0.49, 0.51, 0.50, 0.49,
	}
)

func places(breaks []trend.Break) (all []int) {
	for _, b := range breaks {
		all = append(all, b.At)
	}
	return all
}

func TestPublishedChangePoints(t *testing.T) {
	for _, c := range []struct {
		name   string
		values []float64
		want   []int
	}{
		{"three levels", threeLevels, []int{5, 8}},
		{"halved", halved, []int{10}},
	} {
		// At 5 %, as the authors have it: three values after six others can be told from chance no better than 1 in 84.
		d := trend.Dividing
		d.Level = 0.05
		if got := places(d.Breaks(c.values)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// slowSplit computes the same by the definition.
func slowSplit(values []float64, least int) (at int, q float64) {
	distance := func(x, y []float64) (sum float64) {
		for _, a := range x {
			for _, b := range y {
				sum += math.Abs(a - b)
			}
		}
		return sum
	}
	q = math.Inf(-1)
	for end := 1; end <= len(values); end++ {
		for i := least; i <= end-least; i++ {
			x, y := values[:i], values[i:end]
			m, n := float64(len(x)), float64(len(y))
			e := 2 * distance(x, y) / (m * n)
			if m > 1 {
				e -= distance(x, x) / (m * (m - 1))
			}
			if n > 1 {
				e -= distance(y, y) / (n * (n - 1))
			}
			if here := m * n / (m + n) * e; here > q {
				at, q = i, here
			}
		}
	}
	return at, q
}

func TestSplitIsWhatItsDefinitionSays(t *testing.T) {
	rng := source(3)
	random := make([]float64, 40)
	for i := range random {
		random[i] = rng.NormFloat64() + float64(i/15)
	}
	for _, values := range [][]float64{threeLevels, halved, random, {1, 2}, {1, 2, 3, 9, 9, 9}} {
		for _, least := range []int{1, 3} {
			got, ok := trend.Split(values, least)
			if len(values) < 2*least {
				if ok {
					t.Errorf("%v was split in parts of %d", values, least)
				}
				continue
			}
			at, q := slowSplit(values, least)
			if !ok || got.At != at || math.Abs(got.Q-q) > 1e-9*math.Abs(q) {
				t.Errorf("%v in parts of %d: %d with %v, want %d with %v", values, least, got.At, got.Q, at, q)
			}
		}
	}
}

// An identical series has no change point, however often it is looked at, and the seed decides the rest.
func TestQuietSeriesHaveFewBreaks(t *testing.T) {
	found := 0
	for seed := range uint64(60) {
		rng := source(seed)
		values := make([]float64, 40)
		for i := range values {
			values[i] = rng.NormFloat64()
		}
		d := trend.Division{Least: 3, Permutations: 99, Level: 0.05, Seed: seed}
		if len(d.Breaks(values)) > 0 {
			found++
		}
	}
	if found > 8 { // of 60 at 5 %, more than 8 have a probability of 0.3 %
		t.Errorf("%d of 60 quiet series have change points at 5 %%", found)
	}
	if got := trend.Dividing.Breaks(make([]float64, 30)); len(got) != 0 {
		t.Errorf("equal values have the change points %v", got)
	}
}

func TestThreeNightsToTheRight(t *testing.T) {
	for after, want := range []int{0, 0, 0, 1, 1} {
		values := slices.Concat(halved[:10], halved[:10], halved[10:10+after])
		if got := trend.Dividing.Breaks(values); len(got) != want {
			t.Errorf("%d nights after the change: %v", after, places(got))
		}
	}
}

func BenchmarkBreaksOfAYear(b *testing.B) {
	rng := source(1)
	values := make([]float64, 365)
	for i := range values {
		values[i] = rng.NormFloat64()
		if i > 200 {
			values[i] += 3
		}
	}
	for b.Loop() {
		trend.Dividing.Breaks(values)
	}
}
