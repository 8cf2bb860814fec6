package load_test

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"aftershock/harness/load"
	"aftershock/internal/clock"
)

const second = clock.Nanos(1e9)

func TestConstant(t *testing.T) {
	for name, c := range map[string]struct {
		rate    float64
		windows []load.Window
		want    []int64
	}{
		"evenly":           {4, []load.Window{{From: 0, To: second}}, []int64{0, 250e6, 500e6, 750e6}},
		"not from zero":    {2, []load.Window{{From: 7, To: second}}, []int64{7, 7 + 500e6}},
		"no whole period":  {3, []load.Window{{From: 0, To: second}}, []int64{0, 333333333, 666666666}},
		"to is exclusive":  {1, []load.Window{{From: 0, To: second}}, []int64{0}},
		"shorter than one": {0.1, []load.Window{{From: 5, To: 6}}, []int64{5}},
		"restarts": {
			2, []load.Window{{From: 0, To: 700e6}, {From: 900e6, To: 1600e6}}, []int64{0, 500e6, 900e6, 1400e6},
		},
		"adjacent windows": {
			2, []load.Window{{From: 0, To: 600e6}, {From: 600e6, To: second}}, []int64{0, 500e6, 600e6},
		},
	} {
		for _, seed := range []uint64{0, 1} { // the seed changes nothing
			got, err := load.Schedule{Rate: c.rate, Arrival: load.Constant, Seed: seed, Windows: c.windows}.Intended()
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, %v, want %v", name, got, err, c.want)
			}
		}
	}
}

// Adding up the rounded period instead would be 3.6 ms off after an hour.
func TestConstantDoesNotDrift(t *testing.T) {
	s := load.Schedule{Rate: 3000, Arrival: load.Constant, Windows: []load.Window{{To: 3600 * second}}}
	got, err := s.Intended()
	if err != nil || len(got) != 3000*3600 {
		t.Fatalf("%d operations, %v", len(got), err)
	}
	for _, i := range []int{1, 2999, 3000, len(got) - 1} {
		if want := int64(float64(i) / 3000 * 1e9); got[i]-want > 1 || want-got[i] > 1 {
			t.Errorf("operation %d at %d, want %d", i, got[i], want)
		}
	}
}

// Kolmogorov and Smirnov's test at the 0.1 % level; the seeds are fixed, so that it passes always or never.
func TestPoissonGapsAreExponential(t *testing.T) {
	const rate, seconds = 1000, 100
	for seed := range uint64(5) {
		got, err := load.Schedule{
			Rate: rate, Arrival: load.Poisson, Seed: seed, Windows: []load.Window{{To: seconds * second}},
		}.Intended()
		if err != nil {
			t.Fatal(err)
		}
		const mean = rate * seconds
		if n := float64(len(got)); math.Abs(n-mean) > 4*math.Sqrt(mean) {
			t.Errorf("seed %d: %v operations, want %v +- %.0f", seed, n, float64(mean), 4*math.Sqrt(mean))
		}
		var gaps []float64
		for i := 1; i < len(got); i++ {
			gaps = append(gaps, float64(got[i]-got[i-1])/1e9)
		}
		slices.Sort(gaps)
		n, distance := float64(len(gaps)), 0.0
		for i, g := range gaps {
			f := 1 - math.Exp(-rate*g)
			distance = max(distance, f-float64(i)/n, float64(i+1)/n-f)
		}
		if limit := 1.95 / math.Sqrt(n); distance > limit {
			t.Errorf("seed %d: the gaps lie %.4f from exponential, more than %.4f", seed, distance, limit)
		}
	}
}

func TestSeedFixesPoisson(t *testing.T) {
	s := load.Schedule{Rate: 100, Arrival: load.Poisson, Seed: 7, Windows: []load.Window{{To: 10 * second}}}
	first, _ := s.Intended()
	again, _ := s.Intended()
	s.Seed = 8
	other, _ := s.Intended()
	if !reflect.DeepEqual(first, again) {
		t.Error("the same seed gave another schedule")
	}
	if reflect.DeepEqual(first, other) {
		t.Error("another seed gave the same schedule")
	}
}

