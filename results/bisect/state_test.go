package bisect_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"aftershock/results/bisect"
	"aftershock/results/stat"
)

var study = bisect.Study{Revisions: 8, Level: 0.95, Margin: math.Log1p(0.05)}

func seen(revision int, value, sd float64) bisect.Step {
	return bisect.Step{
		Revision: revision, Outcome: bisect.Measured,
		Measured: &bisect.Measurement{Value: value, Error: sd, Pairs: 12},
	}
}

func sum(p []float64) (total float64) {
	for _, x := range p {
		total += x
	}
	return total
}

func near(a, b, by float64) bool { return math.Abs(a-b) <= by }

// Before the first step nothing is known.
func TestThePrior(t *testing.T) {
	s := study.After(nil)
	if !near(s.Probability[0], 0.5, 1e-12) || !near(s.Probability[3], 0.5/8, 1e-12) || s.Ending() != bisect.Open {
		t.Errorf("%+v", s.Probability)
	}
	if next, _, ok := s.Next(12); next != 8 || !ok {
		t.Errorf("the first step is revision %d", next)
	}
}

// The posterior is held against an integral over the size of the change, which is done here by brute force.
func TestThePosteriorIsBayes(t *testing.T) {
	steps := []bisect.Step{seen(8, 0.06, 0.02), seen(4, 0.01, 0.02), seen(6, 0.05, 0.02)}
	got := study.After(steps).Probability
	normal := func(x, sd float64) float64 { return math.Exp(-x*x/2/sd/sd) / sd }
	own := study.Margin / 10
	likelihood := func(culprit int, size float64) float64 {
		p := 1.0
		for _, s := range steps {
			level := 0.0
			if culprit > 0 && s.Revision >= culprit {
				level = size
			}
			p *= normal(s.Measured.Value-level, math.Hypot(s.Measured.Error, own))
		}
		return p
	}
	want := make([]float64, 9)
	want[0] = 0.5 * likelihood(0, 0)
	sizes := 0.0
	for a := study.Margin / 4; a <= 128*study.Margin; a *= 2 {
		sizes++
	}
	for k := 1; k <= 8; k++ {
		for a := study.Margin / 4; a <= 128*study.Margin; a *= 2 {
			const width = 1e-4
			for x := -1.0; x <= 1; x += width { // beyond, the measurements are far too unlikely
				want[k] += 0.5 / 8 / sizes * likelihood(k, x) * normal(x, a) / math.Sqrt(2*math.Pi) * width
			}
		}
	}
	total := sum(want)
	for k := range want {
		if !near(got[k], want[k]/total, 1e-3) {
			t.Errorf("revision %d: %.4f, want %.4f", k, got[k], want[k]/total)
		}
	}
}

// What steps say does not depend on their order, and sums to 1.
func TestStepsCommute(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		var steps []bisect.Step
		for range 6 {
			steps = append(steps, seen(1+rng.IntN(8), 0.1*rng.NormFloat64(), 0.01+0.02*rng.Float64()))
		}
		first := study.After(steps).Probability
		rng.Shuffle(len(steps), func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
		for k, p := range study.After(steps).Probability {
			if !near(p, first[k], 1e-9) || math.IsNaN(p) {
				t.Fatalf("revision %d: %v and %v", k, p, first[k])
			}
		}
		if !near(sum(first), 1, 1e-9) {
			t.Fatalf("they sum to %v", sum(first))
		}
	}
}

// Steps that could not tell move nothing. What cannot be measured is not tried again, and its neighbour is.
func TestWhatIsLeftOut(t *testing.T) {
	steps := []bisect.Step{seen(8, 0.3, 0.01)}
	before := study.After(steps)
	middle, _, _ := before.Next(12)
	if middle != 4 {
		t.Fatalf("the middle is revision %d", middle)
	}
	void := bisect.Step{Revision: 4, Outcome: bisect.Void}
	for name, more := range map[string][]bisect.Step{
		"void twice": {void, void}, "not built": {{Revision: 4, Outcome: bisect.Unbuilt}},
	} {
		after := study.After(append(steps, more...))
		for k, p := range after.Probability {
			if p != before.Probability[k] {
				t.Errorf("%s moved revision %d", name, k)
			}
		}
		if next, _, ok := after.Next(12); !ok || next != 3 && next != 5 {
			t.Errorf("%s: the next is revision %d", name, next)
		}
	}
	if next, _, _ := study.After(append(steps, void)).Next(12); next != 4 {
		t.Errorf("void once: the next is revision %d", next)
	}
}

