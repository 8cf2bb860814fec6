package collector_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/fixes"
	contextisolation "aftershock/scenarios/fixes/context-isolation"
	lockacrossrpc "aftershock/scenarios/fixes/lock-across-rpc"
)

// tidy builds like another, and counts the maps that are not empty to begin with: a series that is no longer exported
// would stay in them, and make every batch from then on one too many.
type tidy struct {
	collector.Builder
	filled *atomic.Int64
}

func (b tidy) Build(shared context.Context, into map[string]any, all []collector.Series) {
	if len(into) > 0 {
		b.filled.Add(1)
	}
	b.Builder.Build(shared, into, all)
}

// With -race this shows as well that no batch is filled while it is still in use.
func TestBatchesOfManyGoroutinesAreComplete(t *testing.T) {
	c := boot(t, 1)
	for _, fix := range []collector.Fix{contextisolation.Fix, lockacrossrpc.Fix} {
		for _, arm := range []results.Arm{results.Before, results.After} {
			var looked, wrong atomic.Int64
			seams := watch(fixes.Seams(fix, arm), func(b *collector.Batch) {
				looked.Add(1)
				if len(b.Values) != series || b.Want != series || b.Built > clock.Now() {
					wrong.Add(1)
				}
			})
			seams.Builder = tidy{seams.Builder, &wrong}
			s := around(t, c, "n1")
			s.Settings[collector.TicksSetting] = 3
			service := start(t, s, seams)
			const workers, each = 8, 60
			var building, publishing sync.WaitGroup
			var incomplete atomic.Int64
			done := make(chan struct{})
			publishing.Go(func() {
				for op := (load.Op{}); ; op = (load.Op{}) {
					select {
					case <-done:
						return
					default:
						op.Deadline = clock.Now().Add(time.Second)
						service.Operation(collector.PublishStream)(&op)
					}
				}
			})
			for range workers {
				building.Go(func() {
					for range each {
						if !service.Batch() {
							incomplete.Add(1)
						}
					}
				})
			}
			building.Wait()
			close(done)
			publishing.Wait()
			if looked.Load() != workers*each || wrong.Load() > 0 || incomplete.Load() > 0 {
				t.Errorf("%s, %s: of %d batches %d were handed on, %d of them wrong, %d incomplete",
					fix.Name, arm, workers*each, looked.Load(), wrong.Load(), incomplete.Load())
			}
			if n := s.counters[collector.UnderCancelled].Load(); n > 0 || len(s.signals) > 0 {
				t.Errorf("%s, %s: %d batches under a cancelled context and %d signals, though a leader was there all along",
					fix.Name, arm, n, len(s.signals))
			}
		}
	}
}

func TestTheBatchOperationReportsItsBuildTime(t *testing.T) {
	service := start(t, around(t, boot(t, 1), "n1"), repaired())
	op := load.Op{Deadline: clock.Now().Add(time.Second)}
	before := clock.Now()
	service.Operation(collector.BatchStream)(&op)
	if took := int64(clock.Now() - before); op.Aux <= 0 || op.Aux > took || op.Flags != 0 || op.Reason != ops.NoReason {
		t.Errorf("in %d ns: %+v", took, op)
	}
	if service.Operation("bach") != nil {
		t.Error("there is an operation for a stream that does not exist")
	}
}

// lossy builds batches that lack a series.
type lossy struct{ collector.Builder }

func (l lossy) Build(shared context.Context, into map[string]any, all []collector.Series) {
	l.Builder.Build(shared, into, all[1:])
}

func TestAnIncompleteBatchIsNotHandedOn(t *testing.T) {
	seams := watch(repaired(), func(*collector.Batch) { t.Error("it is handed on") })
	seams.Builder = lossy{seams.Builder}
	s := around(t, boot(t, 1), "n1")
	s.Capacity = 1
	service := start(t, s, seams)
	for range 10 { // more than there are batches, so each of them has to come back
		op := load.Op{}
		service.Operation(collector.BatchStream)(&op)
		if op.Flags != ops.Partial || op.Reason != ops.Error {
			t.Errorf("an incomplete batch is recorded as %+v", op)
		}
		if service.Batch() {
			t.Error("an incomplete batch counts as complete")
		}
	}
}

func TestABatchKnowsWhenItIsComplete(t *testing.T) {
	b := collector.Batch{Values: map[string]any{"n1:up": 1.0}, Want: 2}
	if b.Complete() {
		t.Error("one series of two is complete")
	}
	b.Values["n2:up"] = 1.0
	if !b.Complete() {
		t.Error("two series of two are not complete")
	}
}
