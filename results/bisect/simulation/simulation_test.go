package simulation_test

import (
	"testing"

	"aftershock/results/bisect/simulation"
)

// Of few histories of each cell, answers are right about as often as they say, and a large change is always found.
func TestTheRightRevisionIsNamed(t *testing.T) {
	for i, c := range simulation.Cells() {
		if c.Revisions > 32 || !c.World.Expected {
			continue
		}
		ours := simulation.Repeat(simulation.Study{Seed: 3}, i, 0, 8).Of[0]
		switch {
		case c.Effect == 0 && ours.Named > 0:
			t.Errorf("%+v: %d of %d name a revision without a change", c, ours.Named, ours.Histories)
		case ours.Named-ours.Right > 1:
			t.Errorf("%+v: %d of %d are wrong", c, ours.Named-ours.Right, ours.Histories)
		case c.Effect >= 0.3 && ours.Right < ours.Histories:
			t.Errorf("%+v: %d of %d are found", c, ours.Right, ours.Histories)
		}
	}
}

// Tallies of parts add up to that of the whole.
func TestTalliesAddUp(t *testing.T) {
	s := simulation.Study{Seed: 1}
	const cell = 6 // a change of 10 % among 8 revisions
	whole := simulation.Repeat(s, cell, 0, 6)
	var parts simulation.Tally
	for first := 0; first < 6; first += 2 {
		parts.Add(simulation.Repeat(s, cell, first, first+2))
	}
	for i := range whole.Of {
		if whole.Of[i] != parts.Of[i] {
			t.Errorf("search %d: %+v and %+v", i, whole.Of[i], parts.Of[i])
		}
	}
	if other := simulation.Repeat(simulation.Study{Seed: 2}, cell, 0, 6); other.Of[0] == whole.Of[0] &&
		other.Of[1] == whole.Of[1] {
		t.Error("another seed gives the same")
	}
}
