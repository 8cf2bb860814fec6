package harness

import (
	"slices"

	"aftershock/results"
)

// queue says which block of a group is to be run next, by what became of those before. It never asks what an arm did.
type queue struct {
	blocks  []int // as planned
	reserve int   // blocks that may be run again
	tries   map[int][]try
	attempt map[int]int // the number of a block's next attempt
}

// try is what became of an attempt at a block.
type try struct {
	spoiled bool // no arm of it can be used
}

// tryOf looks at all trials of an attempt that were run.
func tryOf(trials []results.Trial) try {
	return try{spoiled: slices.ContainsFunc(trials, func(t results.Trial) bool { return t.Spoiled })}
}

func newQueue(planned []int, reserve int) *queue {
	return &queue{blocks: planned, reserve: reserve, tries: map[int][]try{}, attempt: map[int]int{}}
}

// next gives the block that is to be run next and the least number that its attempt can have.
func (q *queue) next() (block, attempt int, ok bool) {
	for _, b := range q.blocks {
		if q.planned(b) {
			return b, q.attempt[b], true
		}
	}
	if q.again() >= q.reserve {
		return 0, 0, false
	}
	for _, b := range q.blocks {
		if !slices.ContainsFunc(q.tries[b], func(t try) bool { return !t.spoiled }) {
			return b, q.attempt[b], true
		}
	}
	return 0, 0, false
}

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

// again counts the tries beyond each block's first.
func (q *queue) again() (n int) {
	for _, all := range q.tries {
		n += len(all) - 1
	}
	return n
}

// tried books what became of an attempt.
func (q *queue) tried(block, attempt int, t try) {
	q.tries[block] = append(q.tries[block], t)
	q.attempt[block] = attempt + 1
}
