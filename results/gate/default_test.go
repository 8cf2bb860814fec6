package gate_test

import (
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/gate"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

func build(change, noisy float64) summary.Row {
	b, a := arms(1e5, change, noisy)
	return row("build_p50", "steady", "ns", stat.Lower, b, a)
}

func guarded(f summary.Fix, guards ...results.Metric) summary.Fix {
	f.Guards = guards
	return f
}

func TestDefault(t *testing.T) {
	primary := latency("trigger", 0.5, 0.05)
	held, worse, noisy := capacity(1, 0.02), capacity(0.8, 0.02), capacity(1, 0.3)
	for _, c := range []struct {
		name string
		fix  summary.Fix
		want gate.Result
		says string
	}{
		{"held", guarded(fix("a", primary, held), held.Metric), gate.Pass, "the run's margin"},
		{"no difference", fix("a", latency("trigger", 1, 0.02)), gate.Pass, "no difference: "},
		{"regressed", fix("a", latency("trigger", 1.5, 0.02)), gate.Fail, "regressed: "},
		{"nothing shown", fix("a", latency("trigger", 1, 0.4)), gate.Underpowered, "finds changes from"},
		{"a guard is worse", guarded(fix("a", primary, worse), worse.Metric), gate.Fail, "guard is not worse: capacity (trigger)"},
		{"a guard is too noisy", guarded(fix("a", primary, noisy), noisy.Metric), gate.Underpowered, "guard is not worse"},
		{"a guard has no figure", guarded(fix("a", primary), held.Metric), gate.Invalid, "no pair has capacity (trigger) in both arms"},
		{"not exercised", notExercised(fix("a", primary)), gate.Invalid, "not exercised"},
		{"no valid pair", noPair(fix("a", primary)), gate.Invalid, "no valid pair"},
		{"null", instrument("null", 0, latency("trigger", 1, 0.2)), gate.Pass, "holds 0"},
		{"null, less than the margin", instrument("null", 0, latency("trigger", 1.03, 0.02)), gate.Pass, "smaller than the margin"},
		{"null, a false alarm", instrument("null", 0, latency("trigger", 1.3, 0.02)), gate.Fail, "between identical arms"},
		{"null without a figure", noPair(instrument("null", 0, latency("trigger", 1, 0.02))), gate.Invalid, "no valid pair"},
		{"control", instrument("control", 0.5, build(1.5, 0.1)), gate.Pass, "+50.0 %"},
		{"control, too little", instrument("control", 0.5, build(1.2, 0.02)), gate.Fail, "leaves out the change"},
		{"control, not found", instrument("control", 0.5, build(1.3, 0.8)), gate.Inconclusive, "and none as well"},
		{"within the margin", instrument("small", 0.03, build(1.03, 0.03)), gate.Pass, "called no difference"},
		{"within the margin, too noisy", instrument("small", 0.03, build(1.03, 0.3)), gate.Underpowered, "finds changes from"},
		{"within the margin, found and not seen to be", instrument("small", 0.09, build(1.09, 0.05)), gate.Inconclusive,
			"not that it is within the margin"},
		{"within the margin, not its size", instrument("small", 0.03, build(1.07, 0.01)), gate.Fail, "leaves out the change"},
		{"null, one trial at the time-out", instrument("null", 0, timedOut(constant(9e8), []float64{9e8, 9e8, 9e8, 1e9, 9e8, 9e8, 9e8, 9e8})),
			gate.Inconclusive, "never that there is none"},
		{"null, a false alarm at the time-out", instrument("null", 0, timedOut(constant(1e8), constant(1e9))), gate.Fail, "between identical arms"},
		{"nothing shown at the time-out", fix("a", timedOut(constant(9e8), []float64{9e8, 9e8, 9e8, 1e9, 9e8, 9e8, 9e8, 9e8})),
			gate.Inconclusive, "never that there is none"},
		{"control, one pair", instrument("control", 0.5, few(1, stat.Lower, build(1.5, 0.1))), gate.Underpowered, "too few pairs: 1, and it takes 6"},
	} {
		s := run(c.fix)
		d, err := gate.Default(s).Judge(s)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		var text strings.Builder
		for _, a := range d.Answers {
			text.WriteString(string(a.Result) + ": " + a.Name + ": " + a.Measured + " | " + a.Bound + " | " + a.Why + "\n")
		}
		if d.Result != c.want || !strings.Contains(text.String(), c.says) {
			t.Errorf("%s: %s\n%swant %s, %q", c.name, d.Result, text.String(), c.want, c.says)
		}
	}
}

// A false alarm of a null that does not outlast the correction is no failure, and no pass.
func TestDefaultCorrectsTheNull(t *testing.T) {
	null := instrument("null", 0, latency("trigger", 0.85, 0.2))
	s := run(null, fix("a", latency("trigger", 1, 0.02)), fix("b", latency("trigger", 1, 0.02)))
	d, err := gate.Default(s).Judge(s)
	if err != nil || d.Result != gate.Inconclusive || d.Answers[0].Fix != "null" || d.Answers[0].Result != gate.Inconclusive {
		t.Errorf("got %+v, %v", d, err)
	}
}

func TestDefaultOfARunWithoutFixes(t *testing.T) {
	d, err := gate.Default(run()).Judge(run())
	if err != nil || d.Result != gate.Invalid {
		t.Errorf("got %+v, %v", d, err)
	}
}
