package simulation

import (
	"strings"
	"testing"

	"aftershock/internal/slow"
)

func repeat(t testing.TB, w World, s Study, first, end int) Tally {
	t.Helper()
	tally, err := Repeat(w, s, first, end)
	if err != nil {
		t.Fatal(err)
	}
	return tally
}

func TestTheSeedFixesATally(t *testing.T) {
	for _, w := range Worlds() {
		one := repeat(t, w, Study{Seed: 1}, 0, 6)
		if one.Repetitions != 6*Family || one.Families != 6 {
			t.Fatalf("%s: %d repetitions in %d families", w.Name, one.Repetitions, one.Families)
		}
		if again := repeat(t, w, Study{Seed: 1}, 0, 6); again != one {
			t.Errorf("%s: one seed gave %+v and %+v", w.Name, one, again)
		}
		for _, other := range []Study{{Seed: 2}, {Seed: 1, Blocks: true}} {
			if repeat(t, w, other, 0, 6) == one {
				t.Errorf("%s: %+v gave the same", w.Name, other)
			}
		}
		var parts Tally
		for _, p := range [][2]int{{4, 6}, {0, 1}, {1, 4}} {
			parts.Add(repeat(t, w, Study{Seed: 1}, p[0], p[1]))
		}
		if parts != one {
			t.Errorf("%s: in parts %+v, at once %+v", w.Name, parts, one)
		}
	}
}

func TestWorldsDoNotShareTheirRandomness(t *testing.T) {
	seen := map[uint64]string{}
	for _, w := range Worlds() {
		for family := range 3 {
			for seed := range uint64(3) {
				first := source(seed, w.Name, family).Uint64()
				if other, ok := seen[first]; ok {
					t.Errorf("%s, family %d, seed %d begins like %s", w.Name, family, seed, other)
				}
				seen[first] = w.Name
			}
		}
	}
}

// Few repetitions show what is wrong by a lot, and that what is right is not: every rate of ours holds.
func TestMethodsThatFailAndOursThatHolds(t *testing.T) {
	slow.Simulates(t)
	s := Study{Seed: 3, Repetitions: 48 * Family}
	r := Result{Study: s}
	for _, w := range Worlds() {
		r.Tallies = append(r.Tallies, repeat(t, w, s, 0, 48))
	}
	for _, n := range Noises() {
		r.Noise = append(r.Noise, repeatNoise(t, n, s, 0, 48))
	}
	for _, share := range BoundedShares() {
		r.Bounds = append(r.Bounds, repeatBounds(t, share, s, 0, 48))
	}
	if _, broken, err := r.Markdown(); err != nil || len(broken) > 0 {
		t.Errorf("broken: %v, %v", broken, err)
	}
	for i, w := range Worlds() {
		tally := &r.Tallies[i]
		n := tally.Repetitions
		if tally.OneTrial < n/5 || tally.Pooled < n/6 {
			t.Errorf("%s: one trial an arm %d, pooled %d false alarms of %d: too few to warn of", w.Name, tally.OneTrial, tally.Pooled, n)
		}
		if most := n / 8; tally.Blocks > most || tally.Coins > most {
			t.Errorf("%s: blocks %d, coins %d false alarms of %d", w.Name, tally.Blocks, tally.Coins, n)
		}
		if c := tally.Of(8); c.AnyHolm > c.AnyPlain || c.AnyPlain < tally.Families/20 {
			t.Errorf("%s: %d families of %d with a false alarm, %d after Holm", w.Name, c.AnyPlain, tally.Families, c.AnyHolm)
		}
		if w.Name != "stalls" && tally.Of(15).Found < n*9/10 {
			t.Errorf("%s: 15 pairs found the large change %d times of %d", w.Name, tally.Of(15).Found, n)
		}
		// Six pairs cannot be significant in a family of four, whatever they show.
		if tally.Of(6).AnyHolm != 0 {
			t.Errorf("%s: 6 pairs significant among 4", w.Name)
		}
	}
	if drifting := r.Tallies[3]; drifting.Apart < drifting.Repetitions/2 {
		t.Errorf("drifting: %d false alarms with the arms apart", drifting.Apart)
	}
}