func TestScheduleRefuses(t *testing.T) {
	good := load.Schedule{Rate: 1000, Arrival: load.Constant, Windows: []load.Window{{To: second}}}
	for name, c := range map[string]struct {
		change func(*load.Schedule)
		want   string
	}{
		"rate 0":          {func(s *load.Schedule) { s.Rate = 0 }, "rate 0/s"},
		"negative rate":   {func(s *load.Schedule) { s.Rate = -1 }, "rate -1/s"},
		"NaN":             {func(s *load.Schedule) { s.Rate = math.NaN() }, "rate NaN/s"},
		"infinite":        {func(s *load.Schedule) { s.Rate = math.Inf(1) }, "rate +Inf/s"},
		"too fast":        {func(s *load.Schedule) { s.Rate = 1e6 + 1 }, "up to 1000000/s"},
		"too many":        {func(s *load.Schedule) { s.Windows[0].To = 50_001 * second }, "50001000 operations"},
		"arrival":         {func(s *load.Schedule) { s.Arrival = "poison" }, `did you mean "poisson"?`},
		"no arrival":      {func(s *load.Schedule) { s.Arrival = "" }, "allowed: constant, poisson"},
		"no window":       {func(s *load.Schedule) { s.Windows = nil }, "no window"},
		"empty window":    {func(s *load.Schedule) { s.Windows[0].To = 0 }, "window 0, [0, 0)"},
		"before 0":        {func(s *load.Schedule) { s.Windows[0].From = -1 }, "window 0, [-1, "},
		"too late":        {func(s *load.Schedule) { s.Rate, s.Windows[0].To = 1e-3, 1<<53+1 }, "[0, 9007199254740992)"},
		"windows overlap": {func(s *load.Schedule) { s.Windows = append(s.Windows, s.Windows...) }, "window 1"},
	} {
		s := good
		s.Windows = slices.Clone(good.Windows)
		c.change(&s)
		if got, err := s.Intended(); err == nil || !strings.Contains(err.Error(), c.want) || got != nil {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// Any schedule that is accepted is ascending, lies in its windows and has about the operations that its rate says.
func FuzzSchedule(f *testing.F) {
	f.Add(1000.0, true, uint64(1), int64(0), int64(1e9), int64(5), int64(1e9))
	f.Add(1e6, false, uint64(2), int64(3), int64(1e7), int64(0), int64(1))
	f.Add(4e-300, false, uint64(2), int64(1)<<52, int64(1)<<50, int64(1), int64(1)) // one period overflows an int64
	f.Fuzz(func(t *testing.T, rate float64, poisson bool, seed uint64, from, length, gap, length2 int64) {
		s := load.Schedule{Rate: rate, Arrival: load.Constant, Seed: seed, Windows: []load.Window{
			{From: clock.Nanos(from), To: clock.Nanos(from + length)},
			{From: clock.Nanos(from + length + gap), To: clock.Nanos(from + length + gap + length2)},
		}}
		if poisson {
			s.Arrival = load.Poisson
		}
		expected := rate * (float64(length) + float64(length2)) / 1e9
		if expected > 1e5 && expected <= 5e7 {
			return // right, and slow
		}
		got, err := s.Intended()
		if err != nil {
			return
		}
		if !slices.IsSorted(got) {
			t.Error("not ascending")
		}
		for _, at := range got {
			if !slices.ContainsFunc(s.Windows, func(w load.Window) bool { return int64(w.From) <= at && at < int64(w.To) }) {
				t.Fatalf("an operation at %d, outside of %v", at, s.Windows)
			}
		}
		if allowed := 2 + 8*math.Sqrt(expected+1); math.Abs(float64(len(got))-expected) > allowed {
			t.Errorf("%d operations, want %v +- %v", len(got), expected, allowed)
		}
	})
}

func TestWorkers(t *testing.T) {
	for _, c := range []struct {
		rate    float64
		timeout clock.Nanos
		want    int
	}{{1000, second, 1200}, {10, 75e6, 1}, {100, second / 4, 30}, {101, second / 4, 31}, {0.001, 1, 1}} {
		if got := load.Workers(c.rate, clock.Nanos.Sub(c.timeout, 0)); got != c.want {
			t.Errorf("Workers(%v, %v) = %d, want %d", c.rate, c.timeout, got, c.want)
		}
	}
}
