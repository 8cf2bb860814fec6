package simulation

import (
	"slices"

	"gonum.org/v1/gonum/stat"

	"aftershock/results/trend"
)

// Study is what a simulation depends on, beside the worlds.
type Study struct {
	Seed      uint64
	Histories int // in each world
	Years     int
}

// A history has nights that every rule learns from, then quiet ones, and then some after a step.
const (
	learned = 30
	Quiet   = 100 // nights
	stepped = 30
	soon    = 3 // nights in which a step should be found
)

// Tally counts what each rule made of the histories of a world.
type Tally struct {
	World World
	Of    []Counts // one a rule
}

// Counts is what one rule made of them.
type Counts struct {
	Rule        string
	Histories   int
	FalseAlarms int   // in the quiet nights of all histories
	Found       []int // after how many nights a step was found, of those found
}

// Repeat simulates the histories of a world from first up to and without end.
func Repeat(w World, s Study, first, end int) Tally {
	t := Tally{World: w, Of: make([]Counts, len(rules))}
	for history := first; history < end; history++ {
		nights := story(newMachine(w, source(s.Seed, w.Name, history)))
		for i, r := range rules {
			t.Of[i].Rule = r.name
			t.Of[i].add(r.make(), nights)
		}
	}
	return t
}

// story is a history of nights: quiet ones, and a step.
func story(m *machine) (nights []night) {
	for i := range learned + Quiet + stepped {
		effect := 0.0
		if i >= learned+Quiet {
			effect = logStep
		}
		nights = append(nights, seen(m.next(effect)))
	}
	return nights
}

// seen is what the rules see of a night.
func seen(n trend.Night) night {
	f := n.Runs[0].Figures[0]
	after := slices.Sorted(slices.Values(f.After))
	return night{absolute: stat.Quantile(0.5, stat.LinInterp, after, nil), ratio: f.Value, outcome: trend.Outcomes(n)}
}

// add leads a rule through a history.
func (c *Counts) add(raises func([]night) bool, nights []night) {
	c.Histories++
	for i := range nights {
		switch raised := raises(nights[:i+1]); {
		case !raised || i < learned:
		case i < learned+Quiet:
			c.FalseAlarms++
		default:
			c.Found = append(c.Found, i-learned-Quiet+1)
			return
		}
	}
}

// Add adds another tally of the same world.
func (t *Tally) Add(o Tally) {
	if t.Of == nil {
		*t = Tally{World: o.World, Of: make([]Counts, len(o.Of))}
	}
	for i, c := range o.Of {
		t.Of[i].Rule = c.Rule
		t.Of[i].Histories += c.Histories
		t.Of[i].FalseAlarms += c.FalseAlarms
		t.Of[i].Found = append(t.Of[i].Found, c.Found...)
		slices.Sort(t.Of[i].Found)
	}
}

// Per100 is how many false alarms 100 quiet nights have.
func (c Counts) Per100() float64 { return float64(c.FalseAlarms) / float64(c.Histories) }

// Soon is the share of steps that were found within three nights.
func (c Counts) Soon() float64 {
	n, _ := slices.BinarySearch(c.Found, soon+1)
	return float64(n) / float64(c.Histories)
}

// Share is the share of steps that were found within a month.
func (c Counts) Share() float64 { return float64(len(c.Found)) / float64(c.Histories) }

// Median is after how many nights half of all steps were found; 0 when fewer were.
func (c Counts) Median() int {
	if i := (c.Histories - 1) / 2; i < len(c.Found) {
		return c.Found[i]
	}
	return 0
}
