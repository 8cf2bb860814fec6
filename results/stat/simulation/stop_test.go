package simulation

import (
	"math"
	"testing"

	"aftershock/internal/slow"
)

// from is a run whose pairs differ by these factors.
func from(factors ...float64) (r run) {
	for _, f := range factors {
		r.before, r.after = append(r.before, 1), append(r.after, f)
	}
	return r
}

func TestARunEndsAtTheFirstPairThatMeetsTheRule(t *testing.T) {
	rules := [stopRules]rule{{0.5}, {0.05}, {0.001}, {0}}
	for name, c := range map[string]struct {
		run  run
		want [stopRules]int
	}{
		// Of six pairs the interval runs from the smallest to the largest: ln 1.2 to ln 1.21.
		"narrow and significant at six": {from(1.2, 1.21, 1.2, 1.21, 1.2, 1.21, 1.2, 1.21), [stopRules]int{6, 6, 8, 6}},
		"wide, of either sign":          {from(2, 0.5, 2, 0.5, 2, 0.5, 2, 0.5), [stopRules]int{8, 8, 8, 8}},
		"narrow long before six":        {from(1, 1, 1, 1, 1, 1, 1), [stopRules]int{6, 6, 6, 7}},
		"significant at seven":          {from(0.99, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2), [stopRules]int{6, 7, 8, 7}},
		"fewer than six":                {from(1, 1, 1), [stopRules]int{}},
	} {
		ended, err := c.run.end(rules)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range c.want {
			if got := ended[i].At95.N; got != want {
				t.Errorf("%s: %q after %d pairs, want %d", name, rules[i], got, want)
			}
		}
	}
}

// Looking at the width costs little, looking at p a lot, and the more the longer one looks.
func TestPeekingIsWorseThanStoppingByWidth(t *testing.T) {
	slow.Simulates(t)
	w := worldOf(t, "calm")
	tally := repeat(t, w, Study{Seed: 5}, 0, 40)
	n := float64(tally.Repetitions)
	rules := w.rules()
	for i, s := range tally.Stops {
		short, longer := float64(s.FalseAlarms)/n, float64(s.LongFalseAlarms)/n
		peeks := rules[i].width == 0
		if peeks != (short > 0.1 || longer > 0.15) {
			t.Errorf("%s: %v and %v false alarms", rules[i], short, longer)
		}
		if s.LongPairs < s.Pairs*9/10 || s.Pairs < 6*tally.Repetitions || s.LongPairs > Longest*tally.Repetitions {
			t.Errorf("%s: %d and %d pairs in %v runs", rules[i], s.Pairs, s.LongPairs, n)
		}
		if covered := float64(s.Covered) / n; !peeks && math.Abs(covered-0.95) > 0.05 {
			t.Errorf("%s: %v covered", rules[i], covered)
		}
	}
}
