package simulation

import "math"

// Study is what a simulation depends on.
type Study struct {
	Seed      uint64
	Histories int // in each cell
}

// Cell is one kind of history: a world, an effect and a number of revisions.
type Cell struct {
	World     World
	Effect    float64
	Revisions int
}

// Cells are those of the tables, in their order.
func Cells() (all []Cell) {
	for _, w := range worlds() {
		for _, effect := range effects {
			for _, size := range sizes {
				all = append(all, Cell{w, effect, size})
			}
		}
	}
	return all
}

// searches are what is compared, ours first.
var searches = []struct {
	name string
	find func(*history) answer
}{
	{"bisect", bayes},
	{"plain", plain(1)},
	{"plain, 4 times the pairs", plain(4)},
}

// Tally counts what the searches made of the histories of a cell.
type Tally struct {
	Of []Counts // one a search
	// Bins are the answers of bisect by the probability that they stated, where there is a change.
	Bins []Bin
}

// Counts is what one search made of them.
type Counts struct {
	Histories, Named, Right, None int
	Steps, Pairs                  int
}

// Bin counts answers whose stated probability lies in a range.
type Bin struct {
	Answers, Right int
	Stated         float64 // the sum
}

// edges are the lower ends of the bins.
var edges = []float64{Level, 0.975, 0.99, 0.999}

// Repeat simulates the histories of a cell, whose number is its place in Cells, from first up to and without end.
func Repeat(s Study, cell, first, end int) Tally {
	c := Cells()[cell]
	t := Tally{Of: make([]Counts, len(searches)), Bins: make([]Bin, len(edges))}
	for n := first; n < end; n++ {
		for i, search := range searches {
			// All begin with the same history. How their steps come out differs once they take other steps.
			h := newHistory(c.World, c.Effect, c.Revisions, source(s.Seed, cell, n))
			a := search.find(h)
			right := t.Of[i].add(h, a)
			if i == 0 && a.First > 0 && c.Effect > 0 {
				t.bin(a.Probability, right)
			}
		}
	}
	return t
}

func (c *Counts) add(h *history, a answer) (right bool) {
	c.Histories++
	c.Steps, c.Pairs = c.Steps+a.steps, c.Pairs+a.pair
	right = a.First > 0 && a.First <= h.culprit && h.culprit <= a.Last
	c.Named += one(a.First > 0)
	c.Right += one(right)
	c.None += one(a.none)
	return right
}

func (t *Tally) bin(stated float64, right bool) {
	at := 0
	for at+1 < len(edges) && stated >= edges[at+1] {
		at++
	}
	b := &t.Bins[at]
	b.Answers, b.Right, b.Stated = b.Answers+1, b.Right+one(right), b.Stated+stated
}

// Add adds another tally of the same cell.
func (t *Tally) Add(o Tally) {
	if t.Of == nil {
		t.Of, t.Bins = make([]Counts, len(o.Of)), make([]Bin, len(o.Bins))
	}
	for i, c := range o.Of {
		s := &t.Of[i]
		s.Histories, s.Named, s.Right, s.None = s.Histories+c.Histories, s.Named+c.Named, s.Right+c.Right, s.None+c.None
		s.Steps, s.Pairs = s.Steps+c.Steps, s.Pairs+c.Pairs
	}
	for i, b := range o.Bins {
		t.Bins[i].add(b)
	}
}

func (b *Bin) add(o Bin) {
	b.Answers, b.Right, b.Stated = b.Answers+o.Answers, b.Right+o.Right, b.Stated+o.Stated
}

// below tells whether a rate is lower than what was stated by more than chance would give it: three deviations.
func (b Bin) below() bool {
	if b.Answers == 0 {
		return false
	}
	n := float64(b.Answers)
	p := b.Stated / n
	return float64(b.Right)/n < p-3*math.Sqrt(p*(1-p)/n)-1/n
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
