package load_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results/ops"
)

// An operation that was begun is recorded like one that was done, once it has ended.
func TestDriveRecordsWhatWasBegun(t *testing.T) {
	said := []ops.Reason{ops.NoReason, ops.Timeout, ops.Error, ops.Ambiguous, ops.Rejected, ops.NoReason}
	intended := []int64{0, 1e6, 2e6, 3e6, 4e6, 5e6}
	var done atomic.Int64
	records, report := drive(t, load.Stream{
		Name: "s", Intended: intended, Timeout: long, Workers: len(intended), // so that none has to wait for a worker
		Do: func(op *load.Op) {
			done.Add(1)
			op.Aux = int64(10 + op.N)
		},
		Begin: func(op *load.Op, ended func()) bool {
			if op.N == 5 {
				op.Reason, op.Aux = ops.Error, 99 // what is left of it is not the operation's
				return false
			}
			if op.Reason != ops.NoReason || op.Aux != 0 || op.Worker < 0 || op.Worker > 5 ||
				op.Intended != intended[op.N] {
				t.Errorf("operation %d begins as %+v", op.N, op)
			}
			go func() {
				op.Reason, op.Aux = said[op.N], int64(10+op.N)
				ended()
			}()
			return true
		},
	}, 0)
	if done.Load() != 1 {
		t.Errorf("%d operations were done by workers, want the one that could not be begun", done.Load())
	}
	for n, r := range records {
		want := ops.Failed
		if said[n] == ops.NoReason {
			want = ops.OK
		}
		if r.Outcome != want || r.Reason != said[n] || r.Aux != int64(10+n) || r.Lag < 0 || r.Service <= 0 {
			t.Errorf("operation %d: %+v, want %v{%v}", n, r, want, said[n])
		}
	}
	if b := report.Streams[0].Books; b.OK != 2 || b.Failed != 4 {
		t.Errorf("books %+v", b)
	}
}

// Operations that were begun hold their workers' places: those beyond the workers wait, and those beyond the queue are
// missed. What waited is done by a worker once there is one.
func TestBegunOperationsAreLimited(t *testing.T) {
	const workers, queue, offered = 2, 3, 7
	var held []func()
	var done atomic.Int64
	crowd := load.Stream{
		Name: "crowd", Intended: make([]int64, offered), Timeout: long, Workers: workers, Queue: queue,
		Do: func(*load.Op) { done.Add(1) },
		Begin: func(_ *load.Op, ended func()) bool {
			held = append(held, ended)
			return true
		},
	}
	// One goroutine begins all operations, in their order: this one comes after the last of the crowd.
	last := load.Stream{
		Name: "last", Intended: []int64{1}, Timeout: long, Workers: 1, Do: func(*load.Op) {},
		Begin: func(_ *load.Op, ended func()) bool {
			ended()
			go func() {
				for _, end := range held {
					end()
				}
			}()
			return true
		},
	}
	table, _ := tableFor(t, &crowd, &last)
	report, err := load.Drive(context.Background(), clock.Now(), table, []load.Stream{crowd, last})
	if err != nil {
		t.Fatal(err)
	}
	want := ops.Books{Offered: offered, OK: workers + queue, Missed: offered - workers - queue}
	if b := report.Streams[0].Books; b.Offered != want.Offered || b.OK != want.OK || b.Missed != want.Missed {
		t.Errorf("books %+v, want %+v", b, want)
	}
	if len(held) != workers || done.Load() != queue {
		t.Errorf("%d were begun and %d done, want %d and %d", len(held), done.Load(), workers, queue)
	}
}

// A worker has no goroutine before it has something to do.
func TestWorkersAreStartedWhenNeeded(t *testing.T) {
	const workers, busy = 500, 3
	most := 0
	var working, counted sync.WaitGroup
	working.Add(busy)
	counted.Add(busy)
	s := load.Stream{
		Name: "s", Intended: make([]int64, busy), Timeout: long, Workers: workers,
		Do: func(op *load.Op) {
			working.Done()
			working.Wait() // until as many workers are at work as there are operations
			if op.N == 0 {
				most = load.Goroutines()
			}
			counted.Done()
			counted.Wait()
		},
	}
	table, _ := tableFor(t, &s)
	if _, err := load.Drive(context.Background(), clock.Now(), table, []load.Stream{s}); err != nil {
		t.Fatal(err)
	}
	if most != busy || load.Goroutines() != 0 {
		t.Errorf("%d workers had a goroutine, want %d; %d have one after the drive", most, busy, load.Goroutines())
	}
}
