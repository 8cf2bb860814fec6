package harness

import (
	"testing"
	"time"

	"aftershock/internal/clock"
	"aftershock/results"
	"aftershock/results/ops"
)

// Each operation is handed on once, when what became of it is known, at most once a second; at the end all the rest is.
func TestOperationsAreHandedOnOnce(t *testing.T) {
	_, table := watched(t, 0)
	intended := make([]int64, 300)
	for n := range intended {
		intended[n] = int64(n) * 10_000_000
	}
	var calls int
	given := map[int64]int{}
	var c counting
	c.give = func(all []Operation) {
		calls++
		for _, o := range all {
			if o.Group != "g" || o.Arm != results.After || o.Stream.Name != "batch" {
				t.Errorf("%+v", o)
			}
			want := results.Steady
			if o.Outcome.Intended >= int64(2*time.Second) {
				want = results.Outside
			}
			if o.Phase != want {
				t.Errorf("what is due at %d is in phase %s, want %s", o.Outcome.Intended, o.Phase, want)
			}
			given[o.Outcome.Intended]++
		}
	}
	c.table, c.of = table, Operation{Group: "g", Arm: results.After}
	c.streams = []followed{{}, {intended: intended}}
	c.phases.Phases = []results.Phase{{Name: results.Steady, To: 2 * second}}
	put := func(n int) {
		table.Put(1, n, ops.Record{Outcome: ops.OK, Intended: intended[n], Service: time.Millisecond})
	}
	for n := range 100 {
		if n%2 == 0 {
			put(n)
		}
	}
	c.look(-1)
	c.look(second)
	c.look(second + second/2) // too soon
	if len(given) != 50 || calls != 1 {
		t.Errorf("%d operations in %d calls", len(given), calls)
	}
	put(1) // late
	c.look(2 * second)
	if len(given) != 51 || calls != 2 {
		t.Errorf("%d operations in %d calls", len(given), calls)
	}
	c.look(3 * second)
	if calls != 2 {
		t.Error("a call without operations")
	}
	for n := range 300 {
		if n != 1 && (n >= 100 || n%2 == 1) {
			put(n)
		}
	}
	c.close()
	c.close()
	c.look(clock.Nanos(time.Hour))
	if len(given) != 300 {
		t.Errorf("%d operations of 300", len(given))
	}
	for at, n := range given {
		if n != 1 {
			t.Errorf("what is due at %d came %d times", at, n)
		}
	}
}
