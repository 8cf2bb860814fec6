package stat

import "fmt"

// Chosen says by what the judged attempts of a group were chosen.
type Chosen string

// The ways to choose.
const (
	ChosenAll     Chosen = "all"     // there were no more attempts than are judged
	ChosenCalmest Chosen = "calmest" // those with the lowest scores
	ChosenFirst   Chosen = "first"   // those that ran first, because the score is of no use in this run
)

// Choice is which attempts at a group's blocks are judged, and why. It holds no NaN and no infinity.
type Choice struct {
	Judged    []int     `json:"judged"` // places of the attempts, from 0, ascending
	By        Chosen    `json:"by"`
	Why       string    `json:"why"`       // part of a sentence, for people
	Attempts  int       `json:"attempts"`  // of which they were chosen
	Disturbed int       `json:"disturbed"` // of those judged: how many have a score above Disturbed
	Score     ScoreTest `json:"score"`
}

// Choose says which k of a group's attempts are judged. Scores has one score an attempt, in the order in which they
// ran, NaN where it is not known; every fix of the group has one value an attempt in each of its slices. With k
// attempts or fewer all are judged. With more it is the calmest k if the run's own test, AskScore, finds the score
// usable, and the first k if not.
//
// The first k are the fall-back, and not all attempts, because a score that is not blind also decides how many attempts
// there are: that each fix has k or more is all that does not depend on it.
//
// Why false alarms stay at 5 %: the order of the arms is a coin for each block, so that with identical arms each pair's
// difference keeps its size and takes either sign with the same chance, whatever the noise was. Scores, positions and
// how slow a block was as a whole stay the same when two trials of a block swap their names; so does a choice that looks
// at nothing else, and the signed-rank test of what it chose is exact. Only the question whether a signal is the same in
// both arms depends on the names. It is asked of the blocks that would be judged, and what it turns away is then the
// likelier to be a false alarm. Package simulation shows all of this, and what a score does that is not blind.
//
// A k below 1, or slices whose length is not that of scores, are an error.
func Choose(scores []float64, k int, fixes []Attempted) (Choice, error) {
	if k < 1 {
		return Choice{}, fmt.Errorf("choose %d attempts (allowed: 1 or more)", k)
	}
	test, err := AskScore(scores, k, fixes)
	if err != nil {
		return Choice{}, err
	}
	c := Choice{Attempts: len(scores), Score: test, Why: test.Why, By: ChosenFirst}
	switch {
	case len(scores) <= k:
		c.By, c.Why = ChosenAll, fmt.Sprintf("there are no more than the %d that are judged", k)
		c.Judged = upTo(len(scores))
	case test.Usable:
		c.By = ChosenCalmest
		c.Judged = Calmest(scores, k)
	default:
		c.Judged = upTo(k)
	}
	for _, i := range c.Judged {
		if scores[i] > Disturbed {
			c.Disturbed++
		}
	}
	return c, nil
}
