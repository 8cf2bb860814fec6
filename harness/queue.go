package harness

import (
	"slices"

	"aftershock/results"
)

// queue says which block of a group is run next, from the results of earlier attempts. It never asks what an arm did.
type queue struct {
	blocks  []int   // as planned
	reserve int     // blocks that may be run again
	limit   float64 // the score above which a block is disturbed
	tries   map[int][]try
	attempt map[int]int // the number of a block's next attempt
}

// try is the result of an attempt at a block.
type try struct {
	spoiled bool    // no arm of it can be used
	score   float64 // how much others disturbed it; 0 when that is not known
}

// tryOf looks at all trials of an attempt that were run.
func tryOf(trials []results.Trial) try {
	var machines []results.Machine
	for _, t := range trials {
		machines = append(machines, t.Machine)
	}
	score, _ := results.ScoreOf(machines...)
	return try{spoiled: slices.ContainsFunc(trials, func(t results.Trial) bool { return t.Spoiled }), score: score}
}

func newQueue(planned []int, reserve int, limit float64) *queue {
	return &queue{blocks: planned, reserve: reserve, limit: limit, tries: map[int][]try{}, attempt: map[int]int{}}
}

// next returns the block to run next and the least number that its attempt can have: planned blocks first, then spoiled
// ones, then the most disturbed.
func (q *queue) next() (block, attempt int, ok bool) {
	for _, b := range q.blocks {
		if q.planned(b) {
			return b, q.attempt[b], true
		}
	}
	if q.again() >= q.reserve {
		return 0, 0, false
	}
	most := q.limit
	for _, b := range q.blocks {
		score, known := q.calmest(b)
		if !known {
			return b, q.attempt[b], true
		}
		if score > most {
			block, most, ok = b, score, true
		}
	}
	return block, q.attempt[block], ok
}

// calmest is the score of the calmest attempt at a block; there is none when all were spoiled.
func (q *queue) calmest(block int) (score float64, known bool) {
	for _, t := range q.tries[block] {
		if !t.spoiled && (!known || t.score < score) {
			score, known = t.score, true
		}
	}
	return score, known
}

// tally counts the blocks that can be judged, and how many of them had only disturbed attempts.
func (q *queue) tally() (t tally) {
	for _, b := range q.blocks {
		if score, known := q.calmest(b); known {
			t.judged++
			if score > q.limit {
				t.disturbed++
			}
		}
	}
	return t
}

// tally is how many blocks there are.
type tally struct{ judged, disturbed int }

// planned tells whether a block has not been tried yet.
func (q *queue) planned(block int) bool { return len(q.tries[block]) == 0 }

// left counts the blocks that have not been tried yet.
func (q *queue) left() (n int) {
	for _, b := range q.blocks {
		if q.planned(b) {
			n++
		}
	}
	return n
}

// again counts the retries of all blocks.
func (q *queue) again() (n int) {
	for _, all := range q.tries {
		n += len(all) - 1
	}
	return n
}

// tried records the result of an attempt.
func (q *queue) tried(block, attempt int, t try) {
	q.tries[block] = append(q.tries[block], t)
	q.attempt[block] = attempt + 1
}
