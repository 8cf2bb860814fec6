package stat_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"aftershock/results/stat"
)

// attempts are those at a pair: others are there in the given shares of the machine's time, each a trial's of the
// first and the second arm, and slow both arms down.
func attempts(before, after []float64) (scores []float64, fix stat.Attempted) {
	fix = stat.Attempted{Fix: "repair", Scale: stat.Ratio, Better: stat.Lower}
	for i := range before {
		scores = append(scores, (before[i]+after[i])/2)
		fix.Before = append(fix.Before, 1+before[i])
		fix.After = append(fix.After, 0.5*(1+after[i]))
	}
	fix.Signals = []stat.Signal{{Name: "strangers", Before: before, After: after}}
	return scores, fix
}

// noise hits either arm alike.
var noiseBefore = []float64{0, 0.30, 0.01, 0.02, 0.10, 0.01, 0.25, 0.03, 0.02, 0.20}
var noiseAfter = []float64{0.01, 0.10, 0.02, 0.01, 0.30, 0, 0.05, 0.02, 0.03, 0.25}

func TestChoose(t *testing.T) {
	scores, fix := attempts(noiseBefore, noiseAfter)
	with := func(change func(f *stat.Attempted)) stat.Attempted {
		_, f := attempts(slices.Clone(noiseBefore), slices.Clone(noiseAfter))
		change(&f)
		return f
	}
	starved := with(func(f *stat.Attempted) {
		for i := range f.Signals[0].After {
			f.Signals[0].After[i] = f.Signals[0].Before[i] * 0.5
		}
		f.Signals[0].Before[0] = 0.01
	})
	calmest, first := []int{0, 2, 3, 5, 7, 8}, []int{0, 1, 2, 3, 4, 5}
	for name, c := range map[string]struct {
		scores    []float64
		k         int
		fixes     []stat.Attempted
		want      []int
		by        stat.Chosen
		disturbed int
		why       string
	}{
		"calmest": {scores, 6, []stat.Attempted{fix}, calmest, stat.ChosenCalmest, 0,
			"the score is blind to the arm and predicts how slow a block was: rank correlation 0.99 in 10"},
		"one more than planned": {scores, 9, []stat.Attempted{fix}, []int{0, 1, 2, 3, 4, 5, 6, 7, 8}, stat.ChosenCalmest, 3,
			"predicts"},
		"no more than planned": {scores, 10, []stat.Attempted{fix}, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, stat.ChosenAll, 4,
			"no more than the 10 that are judged"},
		"fewer than planned": {scores[:0], 3, nil, []int{}, stat.ChosenAll, 0, "no more than the 3"},
		"an arm that starves its neighbours": {scores, 6, []stat.Attempted{starved}, first, stat.ChosenFirst, 2,
			"strangers is not blind: it differs between the arms of repair (after less before -0.0"},
		"one of two fixes": {scores, 6, []stat.Attempted{fix, starved}, first, stat.ChosenFirst, 2, "strangers is not blind"},
		"slow when it is calm": {scores, 6, []stat.Attempted{with(func(f *stat.Attempted) { f.Better = stat.Higher })}, first,
			stat.ChosenFirst, 2,
			"the score predicts nothing: its rank correlation with how slow a block was is -0.99 in 10, p 1"},
		"always as slow": {scores, 6, []stat.Attempted{with(func(f *stat.Attempted) {
			for i := range f.Before {
				f.Before[i], f.After[i] = 1, 1
			}
		})}, first, stat.ChosenFirst, 2, "always the same or is not known"},
		"no score": {slices.Repeat([]float64{math.NaN()}, 10), 6, []stat.Attempted{fix}, first, stat.ChosenFirst, 0,
			"not known"},
		"no signal": {scores, 6, []stat.Attempted{with(func(f *stat.Attempted) { f.Signals = nil })}, first,
			stat.ChosenFirst, 2, "no signal by arm is known"},
		"too few to ask": {scores[:6], 4, []stat.Attempted{with(func(f *stat.Attempted) {
			f.Before, f.After = f.Before[:6], f.After[:6]
			f.Signals[0].Before, f.Signals[0].After = f.Signals[0].Before[:6], f.Signals[0].After[:6]
		})}, first[:4], stat.ChosenFirst, 1,
			"4 attempts are too few to find that strangers differs between the arms of repair"},
		"too few for so many": {scores, 6, slices.Repeat([]stat.Attempted{fix}, 4), first, stat.ChosenFirst, 2,
			"6 attempts are too few"},
	} {
		got, err := stat.Choose(c.scores, c.k, c.fixes)
		if err != nil {
			t.Fatal(name, err)
		}
		if !slices.Equal(got.Judged, c.want) || got.By != c.by || got.Disturbed != c.disturbed ||
			!strings.Contains(got.Why, c.why) || got.Attempts != len(c.scores) {
			t.Errorf("%s: %+v", name, got)
		}
		if got.By == stat.ChosenCalmest != got.Score.Usable && got.By != stat.ChosenAll {
			t.Errorf("%s: %s with usable %v", name, got.By, got.Score.Usable)
		}
		if _, err := json.Marshal(got); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatIsShownOfAScore(t *testing.T) {
	scores, fix := attempts(noiseBefore, noiseAfter)
	steal := stat.Signal{Name: "steal", Before: make([]float64, 10), After: slices.Repeat([]float64{0.01}, 10)}
	fix.Signals = append(fix.Signals, steal)
	got, err := stat.AskScore(scores, len(scores), []stat.Attempted{fix})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Arms) != 2 || got.Arms[0].Differs || got.Arms[0].Signal != "strangers" || got.Arms[0].Difference.N != 10 ||
		!got.Arms[1].Differs || got.Arms[1].P != math.Ldexp(2, -10) || got.Arms[1].Adjusted != math.Ldexp(4, -10) ||
		got.Arms[1].Difference.Value != 0.01 || got.Arms[1].All != got.Arms[1].Difference {
		t.Errorf("%+v", got.Arms)
	}
	calm, err := stat.AskScore(scores, 6, []stat.Attempted{fix})
	if err != nil || calm.Arms[0].Difference.N != 6 || calm.Arms[0].All != got.Arms[0].All ||
		calm.Arms[0].Difference.HalfWidth() > 0.02 || calm.Arms[0].All.HalfWidth() < 0.05 {
		t.Errorf("%v, %+v", err, calm.Arms)
	}
	if got.Slowness == nil || got.Slowness.N != 10 || got.Scatter == nil || got.Scatter.R < 0.4 || got.Scatter.R > 0.6 {
		t.Errorf("%+v, %+v", got.Slowness, got.Scatter)
	}
}

// A value that is not known leaves its attempt out of the question that it belongs to, and of no other.
func TestAskScoreWithoutSomeValues(t *testing.T) {
	before, after := slices.Clone(noiseBefore), slices.Clone(noiseAfter)
	before[3] = math.NaN()
	scores, fix := attempts(before, after)
	scores[3] = 0.015
	fix.Before[4] = math.NaN()
	fix.After[5] = 0 // has no logarithm
	got, err := stat.AskScore(scores, len(scores), []stat.Attempted{fix})
	if err != nil || got.Slowness.N != 7 || got.Scatter.N != 7 || got.Arms[0].Difference.N != 9 {
		t.Errorf("%v, %+v", err, got)
	}
	_, other := attempts(noiseBefore, noiseAfter)
	if got, err = stat.AskScore(scores, len(scores), []stat.Attempted{fix, other}); err != nil || got.Slowness.N != 10 {
		t.Errorf("%v, %+v", err, got)
	}
}

// What makes the choice exact: how slow a block was is the same whichever trial bore which name, and at any true
// change.
func TestThePredictionKnowsNoArm(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		n := 6 + rng.IntN(12)
		scores, f := make([]float64, n), stat.Attempted{Fix: "repair", Scale: stat.Ratio, Better: stat.Lower}
		for i := range n {
			scores[i] = rng.Float64()
			f.Before, f.After = append(f.Before, math.Exp(rng.NormFloat64())), append(f.After, math.Exp(rng.NormFloat64()))
		}
		one, err := stat.AskScore(scores, len(scores), []stat.Attempted{f})
		if err != nil {
			t.Fatal(err)
		}
		swapped := f
		swapped.Before, swapped.After = slices.Clone(f.Before), slices.Clone(f.After)
		for i := range n {
			if rng.IntN(2) == 0 {
				swapped.Before[i], swapped.After[i] = f.After[i], f.Before[i]
			}
		}
		changed := f
		changed.After = slices.Clone(f.After)
		for i := range n {
			changed.After[i] *= 0.25 // a power of two, so that no rounding makes or breaks a tie
		}
		for name, other := range map[string]stat.Attempted{"swapped": swapped, "changed": changed} {
			two, err := stat.AskScore(scores, len(scores), []stat.Attempted{other})
			if err != nil || !reflect.DeepEqual(one.Slowness, two.Slowness) {
				t.Fatalf("%s: %v, %+v and %+v", name, err, one.Slowness, two.Slowness)
			}
		}
	}
}

