package gate_test

import (
	"math"
	"testing"

	"aftershock/results/gate"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// A figure that is not a number passes nothing, whatever is asked about it.
func TestNotANumberIsNoPass(t *testing.T) {
	nan := math.NaN()
	broken := latency("steady", 0.5, 0.02)
	broken.Change = &summary.Change{Value: nan, Low: nan, High: nan, Low90: nan, High90: nan, Confidence: 0.95, Pairs: 8,
		Margin: 0.1, P: nan, Detectable: nan}
	broken.After.Values = []float64{1e6, nan, 1e6, 1e6, 1e6, 1e6, 1e6, 1e6}
	rate := broken
	rate.Name, rate.Better = "capacity", stat.Higher
	s := run(fix("a", broken, rate))
	for _, rule := range []string{
		"{rule: verdict, fix: a, is: [improved, no difference]}",
		"{rule: non-inferior, fix: a, metric: p99, phase: steady, margin: 5%}",
		"{rule: non-inferior, fix: a, metric: p99, phase: steady, margin: detectable, at-most: 50%}",
		"{rule: ratio, fix: a, metric: capacity, phase: steady, at-least: 95%}",
		"{rule: bound, fix: a, metric: p99, phase: steady, at-most: 1h}",
		"{rule: bound, fix: a, metric: p99, phase: steady, at-least: 1ns}",
	} {
		if a, err := judge(t, rule, s); err != nil || a.Result == gate.Pass {
			t.Errorf("%s: %+v, %v", rule, a, err)
		}
	}
	if d, err := gate.Default(s).Judge(s); err != nil || d.Result == gate.Pass {
		t.Errorf("default: %+v, %v", d, err)
	}
}
