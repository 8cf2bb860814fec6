package simulation_test

import (
	"testing"

	"aftershock/internal/slow"
	"aftershock/results/trend/simulation"
)

// What was planted in a year is told, and its commit is in the range of a change point.
func TestAYearFindsWhatWasPlanted(t *testing.T) {
	slow.Simulates(t)
	y := simulation.OneYear(simulation.Worlds()[0], simulation.Study{Seed: 5}, 0)
	if len(y.Planted) != 4 || y.FalseAlarms != 0 {
		t.Errorf("%d planted, %d false alarms", len(y.Planted), y.FalseAlarms)
	}
	for _, p := range y.Planted {
		if p.Told < 0 || p.Told > 2 || p.Since == nil || !p.InRange {
			t.Errorf("%+v", p)
		}
	}
}
