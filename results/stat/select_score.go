package stat

import (
	"fmt"
	"math"
)

// Attempted is what a fix's two arms gave in the attempts at its group's blocks, in the order in which they ran. Every
// slice has one value an attempt; NaN is a value that is not known.
type Attempted struct {
	Fix           string
	Before, After []float64 // of the fix's primary metric, in its unit; one that reached a limit is the limit
	Scale         Scale
	Better        Better
	Signals       []Signal
}

// Signal is a part of the score by arm, such as the share of the machine's CPU time that a hypervisor took.
type Signal struct {
	Name          string
	Before, After []float64
}

// asked is the level of both questions that a run asks of its score. To find by chance that a blind score predicts
// costs nothing, because to choose by it is then to choose at random. To find by chance that it is not blind costs
// the choice, so that the first attempts are judged. At 5 % six attempts, or eight of four fixes, with two signals
// each could find no difference at all.
const asked = 0.10

// ScoreTest is what a run says about the score by which its calmest attempts would be chosen.
type ScoreTest struct {
	Usable bool   `json:"usable"`
	Why    string `json:"why"` // part of a sentence, for people
	// Slowness is the rank correlation of the score with how slow the block was, which decides whether it predicts.
	// It is nil where there is none: with fewer than three attempts, or a score or values that are all the same.
	Slowness *Correlation `json:"slowness,omitempty"`
	// Scatter is that of the score with how far the block's differences are from their median. It is shown and
	// decides nothing: where the median lies depends on which arm was hit, and to choose by it costs up to 0.9 points
	// of false alarms.
	Scatter *Correlation `json:"scatter,omitempty"`
	Arms    []Apart      `json:"arms"` // one for each signal of each fix
}

// Apart is how far a signal is apart between the arms of a fix.
type Apart struct {
	Fix        string   `json:"fix"`
	Signal     string   `json:"signal"`
	Difference Estimate `json:"difference"` // after less before among the k calmest, in the signal's unit, at 95 %
	All        Estimate `json:"all"`        // the same over all attempts, which decides nothing
	P          float64  `json:"p"`          // of Difference: signed-rank, two-sided
	Adjusted   float64  `json:"adjusted"`   // by Holm over all signals and fixes
	Differs    bool     `json:"differs"`    // Adjusted is at most 10 %
}

// AskScore asks a run whether its score may choose k attempts. Arguments and errors are those of Choose.
//
// It is usable if it is blind and predicts.
//
// Blind: among the k calmest, no signal is apart between the arms of any fix, by the signed-rank test of its paired
// differences, with p after Holm over all signals and fixes above 10 %. Where so few attempts could not have shown
// that, it has not been shown to be blind. It is asked of those that would be judged, where a burst that has hit one
// arm by chance is left out: asked of all attempts, the first k would be judged just when chance has hit one arm,
// which costs false alarms. So it finds an arm that takes a little from its neighbours all the time, and not one
// beside which they get half of their time and only now and then want any; All shows that one. There is no limit to a
// difference's size.
//
// Predicts: blocks with a higher score were slower, with a rank correlation above 0 and p of at most 10 %. How slow a
// block was is the sum of both arms (of their logarithms on the ratio scale), the worse the higher; of several fixes
// it is the mean of the ranks. The sum and not the distance of the difference from the median, because it is the same
// whichever arm was which, at any true change, so that the choice stays exact; and because a score that is low in
// slow trials, as when an arm starves its neighbours, fails by it.
func AskScore(scores []float64, k int, fixes []Attempted) (ScoreTest, error) {
	for _, f := range fixes {
		if err := f.check(len(scores)); err != nil {
			return ScoreTest{}, err
		}
	}
	t := ScoreTest{Arms: armsApart(Calmest(scores, k), fixes)}
	t.Slowness = beside(scores, fixes, Attempted.slowness)
	t.Scatter = beside(scores, fixes, Attempted.scatter)
	t.Usable, t.Why = t.answer()
	return t, nil
}

func (t ScoreTest) answer() (usable bool, why string) {
	if len(t.Arms) == 0 {
		return false, "no signal by arm is known, so that the score is not shown to be blind"
	}
	for _, a := range t.Arms {
		if a.Differs {
			return false, fmt.Sprintf("%s is not blind: it differs between the arms of %s (after less before %+.3g, "+
				"p %.2g)", a.Signal, a.Fix, a.Difference.Value, a.Adjusted)
		}
		// The smallest p that so many attempts can have, before Holm spares any test.
		if n := a.Difference.N; float64(len(t.Arms))*math.Ldexp(2, -n) > asked {
			return false, fmt.Sprintf("the score is not shown to be blind: %d attempts are too few to find that %s differs "+
				"between the arms of %s", n, a.Signal, a.Fix)
		}
	}
	switch s := t.Slowness; {
	case s == nil:
		return false, "the score predicts nothing: it, or how slow the blocks were, was always the same or is not known"
	case !(s.R > 0 && s.P <= asked):
		return false, fmt.Sprintf("the score predicts nothing: its rank correlation with how slow a block was is %.2f "+
			"in %d, p %.2g", s.R, s.N, s.P)
	default:
		return true, fmt.Sprintf("the score is blind to the arm and predicts how slow a block was: rank correlation %.2f "+
			"in %d, p %.2g", s.R, s.N, s.P)
	}
}

func (f Attempted) check(attempts int) error {
	for _, values := range []struct {
		what string
		of   []float64
	}{{"before", f.Before}, {"after", f.After}} {
		if len(values.of) != attempts {
			return fmt.Errorf("%s: %d %s values of %d attempts", f.Fix, len(values.of), values.what, attempts)
		}
	}
	if attempts > MaxPairs {
		return fmt.Errorf("%s: %d attempts (allowed: up to %d)", f.Fix, attempts, MaxPairs)
	}
	for _, s := range f.Signals {
		if len(s.Before) != attempts || len(s.After) != attempts {
			return fmt.Errorf("%s: %s has %d before and %d after values of %d attempts",
				f.Fix, s.Name, len(s.Before), len(s.After), attempts)
		}
	}
	if err := (Criterion{Scale: f.Scale, Better: f.Better}).check(); err != nil {
		return fmt.Errorf("%s: %w", f.Fix, err)
	}
	return nil
}
