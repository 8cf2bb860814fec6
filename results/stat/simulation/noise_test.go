package simulation

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"aftershock/internal/slow"
	"aftershock/results/stat"
)

func repeatNoise(t testing.TB, n Noise, s Study, first, end int) NoiseTally {
	t.Helper()
	tally, err := RepeatNoise(n, s, first, end)
	if err != nil {
		t.Fatal(err)
	}
	return tally
}

func repeatBounds(t testing.TB, share float64, s Study, first, end int) BoundsTally {
	t.Helper()
	tally, err := RepeatBounds(share, s, first, end)
	if err != nil {
		t.Fatal(err)
	}
	return tally
}

func noiseOf(t testing.TB, name string) Noise {
	t.Helper()
	for _, n := range Noises() {
		if n.Name == name {
			return n
		}
	}
	t.Fatalf("no noise %q", name)
	return Noise{}
}

// unbroken are tallies in which every promise is kept.
func unbroken() (noise []NoiseTally, bounds []BoundsTally) {
	kept := Judged{FalseAlarms: 30, Found: 500, Intervals: 1000, LogWidth: int(1e9 * math.Log(0.5))}
	for range Noises() {
		t := NoiseTally{Repetitions: 1000, Shared: Shared{Runs: 250}}
		for i := range t.Blocks {
			b := &t.Blocks[i]
			b.Attempts, b.Usable = 9000, 400
			for m := range b.By {
				b.By[m] = kept
			}
			b.By[dropDisturbed] = Judged{FalseAlarms: 30}
		}
		for m := range t.Shared.By {
			t.Shared.By[m] = familyWise{AnyPlain: 30, Two: 10, AnyHolm: 6}
		}
		noise = append(noise, t)
	}
	for range BoundedShares() {
		t := BoundsTally{Repetitions: 1000}
		for i := range t.Pairs {
			t.Pairs[i] = Bounded{Open: 700, FalseAlarms: 20, Covered: 970, Same: 10, Found: 800, AtLeast: 960}
		}
		bounds = append(bounds, t)
	}
	return noise, bounds
}

func TestTheSeedFixesANoiseTally(t *testing.T) {
	for _, n := range Noises() {
		one := repeatNoise(t, n, Study{Seed: 1}, 0, 3)
		if one.Repetitions != 3*Family || n.promise == atMost != (one.Shared.Runs == 3) {
			t.Fatalf("%s: %d repetitions, %d shared", n.Name, one.Repetitions, one.Shared.Runs)
		}
		if other := repeatNoise(t, n, Study{Seed: 2}, 0, 3); other == one {
			t.Errorf("%s: another seed gave the same", n.Name)
		}
		var parts NoiseTally
		for _, p := range [][2]int{{2, 3}, {0, 2}} {
			parts.Add(repeatNoise(t, n, Study{Seed: 1}, p[0], p[1]))
		}
		if parts != one {
			t.Errorf("%s: in parts %+v, at once %+v", n.Name, parts, one)
		}
	}
	for _, share := range BoundedShares() {
		one := repeatBounds(t, share, Study{Seed: 1}, 0, 3)
		parts := repeatBounds(t, share, Study{Seed: 1}, 1, 3)
		parts.Add(repeatBounds(t, share, Study{Seed: 1}, 0, 1))
		if one.Repetitions != 3*Family || parts != one {
			t.Errorf("%v: in parts %+v, at once %+v", share, parts, one)
		}
	}
}

// The score says what slows a trial down, where it is said to, and how much it sees of it depends on the arm where that
// is said.
func TestNoiseIsWhatItSays(t *testing.T) {
	for name, want := range map[string]struct{ least, most, arms float64 }{
		"quiet": {-0.05, 0.05, 0}, "bursts": {0.4, 0.9, 0}, "busy": {0.7, 1, 0}, "heavy": {0.5, 0.95, 0},
		"worsening": {0.4, 0.95, 0}, "unseen": {-0.05, 0.05, 0}, "starving": {-0.1, 0.2, 0.1}, "hiding": {0.2, 0.7, 0.06},
	} {
		n := noiseOf(t, name)
		rng := rand.New(rand.NewPCG(1, 2))
		var slow, taken []float64
		apart := 0.0
		const trials = 4000
		for i := range trials {
			place := float64(i) / trials
			before, after := n.trial(rng, place, false), n.trial(rng, place, true)
			slow, taken = append(slow, before.log-n.Drift*place), append(taken, before.strangers+before.steal)
			apart += (before.strangers + before.steal - after.strangers - after.steal) / trials
		}
		c, ok := stat.RankCorrelation(slow, taken)
		if !ok || c.R < want.least || c.R > want.most {
			t.Errorf("%s: correlation of %v, want %v to %v", name, c.R, want.least, want.most)
		}
		if math.Abs(apart-want.arms) > 0.015 {
			t.Errorf("%s: %v less beside the after arm, want %v", name, apart, want.arms)
		}
		if late, early := mean(taken[trials/2:]), mean(taken[:trials/2]); name == "worsening" != (late > 1.5*early) {
			t.Errorf("%s: others took %v at first and %v later", name, early, late)
		}
	}
}

