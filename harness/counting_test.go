package harness

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"aftershock/internal/clock"
	"aftershock/results"
	"aftershock/results/ops"
)

// Each operation is handed on once, when what became of it is known, in a look that is not too soon; at the end all
// the rest is.
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
	c.look(second + countEvery - 1) // too soon
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

// doneInASecond is a table of so many batches, all due and done within a second.
func doneInASecond(t testing.TB, all int) (table *ops.Table, intended []int64) {
	t.Helper()
	intended = make([]int64, all)
	for n := range intended {
		intended[n] = int64(n) * int64(time.Second) / int64(all)
	}
	table, err := ops.Create(filepath.Join(t.TempDir(), results.OpsFile), ops.Header{
		Streams: []ops.Stream{{Name: "batch", Slots: all, Timeout: time.Second}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = table.Close() })
	for n, at := range intended {
		table.Put(0, n, ops.Record{Outcome: ops.OK, Intended: at, Service: time.Millisecond})
	}
	return table, intended
}

// What it costs to hand on a second of a trial at 4000/s.
func BenchmarkHandOn(b *testing.B) {
	const rate = 4000
	table, intended := doneInASecond(b, rate)
	given := 0
	c := counting{
		table: table, give: func(all []Operation) { given += len(all) },
		phases: results.Trial{Phases: []results.Phase{{Name: results.Steady, To: second}}},
	}
	b.ReportAllocs()
	for b.Loop() {
		given, c.streams = 0, []followed{{intended: intended}}
		c.handOn(second)
	}
	if given != rate {
		b.Errorf("%d of %d were handed on", given, rate)
	}
}

// At a high rate, or at a trial's end, much is known at once. It comes in pieces, in its order, of which none is lost.
func TestManyOperationsComeInPieces(t *testing.T) {
	const all = 2*atOnce + 1
	table, intended := doneInASecond(t, all)
	var pieces []int
	var given []int64
	c := counting{table: table, streams: []followed{{intended: intended}}, give: func(piece []Operation) {
		pieces = append(pieces, len(piece))
		for _, o := range piece {
			given = append(given, o.Outcome.Intended)
		}
	}}
	c.look(second)
	if !slices.Equal(pieces, []int{atOnce, atOnce, 1}) || !slices.Equal(given, intended) {
		t.Errorf("pieces of %v; %d of %d operations, or in another order", pieces, len(given), all)
	}
}
