package summary_test

import (
	"fmt"
	"slices"
	"testing"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// others sets what others took of the machine while a trial was measured.
func others(share float64) step {
	return func(r *recipe) {
		r.trial.Machine.Score, r.trial.Machine.Scored = share, true
		r.trial.Machine.Windows = []results.MachineWindow{{Name: results.Measured, Taken: results.Taken{Strangers: share, Known: true}}}
	}
}

// disturbedRun has 8 blocks, each as slow as it is disturbed, and two that were run again.
func disturbedRun(t *testing.T, slow func(share float64) float64) *world {
	t.Helper()
	w := newWorld(t, repair)
	block := func(number, attempt int, before, after float64) {
		took := func(share, factor float64) []step {
			return []step{others(share), again(attempt), slower(results.UnderTrigger, factor*slow(share))}
		}
		arms := []results.Arm{results.Before, results.After}
		if number%2 == 0 {
			slices.Reverse(arms)
		}
		for _, arm := range arms {
			if arm == results.Before {
				w.trial(number, arm, took(before, 1)...)
			} else {
				w.trial(number, arm, took(after, 0.5)...)
			}
		}
	}
	for i, share := range []float64{0.01, 0.30, 0.02, 0.011, 0.25, 0.012, 0.03, 0.022} {
		if i%2 == 0 {
			block(i+1, 0, share, share+0.004)
		} else {
			block(i+1, 0, share+0.004, share)
		}
	}
	block(2, 1, 0.013, 0.014)
	block(5, 1, 0.015, 0.012)
	return w
}

// Where the score tells how slow a block was, the calmest attempt at each plan is judged; all are listed.
func TestTheCalmestAttemptsAreJudged(t *testing.T) {
	s := disturbedRun(t, func(share float64) float64 { return 1 + 10*share }).compute()
	c := s.Choices[0]
	if c.By != stat.ChosenCalmest || c.Disturbed != 0 || !slices.Equal(c.Judged, []int{0, 2, 3, 5, 6, 7, 8, 9}) {
		t.Fatalf("%+v", c)
	}
	if got := s.Fixes[0].Primary.After.Pairs; !slices.Equal(got, []int{1, 3, 4, 6, 7, 8, 2, 5}) {
		t.Errorf("judged pairs %v", got)
	}
	if p := s.Fixes[0].Pairs; p.Valid != 8 || p.Disturbed != 0 || len(p.Invalid) != 0 {
		t.Errorf("%+v", p)
	}
	if want := (summary.Attempt{Block: 2, Score: 0.304, Scored: true}); c.Blocks[1] != want || len(c.Blocks) != 10 {
		t.Errorf("%+v, %d attempts", c.Blocks[1], len(c.Blocks))
	}
}

// Where calm blocks are the slow ones it tells nothing: the first attempts are judged, and the disturbed among them are counted.
func TestAScoreThatTellsNothingChoosesNothing(t *testing.T) {
	s := disturbedRun(t, func(share float64) float64 { return 1 / (1 + 10*share) }).compute()
	c := s.Choices[0]
	if c.By != stat.ChosenFirst || c.Disturbed != 2 || !slices.Equal(c.Judged, []int{0, 1, 2, 3, 4, 5, 6, 7}) {
		t.Fatalf("%+v", c)
	}
	if p := s.Fixes[0].Pairs; p.Valid != 8 || p.Disturbed != 2 {
		t.Errorf("%+v", p)
	}
}

// One plan has one witness, even where another has none.
func TestNoPlanIsJudgedTwice(t *testing.T) {
	w := newWorld(t, repair)
	for _, a := range []int{0, 1} {
		w.trial(1, results.Before, again(a), others(0.1))
		w.trial(1, results.After, again(a), others(0.1))
	}
	w.trial(2, results.Before, invalid("the fault took no effect"))
	s := w.compute()
	if c := s.Choices[0]; fmt.Sprint(c.Judged) != "[0]" || s.Fixes[0].Pairs.Valid != 1 {
		t.Errorf("%+v, %+v", c, s.Fixes[0].Pairs)
	}
}
