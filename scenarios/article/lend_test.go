package article

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/scenarios/article/claims"
)

// What parts that ended early have left goes into the reserve of the next one, and nothing that a later one needs.
func TestAPartIsLentWhatOthersHaveLeft(t *testing.T) {
	a := begin(t, tiny(t, "first", "second", "third"), options(t, &watcher{}))
	a.folder = t.TempDir()
	parts, left := a.record.Parts, []int{1, 2}
	parts[1].Pairs, parts[1].Reserve = 8, 1
	pair := a.suite.takes(parts[1], 1)
	needed := a.most(parts[1]) + a.most(parts[2])
	for name, c := range map[string]struct {
		allowed time.Duration
		want    int
	}{
		"nothing":        {needed, 1},
		"less than one":  {needed + pair - 1, 1},
		"one":            {needed + pair, 2},
		"two":            {needed + 2*pair, 3},
		"more than half": {needed + time.Hour, 4},
		"too late":       {0, 1},
	} {
		parts[1].Reserve = 1
		a.lend(left, c.allowed)
		if got := parts[1].Reserve; got != c.want {
			t.Errorf("%s is left: a reserve of %d, want %d", name, got, c.want)
		}
	}
	if whole := a.allowed([]int{0, 1, 2}); whole != quickTime || a.allowed(left) != quickTime-a.most(parts[0]) {
		t.Errorf("%v are allowed for all, and %v for two", whole, a.allowed(left))
	}
	begunAt := time.Unix(1000, 0).UTC()
	for name, c := range map[string]struct {
		resumed []time.Time
		took    time.Duration
	}{"one that is whole": {nil, 2 * time.Second}, "one that was resumed": {[]time.Time{begunAt}, a.most(parts[0])}} {
		first := filepath.Join(a.folder, claims.RunsDir, parts[0].Name, "x")
		if err := os.MkdirAll(first, 0o755); err != nil {
			t.Fatal(err)
		}
		run := results.Run{Schema: results.Schema, Status: results.Complete, Started: begunAt, Ended: begunAt.Add(2 * time.Second), Resumed: c.resumed}
		if err := results.WriteJSON(filepath.Join(first, results.RunFile), run); err != nil {
			t.Fatal(err)
		}
		if got := a.allowed(left); got != quickTime-c.took {
			t.Errorf("after %s %v are allowed, want %v", name, got, quickTime-c.took)
		}
	}
	parts[1].Reserve = 1
	begun := filepath.Join(a.folder, claims.RunsDir, parts[1].Name, "x")
	if err := os.MkdirAll(begun, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := results.WriteJSON(filepath.Join(begun, results.RunFile), results.Run{Schema: results.Schema}); err != nil {
		t.Fatal(err)
	}
	if a.lend(left, needed+time.Hour); parts[1].Reserve != 1 {
		t.Errorf("a run that has begun is lent %d", parts[1].Reserve)
	}
}