func TestChooseRefuses(t *testing.T) {
	scores, fix := attempts(noiseBefore, noiseAfter)
	short := fix
	short.After = short.After[1:]
	shortSignal := fix
	shortSignal.Signals = []stat.Signal{{Name: "steal", Before: noiseBefore, After: noiseAfter[2:]}}
	unscaled := fix
	unscaled.Scale = ""
	many := make([]float64, stat.MaxPairs+1)
	for want, c := range map[string]struct {
		scores []float64
		k      int
		fix    stat.Attempted
	}{
		"choose 0 attempts (allowed: 1 or more)":                       {scores, 0, fix},
		"repair: 9 after values of 10 attempts":                        {scores, 6, short},
		"repair: steal has 10 before and 8 after values of 10":         {scores, 6, shortSignal},
		`repair: unknown scale ""`:                                     {scores, 6, unscaled},
		"repair: 10 before values of 3 attempts":                       {scores[:3], 2, fix},
		fmt.Sprintf("1001 attempts (allowed: up to %d", stat.MaxPairs): {many, 6, stat.Attempted{Before: many, After: many}},
	} {
		got, err := stat.Choose(c.scores, c.k, []stat.Attempted{c.fix})
		if err == nil || !strings.Contains(err.Error(), want) ||
			!reflect.DeepEqual(got, stat.Choice{}) {
			t.Errorf("want %q: %v, %+v", want, err, got)
		}
	}
}
