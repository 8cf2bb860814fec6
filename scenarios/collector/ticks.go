package collector

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"aftershock/harness"
	"aftershock/internal/clock"
	"aftershock/scenarios/collector/part"
)

// tickPart is how many series of a tick are built between two looks at its context.
const tickPart = 500

// outdated is how long ago a configuration was last confirmed that a tick is charged with: far longer than a read
// takes.
const outdated = time.Second

// ticks are the batches that need the service's configuration. Nil are those of a service without them.
type ticks struct {
	ticker  Ticker
	each    uint64 // of so many batches one is a tick
	batches atomic.Uint64
	leader  *leadership
	count   part.Count
	read    atomic.Int64 // when a read of the configuration was last answered
}

func newTicks(ctx context.Context, seams Seams, settings harness.Settings, r *remote, count part.Count) *ticks {
	each := settings[TicksSetting]
	if each == 0 {
		return nil
	}
	t := &ticks{each: uint64(each), leader: r.leader, count: count}
	t.read.Store(int64(clock.Now()))
	t.ticker = seams.NewTicker(ctx, func(ctx context.Context) error {
		_, err := r.refresh(ctx)
		if err == nil {
			t.read.Store(int64(clock.Now()))
		}
		return err
	})
	return t
}

// due tells whether the batch that begins is a tick.
func (t *ticks) due() bool { return t != nil && t.batches.Add(1)%t.each == 0 }

// begin begins one. No batch is held meanwhile: the ticks that wait for etcd would keep them all, and so stop the whole
// service.
func (t *ticks) begin() (tick context.Context, end context.CancelFunc) {
	if t.leader.lost() { // asked in both arms, before either does anything
		t.count(TicksLeaderless, 1)
	}
	tick, end = t.ticker.Begin()
	if tick.Err() == nil && clock.Now().Sub(clock.Nanos(t.read.Load())) > outdated {
		t.count(TicksOutdated, 1)
	}
	return tick, end
}

// wait waits for what ticks have begun. The service has ended.
func (t *ticks) wait() {
	if t != nil {
		t.ticker.Wait()
	}
}

// buildUnder builds the series, as far as it comes until tick is done. Under a context that is never done there is
// nothing to look at, and they are built in one go. The error is that of a builder that makes batches whole or not at
// all.
func buildUnder(tick context.Context, b Builder, shared context.Context, into map[string]any, series []Series) error {
	if tick.Done() == nil {
		return build(b, shared, into, series)
	}
	for chunk := range slices.Chunk(series, tickPart) {
		if tick.Err() != nil {
			return nil
		}
		if err := build(b, shared, into, chunk); err != nil {
			return err
		}
	}
	return nil
}

func build(b Builder, shared context.Context, into map[string]any, series []Series) error {
	if whole, ok := b.(Whole); ok {
		return whole.BuildWhole(shared, into, series)
	}
	b.Build(shared, into, series)
	return nil
}
