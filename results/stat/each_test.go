package stat_test

import (
	"math"
	"slices"
	"testing"

	"aftershock/results/stat"
)

// A pair is shown as it is compared: what reached one arm's time-out is a bound in the other as well.
func TestPairChanges(t *testing.T) {
	before := stat.Arm{Values: []float64{4, 4, 8, 2}, Bounds: []bool{false, true, true, false}}
	after := stat.Arm{Values: []float64{1, 1, 6, 3}}
	for scale, want := range map[stat.Scale][]stat.PairChange{
		stat.Ratio: {
			{Value: -0.75, Open: stat.OpenLow}, {Value: -0.75, Open: stat.OpenLow}, {Open: stat.OpenBoth}, {Value: 0.5},
		},
		stat.Difference: {
			{Value: -3, Open: stat.OpenLow}, {Value: -3, Open: stat.OpenLow}, {Open: stat.OpenBoth}, {Value: 1},
		},
	} {
		got, err := stat.PairChanges(before, after, scale)
		if err != nil || !slices.EqualFunc(got, want, func(a, b stat.PairChange) bool {
			return math.Abs(a.Value-b.Value) < 1e-12 && a.Open == b.Open
		}) {
			t.Errorf("%s: %v, %v; want %v", scale, got, err, want)
		}
	}
	swapped, err := stat.PairChanges(after, before, stat.Difference)
	if err != nil || swapped[0] != (stat.PairChange{Value: 3, Open: stat.OpenHigh}) {
		t.Errorf("with the arms swapped: %v, %v", swapped, err)
	}
}

func TestPairChangesRefuseWhatCannotBeCompared(t *testing.T) {
	for name, before := range map[string]stat.Arm{
		"no pairs": {Values: []float64{1, 2}}, "no ratio": {Values: []float64{0}},
		"no number":              {Values: []float64{math.NaN()}},
		"bounds of other values": {Values: []float64{1}, Bounds: []bool{true, false}},
	} {
		if all, err := stat.PairChanges(before, stat.Arm{Values: []float64{1}}, stat.Ratio); err == nil || all != nil {
			t.Errorf("%s: %v, %v", name, all, err)
		}
	}
}