func TestEndings(t *testing.T) {
	unbuilt := func(n int) bisect.Step { return bisect.Step{Revision: n, Outcome: bisect.Unbuilt} }
	same := func(n, as int) bisect.Step { return bisect.Step{Revision: n, Outcome: bisect.Same, Twin: as} }
	bad := seen(8, 0.3, 0.01)
	for name, c := range map[string]struct {
		steps       []bisect.Step
		want        bisect.Ending
		first, last int // of the likeliest
	}{
		"a change, and nothing else": {[]bisect.Step{bad}, bisect.Open, 0, 0},
		"found":                      {[]bisect.Step{bad, seen(5, 0.3, 0.01), seen(4, 0, 0.01)}, bisect.Found, 5, 5},
		"the first":                  {[]bisect.Step{bad, seen(1, 0.3, 0.01)}, bisect.Found, 1, 1},
		"an improvement": {[]bisect.Step{seen(8, -0.3, 0.01), seen(5, -0.3, 0.01), seen(4, 0, 0.01)}, bisect.Found,
			5, 5},
		"two that cannot be told apart": {[]bisect.Step{bad, unbuilt(4), seen(5, 0.3, 0.01), seen(3, 0, 0.01)},
			bisect.Found, 4, 5},
		"one program up to the fifth": {[]bisect.Step{bad, same(5, 0), seen(6, 0.3, 0.01)}, bisect.Found, 6, 6},
		"one program from the third":  {[]bisect.Step{bad, same(3, 8), seen(2, 0, 0.01)}, bisect.Found, 3, 3},
		"the same bytes":              {[]bisect.Step{same(8, 0)}, bisect.Unproven, 0, 0},
		"not told": {[]bisect.Step{seen(8, 0, .1), seen(8, 0, .1), seen(8, 0, .1), seen(8, 0, .1), seen(8, 0, .1),
			seen(8, 0, .1)}, bisect.Unproven, 0, 0},
		"a change that was none": {[]bisect.Step{seen(8, 0.03, 0.005), seen(7, 0, 0.001), seen(8, 0.0, 0.001),
			seen(6, 0, 0.001), seen(5, 0, 0.001), seen(4, 0, 0.001), seen(3, 0, 0.001), seen(2, 0, 0.001),
			seen(1, 0, 0.001)}, bisect.NoChange, 0, 0},
	} {
		s := study.After(c.steps)
		got := s.Likeliest()
		if s.Ending() != c.want || c.want == bisect.Found &&
			(got.First != c.first || got.Last != c.last) {
			t.Errorf("%s: %q, %+v, %v", name, s.Ending(), got, s.Probability)
		}
	}
}

// One step on a busy machine says little, and takes nothing from what the others say.
func TestADisturbedStep(t *testing.T) {
	steps := []bisect.Step{seen(8, 0.1, 0.003), seen(4, 0, 0.002), seen(6, 0.1, 0.004)}
	before, after := study.After(steps), study.After(append(steps, seen(5, 0.06, 0.5)))
	for k, p := range after.Probability {
		if !near(p, before.Probability[k], 0.05) {
			t.Errorf("revision %d: %.3f, and before %.3f", k, p, before.Probability[k])
		}
	}
}

// A step that looks quieter than most, by luck, is believed no more than they are.
func TestALuckyStep(t *testing.T) {
	steps := []bisect.Step{seen(8, 0.1, 0.02), seen(4, 0, 0.02), seen(6, 0.1, 0.02)}
	honest, lucky := study.After(append(steps, seen(5, 0.06, 0.02))), study.After(append(steps, seen(5, 0.06, 0.001)))
	for k, p := range lucky.Probability {
		if !near(p, honest.Probability[k], 1e-9) {
			t.Errorf("revision %d: %.3f, and with the others' noise %.3f", k, p, honest.Probability[k])
		}
	}
}

// The range that remains is the shortest with the level's probability.
func TestTheRangeThatRemains(t *testing.T) {
	s := study.After([]bisect.Step{seen(8, 0.3, 0.01), seen(4, 0, 0.01)})
	if r := s.Remaining(); r.First != 5 || r.Last != 8 || !near(r.Probability, 1, 1e-3) {
		t.Errorf("%+v", r)
	}
	if !near(s.Size, 0.3, 0.01) || s.Error <= 0 || s.Error > 0.02 {
		t.Errorf("size %v +- %v", s.Size, s.Error)
	}
}

// Where a measurement would say nothing, none is asked for.
func TestNothingToTell(t *testing.T) {
	steps := []bisect.Step{seen(8, 0.3, 0.01)}
	for n := 1; n < 8; n++ {
		steps = append(steps, bisect.Step{Revision: n, Outcome: bisect.Unbuilt})
	}
	s := study.After(steps)
	if next, bits, ok := s.Next(12); ok {
		t.Errorf("revision %d, for %v bits", next, bits)
	}
	if r := s.Likeliest(); r.First != 1 || r.Last != 8 || s.Ending() != bisect.Found {
		t.Errorf("%q %+v", s.Ending(), r)
	}
}

func TestMeasure(t *testing.T) {
	by := stat.Criterion{Scale: stat.Ratio, Better: stat.Lower, Margin: 0.1}
	one, two := make([]float64, 8), make([]float64, 8)
	bounds := make([]bool, 8)
	for i := range one {
		one[i], two[i] = 1+0.01*float64(i), 2+0.03*float64(i%3)
		bounds[i] = i == 2
	}
	compare := func(before, after stat.Arm) stat.Comparison {
		c, err := stat.CompareArms(before, after, by)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	plain := func(v []float64) stat.Arm { return stat.Arm{Values: v} }
	m, why := bisect.Measure(compare(plain(one), plain(two)))
	if why != "" || !near(m.Value, 0.68, 0.02) || m.Error <= 0 || m.Pairs != 8 {
		t.Errorf("%+v, %s", m, why)
	}
	if low, high := m.Interval(); low >= m.Value || high <= m.Value {
		t.Errorf("the interval is %v to %v", low, high)
	}
	if m, why = bisect.Measure(compare(plain(one), stat.Arm{Values: two, Bounds: bounds})); why != "" || m.Error <= 0 ||
		m.Error > 1 {
		t.Errorf("open at one end: %+v, %s", m, why)
	}
	both := compare(stat.Arm{Values: one, Bounds: bounds}, stat.Arm{Values: two, Bounds: bounds})
	if m, why = bisect.Measure(both); m != nil || why == "" {
		t.Errorf("open at both: %+v", m)
	}
	if m, why = bisect.Measure(compare(plain(one[:5]), plain(two[:5]))); m != nil || why == "" {
		t.Errorf("too few pairs: %+v", m)
	}
}
