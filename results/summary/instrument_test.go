package summary_test

import (
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// An instrument goes astray by an alarm between identical arms, or by an interval that leaves out what is there; what it
// could not tell is neither.
func TestAstray(t *testing.T) {
	change := func(low, high float64) *summary.Change {
		return &summary.Change{Value: (low + high) / 2, Low: low, High: high, Confidence: 0.95, Pairs: 8}
	}
	for _, c := range []struct {
		name       string
		instrument bool
		expect     float64
		verdict    stat.Verdict
		change     *summary.Change
		says       string
	}{
		{"a fix", false, 0, stat.Regressed, change(0.2, 0.4), ""},
		{"identical arms, alarm", true, 0, stat.Regressed, change(0.2, 0.4), "an alarm between identical arms: regressed, p50 (trigger), +30.0 % [+20.0, +40.0]"},
		{"identical arms, alarm the other way", true, 0, stat.Improved, change(-0.4, -0.2), "an alarm between identical arms: improved"},
		{"identical arms, corrected", true, 0, stat.Inconclusive, change(0.2, 0.4), ""},
		{"identical arms", true, 0, stat.NoDifference, change(-0.01, 0.01), ""},
		{"control", true, 0.3, stat.Regressed, change(0.2, 0.4), ""},
		{"control, too little", true, 0.5, stat.Regressed, change(0.2, 0.4), "the interval leaves out the change that is there, +50.0 %: regressed"},
		{"control, not decided", true, 0.3, stat.Inconclusive, change(-0.1, 0.4), ""},
		{"identical arms, by t", true, 0, stat.TooFewPairs, &summary.Change{Value: 0.3, Low: 0.2, High: 0.4, Confidence: 0.95, Pairs: 5}, ""},
		{"control, by t", true, 0.5, stat.TooFewPairs, &summary.Change{Value: 0.3, Low: 0.2, High: 0.4, Confidence: 0.95, Pairs: 5}, ""},
		{"a single pair", true, 0, stat.Inconclusive, &summary.Change{Value: 2}, ""},
		{"no pair", true, 0, stat.Inconclusive, nil, ""},
	} {
		f := summary.Fix{Fix: repair, Verdict: c.verdict}
		f.Instrument, f.Expect = c.instrument, c.expect
		f.Primary = summary.Row{Metric: f.Fix.Primary, Unit: "ns", Scale: stat.Ratio, Change: c.change}
		if got := f.Astray(); !strings.HasPrefix(got, c.says) || (got == "") != (c.says == "") {
			t.Errorf("%s: %q, want %q", c.name, got, c.says)
		}
	}
}

func TestForeign(t *testing.T) {
	if all := summary.Foreign(results.Run{}); len(all) > 0 {
		t.Errorf("without a calibration: %q", all)
	}
	run := results.Run{Calibration: &results.Calibration{Environment: results.Environment{Binary: "other"}}}
	if all := summary.Foreign(run); len(all) != 1 || all[0] != "another binary" {
		t.Errorf("%q", all)
	}
}
