package results_test

import (
	"testing"
	"time"

	"aftershock/results"
)

// The score of a pair is the same whichever trial comes first: or it could choose by the arm.
func TestScoreOfABlock(t *testing.T) {
	of := func(score float64) results.Machine { return results.Machine{Score: score, Scored: true} }
	for _, c := range []struct {
		name   string
		trials []results.Machine
		score  float64
		known  bool
	}{
		{"the most disturbed counts", []results.Machine{of(0.1), of(0.4)}, 0.4, true},
		{"in any order", []results.Machine{of(0.4), of(0.1)}, 0.4, true},
		{"of a whole block", []results.Machine{of(0), of(0), of(0.2), of(0)}, 0.2, true},
		{"calm", []results.Machine{of(0), of(0)}, 0, true},
		{"one has none", []results.Machine{of(0.1), {}}, 0, false},
		{"no trial", nil, 0, false},
	} {
		if score, known := results.ScoreOf(c.trials...); score != c.score || known != c.known {
			t.Errorf("%s: %v, %v, want %v, %v", c.name, score, known, c.score, c.known)
		}
	}
}

func TestStandstillSpoils(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name  string
		stood *results.Standstill
		want  string
	}{
		{"none was measured", nil, ""},
		{"as late as a busy machine is", &results.Standstill{Longest: 500 * ms, Late: 100 * ms, Suspended: 100 * ms}, ""},
		{"stopped for a moment", &results.Standstill{Longest: 100 * ms, Stopped: true}, ""},
		{"no processor", &results.Standstill{Longest: 501 * ms, At: results.Offset(3100 * ms)},
			"standstill: the harness's own timer woke 501ms late, 3.1s after the epoch (at most 500ms)"},
		{"Ctrl-Z", &results.Standstill{Longest: 4012 * ms, Stopped: true, At: results.Offset(3100 * ms), Late: 3 * time.Second, Event: "e2"},
			"standstill: the harness was stopped for 4.012s, 3.1s after the epoch (at most 100ms)"},
		{"a late heal", &results.Standstill{Longest: 90 * ms, Late: 101 * ms, Event: "e2"},
			"standstill: event e2 was injected or healed 101ms later than planned (at most 100ms)"},
		{"a limit of its own", &results.Standstill{Longest: 4 * time.Second, Limit: 10 * time.Second}, ""},
		{"a lid that was closed", &results.Standstill{Longest: 120 * ms, Suspended: 90 * time.Minute},
			"standstill: the machine was suspended for 1h30m0s"},
	} {
		if got := c.stood.Spoils(); got != c.want {
			t.Errorf("%s:\ngot  %q\nwant %q", c.name, got, c.want)
		}
	}
}

func TestMachineMeasured(t *testing.T) {
	if (results.Machine{}).Measured() {
		t.Error("nothing was measured")
	}
	for _, m := range []results.Machine{
		{Load: 1}, {Scored: true}, {Standstill: &results.Standstill{}}, {Windows: make([]results.MachineWindow, 1)},
	} {
		if !m.Measured() {
			t.Errorf("%+v was measured", m)
		}
	}
}
