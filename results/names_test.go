package results_test

import (
	"path/filepath"
	"testing"
	"time"

	"aftershock/results"
)

func TestTrialDir(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range []struct {
		slot    results.Slot
		attempt int
		want    string
	}{
		{results.Slot{Group: "null", Block: 1, Arm: results.Before}, 0, "trials/null/01-before"},
		{results.Slot{Group: "null", Block: 1, Arm: results.After}, 0, "trials/null/01-after"},
		{results.Slot{Group: "null", Block: 1, Arm: results.After}, 1, "trials/null/01-after-again1"},
		{results.Slot{Group: "null", Block: 1, Arm: results.After}, 12, "trials/null/01-after-again12"},
		{results.Slot{Group: "null", Block: 10, Arm: results.Before}, 0, "trials/null/10-before"},
		{results.Slot{Group: "control", Block: 100, Arm: results.Before}, 0, "trials/control/100-before"},
	} {
		got := results.TrialDir(c.slot, c.attempt)
		if want := filepath.FromSlash(c.want); got != want {
			t.Errorf("%+v, attempt %d: %s, want %s", c.slot, c.attempt, got, want)
		}
		if seen[got] {
			t.Errorf("%s is the place of two trials", got)
		}
		seen[got] = true
	}
}

// A name is in UTC, so that names sort by time wherever the runs were made.
func TestNewID(t *testing.T) {
	east := time.FixedZone("", 2*60*60)
	at := time.Date(2026, 3, 1, 0, 30, 5, 999, east)
	const want = "20260228T223005Z-leader-churn-18446744073709551615"
	if got := results.NewID(at, "leader-churn", 1<<64-1); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if a, b := results.NewID(at, "s", 1), results.NewID(at.Add(time.Second), "s", 1); a >= b {
		t.Errorf("%s does not sort before %s", a, b)
	}
}

func TestMetricString(t *testing.T) {
	for m, want := range map[results.Metric]string{
		{Name: "p99", Phase: results.Steady}: "p99 (steady)",
		{Name: "cpu_workload"}:               "cpu_workload",
	} {
		if got := m.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
