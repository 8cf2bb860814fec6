package simulation

import (
	"fmt"
	"math"

	"aftershock/results/trend"
)

// planted is what was done to the candidate: from one night on its figure is higher by a share, or lower, until another
// night, in which that is taken back.
type planted struct {
	name     string
	from, to int
	change   float64
}

// plants are the changes of the simulated year.
var plants = []planted{
	{"regression", 60, 90, 0.10},
	{"regression", 150, 175, 0.12},
	{"improvement", 215, 250, -0.10},
	{"regression", 300, 330, 0.20},
}

const yearOfNights = 365

// Planted is what became of a planted change.
type Planted struct {
	Name   string
	Change float64
	From   int // night, from 0
	// Told is the first night since then that shows the change twice, less From; -1 when none does.
	Told int
	// Since is the change point that is nearest to where it was planted; nil when none is near.
	Since *trend.Change
	// After and UpTo are the nights between which the change point puts it, and InRange tells whether the right one is
	// among them.
	After, UpTo int
	InRange     bool
}

// Year is what a simulated year gave.
type Year struct {
	World       World
	Planted     []Planted
	FalseAlarms int
	// Others are change points where nothing was planted and nothing was taken back.
	Others int
}

// OneYear simulates a year of nights in a world, led through package trend as a history is.
func OneYear(w World, s Study, year int) Year {
	m := newMachine(w, source(s.Seed, w.Name+", year", year))
	var h trend.History
	for i := range yearOfNights {
		effect := 0.0
		for _, p := range plants {
			if i >= p.from && i < p.to {
				effect = math.Log1p(p.change)
			}
		}
		h.Nights = append(h.Nights, trend.Stored{File: file(i), Night: m.next(effect)})
	}
	last := h.Nights[len(h.Nights)-1].Night
	t := trend.Of(h, last.Ended)
	y := Year{World: w, FalseAlarms: len(t.Alarms)}
	for _, p := range plants {
		y.Planted = append(y.Planted, follow(p, t.Series[0]))
		for _, a := range t.Alarms {
			if p.change > 0 && a.Raised >= file(p.from) && a.Raised < file(p.to) {
				y.FalseAlarms--
			}
		}
	}
	y.Others = strangers(t.Series[0])
	return y
}

func file(night int) string { return fmt.Sprintf("%04d", night) }

// follow finds when a planted change was told, and where change points put it.
func follow(p planted, s trend.Series) Planted {
	found := Planted{Name: p.name, Change: p.change, From: p.from, Told: -1}
	want := trend.Regressed
	if p.change < 0 {
		want = trend.Improved
	}
	for i := p.to - 1; i >= p.from; i-- {
		if s.Points[i].Outcome == want {
			found.Told = i - p.from
		}
	}
	for _, c := range s.Changes {
		if near(c, p.from) && c.Harm == (p.change > 0) {
			found.Since, found.After, found.UpTo = &c, c.Earliest-1, c.Latest
			found.InRange = c.Earliest <= p.from && p.from <= c.Latest
		}
	}
	return found
}

// near tells whether a change point may be about what happened in a night.
func near(c trend.Change, night int) bool { return c.Index >= night-5 && c.Index <= night+5 }

func strangers(s trend.Series) (n int) {
	for _, c := range s.Changes {
		known := false
		for _, p := range plants {
			known = known || near(c, p.from) || near(c, p.to)
		}
		if !known {
			n++
		}
	}
	return n
}