func TestRates(t *testing.T) {
	for _, c := range []struct {
		events  int
		promise promise
		want    string
	}{
		{50, atMost, "5.0 (3.4 to 7.1)"},
		{67, atMost, "6.7 (4.8 to 9.0)"},
		{71, atMost, "**7.1 (5.2 to 9.5) fails**"},
		{71, none, "7.1 (5.2 to 9.5)"},
		{0, atMost, "0.0 (0.0 to 0.5)"},
		{932, atLeast, "93.2 (90.9 to 95.1)"},
		{929, atLeast, "**92.9 (90.5 to 94.8) fails**"},
		{1000, atLeast, "100.0 (99.5 to 100.0)"},
	} {
		r, err := newRate(c.events, 1000, c.promise)
		if err != nil || r.String() != c.want || r.holds == strings.Contains(c.want, "fails") {
			t.Errorf("%d of 1000: %q, %v; want %q", c.events, r, err, c.want)
		}
	}
	if _, err := newRate(2, 1, none); err == nil {
		t.Error("2 of 1 is a rate")
	}
}

// A rate that breaks its promise is named and bold.
func TestMarkdownNamesWhatIsBroken(t *testing.T) {
	r := Result{Study: Study{Seed: 9, Repetitions: 1000}, Tallies: make([]Tally, len(Worlds()))}
	for i := range r.Tallies {
		tally := &r.Tallies[i]
		tally.Repetitions, tally.Families = 1000, 250
		for k := range tally.Pairs {
			tally.Pairs[k] = Counts{FalseAlarms: 40, Covered: 960, Same: 30, Found: 800, AnyPlain: 40, AnyHolm: 7}
		}
		for k := range tally.Stops {
			tally.Stops[k] = Stops{Pairs: 8250, FalseAlarms: 90, Covered: 910, LongPairs: 20000, LongFalseAlarms: 90}
		}
	}
	r.Tallies[1].Of(8).FalseAlarms = 100
	r.Tallies[2].Of(9).Covered = 900
	r.Tallies[3].Of(10).Same = 90
	r.Tallies[3].Of(15).AnyHolm = 40
	r.Tallies[0].Stops[1].FalseAlarms = 110
	r.Tallies[1].Stops[0].LongFalseAlarms = 110
	r.Tallies[2].Stops[2].Covered = 890
	r.Tallies[3].Stops[3] = Stops{Pairs: 14000, FalseAlarms: 140, LongPairs: 35000, LongFalseAlarms: 230}
	r.Noise, r.Bounds = unbroken()
	r.Noise[1].Blocks[2].By[askedK].FalseAlarms = 90
	r.Noise[2].Blocks[9].By[keepAll].FalseAlarms = 91
	r.Noise[0].Shared.By[firstK].AnyHolm = 30
	r.Noise[6].Blocks[0].By[firstK].FalseAlarms = 92
	r.Noise[6].Blocks[0].By[calmestK].FalseAlarms = 300
	r.Noise[6].Blocks[1].By[askedK].FalseAlarms = 93
	r.Noise[7].Blocks[1].By[askedK].FalseAlarms = 300
	r.Noise[1].Blocks[2].By[byScatter].FalseAlarms = 300
	r.Bounds[0].Pairs[0].Covered = 900
	r.Bounds[1].Pairs[1].FalseAlarms = 95
	r.Bounds[3].Pairs[2].AtLeast = 901
	text, broken, err := r.Markdown()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"stalls, 8 pairs, false alarms: 10.0 (7.7 to 12.7) fails",
		"autocorrelated, 9 pairs, interval covers +10 %: 90.0 (87.3 to 92.3) fails",
		"drifting, 10 pairs, no difference at the margin: 9.0 (6.8 to 11.6) fails",
		"drifting, 15 pairs, any of 4, Holm: 16.0 (10.5 to 22.8) fails",
		"calm, at most 15 pairs until the interval is within +-7.5 %, false alarms: 11.0 (8.6 to 13.8) fails",
		"stalls, at most 40 pairs until the interval is within +-200 %, false alarms: 11.0 (8.6 to 13.8) fails",
		"autocorrelated, at most 15 pairs until the interval is within +-5 %, interval covers +10 %: 89.0 (86.2 to 91.4) fails",
		"bursts, 8 blocks, K as the run chooses: 9.0 (6.8 to 11.6) fails",
		"busy, 15 blocks, keep all: 9.1 (6.9 to 11.7) fails",
		"starving, 6 blocks, K first: 9.2 (7.0 to 11.8) fails",
		"starving, 7 blocks, K as the run chooses: 9.3 (7.1 to 11.9) fails",
		"quiet, blocks that share an arm, K first, Holm: 12.0 (7.3 to 18.2) fails",
		"bounds, 5 % of 6 pairs, covers +10 %: 90.0 (87.3 to 92.3) fails",
		"bounds, 30 % of 8 pairs, false alarms: 9.5 (7.3 to 12.1) fails",
		"bounds, 95 % of 15 pairs, covers -80 %: 90.1 (87.4 to 92.4) fails",
	}
	if strings.Join(broken, "\n") != strings.Join(want, "\n") {
		t.Errorf("broken:\n%s\nwant:\n%s", strings.Join(broken, "\n"), strings.Join(want, "\n"))
	}
	if n := strings.Count(text, " fails**"); n != len(want) {
		t.Errorf("%d cells are bold", n)
	}
	for _, line := range []string{
		"| 6 | 3.1 | 4.0 (2.6 to 5.9) | 96.0 (94.1 to 97.4) | 3.0 (1.8 to 4.7) | 80.0 (76.6 to 83.2) | 16.0 (10.5 to 22.8) | 2.8 (0.8 to 6.7) |",
		"| 8 | 3.9 | **10.0 (7.7 to 12.7) fails** |",
		"Seed 9, 1000 repetitions a world; 2000 requests a trial, 15 pairs, a coin for the order of the arms in each pair.",
		"| drifting | 0.5, 0.5 | 0.05, 0 | 0.14 | none |",
		"| calm | the interval is within +-10 % | 8.2 | 9.0 (6.8 to 11.6) | 91.0 (88.4 to 93.2) | 20.0 | 9.0 (6.8 to 11.6) |",
		"| drifting | p is at most 5 % | 14.0 | 14.0 (11.3 to 17.0) | - | 35.0 | 23.0 (19.7 to 26.6) |",
		"| all requests of 15 pairs pooled, two proportions | 0.0 (0.0 to 0.5) |",
		"Of false alarms 5.0 stands for 3.4 to 7.1,",
		"| 6 | 9.0 | 40 | 3.0, 50, 65 | 3.0, 50, 65 | 3.0, 50, 65 | 3.0, 0, - | 3.0, 50, 65 | 3.0, 50, 65 |",
		"| 8 | 9.0 | 40 | 3.0, 50, 65 | 3.0, 50, 65 | **9.0 (6.8 to 11.6) fails**, 50, 65 | 3.0, 0, - | 3.0, 50, 65 | 30.0, 50, 65 |",
		"| busy | keep all | 12.0 (7.3 to 18.2) | 4.0 (1.5 to 8.4) | 2.4 (0.6 to 6.1) |",
		"| 60 % | 8 | 70.0 (66.1 to 73.7) | 2.0 (1.0 to 3.4) | 97.0 (95.3 to 98.2) | 1.0 (0.4 to 2.1) | 80.0 (76.6 to 83.2) | 96.0 (94.1 to 97.4) |",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("lacks %q:\n%s", line, text)
		}
	}
}

func BenchmarkRepeat(b *testing.B) {
	for _, w := range Worlds() {
		b.Run(w.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() { // four repetitions, 240 trials
				if _, err := Repeat(w, Study{Seed: 1}, 0, 1); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