// A run goes on until it has as many calm blocks as it judges, and half as many again at most.
func TestAttempts(t *testing.T) {
	calm, hit := 0.0, 2*stat.Disturbed
	for _, c := range []struct {
		scores       []float64
		blocks, want int
	}{
		{slices.Repeat([]float64{calm}, 12), 6, 6},
		{append([]float64{hit, calm, hit}, slices.Repeat([]float64{calm}, 9)...), 6, 8},
		{slices.Repeat([]float64{hit}, 12), 6, 9},
		{slices.Repeat([]float64{hit}, 12), 7, 11},
		{slices.Repeat([]float64{stat.Disturbed}, 12), 6, 6},
	} {
		if got := (noisyRun{scores: c.scores}).attempts(c.blocks); got != c.want {
			t.Errorf("%v, %d blocks: %d attempts, want %d", c.scores, c.blocks, got, c.want)
		}
	}
}

// Each method judges what it is named after.
func TestMethods(t *testing.T) {
	n := noiseOf(t, "bursts")
	rng := rand.New(rand.NewPCG(3, 4))
	chosen := 0
	for range 50 {
		whole := n.run(rng, mostAttempts(8), 1)
		r := whole.first(whole.attempts(8))
		by, usable, err := r.judged(8)
		if err != nil {
			t.Fatal(err)
		}
		if len(by[firstK]) != 8 || by[firstK][7] != 7 || len(by[keepAll]) != len(r.scores) ||
			!slices.Equal(by[calmestK], stat.Calmest(r.scores, 8)) {
			t.Errorf("%v: %v", r.scores, by)
		}
		for _, i := range by[dropDisturbed] {
			if r.scores[i] > stat.Disturbed {
				t.Errorf("%v: %v", r.scores, by[dropDisturbed])
			}
		}
		if want := by[firstK]; usable {
			chosen++
			want = by[calmestK]
			if !slices.Equal(by[askedK], want) {
				t.Errorf("usable: %v, want %v", by[askedK], want)
			}
		} else if !slices.Equal(by[askedK], want) {
			t.Errorf("not usable: %v, want %v", by[askedK], want)
		}
	}
	if chosen < 20 {
		t.Errorf("the score could choose in %d of 50 runs", chosen)
	}
}

// What the tables are there to show, in few repetitions: where the score is blind the calmest find more than the first;
// to drop what is disturbed leaves hardly a verdict where most is; and a score that is not blind has false alarms, which the
// run's own test sees when neighbours always run, and does not see when they run now and then.
func TestWhichBlocksAreWorthJudging(t *testing.T) {
	slow.Simulates(t)
	const families = 100
	at := func(name string, blocks int) (by [methods]Judged) {
		return repeatNoise(t, noiseOf(t, name), Study{Seed: 6}, 0, families).Blocks[blocks-Fewest].By
	}
	if by := at("bursts", 8); by[calmestK].Found < 3*by[firstK].Found/2 || by[askedK].Found < 3*by[firstK].Found/2 {
		t.Errorf("bursts: found %d times by the calmest, %d as the run chooses, %d by the first",
			by[calmestK].Found, by[askedK].Found, by[firstK].Found)
	}
	if by := at("busy", 8); by[dropDisturbed].Intervals > families*Family/10 || by[keepAll].Intervals != families*Family {
		t.Errorf("busy: %d runs have an interval without what is disturbed", by[dropDisturbed].Intervals)
	}
	const few = families * Family * 8 / 100
	if by := at("starving", 15); by[calmestK].FalseAlarms < few || by[askedK].FalseAlarms > few {
		t.Errorf("starving: %d false alarms by the calmest, %d as the run chooses",
			by[calmestK].FalseAlarms, by[askedK].FalseAlarms)
	}
	if by := at("hiding", 15); by[calmestK].FalseAlarms < few || by[firstK].FalseAlarms > few {
		t.Errorf("hiding: %d false alarms by the calmest, %d by the first", by[calmestK].FalseAlarms, by[firstK].FalseAlarms)
	}
}

// Verdicts that lean on the same trials are wrong together more often than those with trials of their own.
func TestSharedArmsAreNoIndependentWitnesses(t *testing.T) {
	slow.Simulates(t)
	var s Shared
	const runs = 1500
	rng := rand.New(rand.NewPCG(5, 6))
	for range runs {
		if err := s.repeat(noiseOf(t, "quiet"), rng); err != nil {
			t.Fatal(err)
		}
	}
	if shared, apart := s.By[firstK].Two, s.Apart.Two; shared < apart*3/2 || s.Runs != runs {
		t.Errorf("two false alarms in %d runs that share an arm, and in %d of those that do not, of %d", shared, apart, s.Runs)
	}
}
