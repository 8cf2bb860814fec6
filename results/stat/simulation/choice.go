package simulation

import "aftershock/results/stat"

// method is a way to say which attempts are judged.
type method int

// The methods. The last is there to be warned of.
const (
	firstK method = iota
	calmestK
	askedK // what stat.Choose says: the calmest if the run finds its score usable, and else the first
	dropDisturbed
	keepAll
	byScatter // the calmest if the score goes with the distance of the differences from their median, and else the first
	methods
)

var methodNames = [methods]string{
	"K first", "K calmest", "K as the run chooses", "drop disturbed", "keep all", "K by scatter",
}

// promises of a method on a machine: false alarms. What looks at the score promises nothing where that is not blind,
// but for the run's own test of it, which is there for that.
func (m method) promises(n Noise) promise {
	switch m {
	case firstK:
		return atMost
	case byScatter:
		return none
	case askedK:
		if n.Takes > 0 {
			return atMost
		}
	case calmestK, dropDisturbed, keepAll, methods:
	}
	return n.promise
}

// judged says which attempts of a run the methods judge, when it is to have so many blocks. Usable is what the run says
// of its score.
func (r noisyRun) judged(blocks int) (by [methods][]int, usable bool, err error) {
	n := len(r.scores)
	choice, err := r.choice(blocks)
	if err != nil {
		return by, false, err
	}
	by[firstK], by[calmestK] = upTo(min(n, blocks)), stat.Calmest(r.scores, blocks)
	by[askedK], by[keepAll] = choice.Judged, upTo(n)
	for i, score := range r.scores {
		if score <= stat.Disturbed {
			by[dropDisturbed] = append(by[dropDisturbed], i)
		}
	}
	by[byScatter] = by[firstK]
	if s := choice.Score.Scatter; s != nil && s.R > 0 {
		by[byScatter] = by[calmestK]
	}
	return by, choice.Score.Usable, nil
}

// choice is stat's, and not asked for where there is nothing to choose.
func (r noisyRun) choice(blocks int) (stat.Choice, error) {
	if len(r.scores) <= blocks {
		return stat.Choice{Judged: upTo(len(r.scores)), By: stat.ChosenAll}, nil
	}
	return stat.Choose(r.scores, blocks, r.fixes)
}

func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// pick are a fix's values of the judged attempts.
func pick(f stat.Attempted, judged []int) (before, after []float64) {
	for _, i := range judged {
		before, after = append(before, f.Before[i]), append(after, f.After[i])
	}
	return before, after
}
