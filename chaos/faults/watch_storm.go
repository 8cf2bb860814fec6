package faults

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
	"aftershock/internal/units"

	"golang.org/x/sync/errgroup"
)

// watchStorm opens many watchers on one prefix and writes to it, so that every write is sent out to all of them: what a
// fleet does that watches its configuration.
//
//	watchers  how many there are: 1 to 20000, 2000 unless told
//	streams   over how many gRPC streams they are spread, which are spread over the members: 1 to 200, 20 unless told
//	rate      how many events are written a second: 1 to 1000, 20 unless told; one at a time, so that a cluster that
//	          cannot keep up gets fewer
//
// A stream that breaks, because its member was killed say, is opened again at another member. It is done when all
// watchers stand and one event has reached every one of them. It is over when the members have confirmed that they
// cancelled each watcher, and a write succeeds.
var watchStorm = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "watch-storm", Aim: plan.AtCluster, Held: true, Takes: []plan.Resource{plan.Load}, Uses: wholeCluster,
		Onset: 2 * time.Second, Settle: time.Second,
		Params: []plan.Param{
			{
				Name: "watchers", Kind: plan.Count, Default: "2000", Low: "1", High: "20000",
				Says: "how many watchers there are",
			},
			{
				Name: "streams", Kind: plan.Count, Default: "20", Low: "1", High: "200",
				Says: "over how many streams the watchers are spread",
			},
			{
				Name: "rate", Kind: plan.Count, Default: "20", Low: "1", High: "1000",
				Says: "how many events are written a second, each for all watchers",
			},
		},
	},
	Group:    chaos.OfLoad,
	Summary:  "thousands of watchers stand on a prefix, and every event is sent to all of them",
	Needs:    []chaos.Ability{chaos.CanAdminister},
	Inject:   injectWatchStorm,
	Harmless: true,
}

// farewell is how long members are given to confirm that they cancelled the watchers. After it the streams are reset,
// which a member that hangs will notice later.
const farewell = 4 * time.Second

type watchers struct {
	target  chaos.Target
	writer  writer
	rate    int
	began   clock.Nanos
	fanOut  *fanOut
	streams []*watchStream
	reads   *task // the streams
	writes  *task // the events
}

func injectWatchStorm(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	total, n := e.Params.Count("watchers"), e.Params.Count("streams")
	f := &watchers{
		target: t, writer: writerOf(t, e.Fault), rate: e.Params.Count("rate"), began: clock.Now(),
		fanOut: newFanOut(total),
	}
	if _, err := t.Admin(t.Members()[0]); err != nil {
		return nil, err
	}
	for i := range min(n, total) {
		share := (total + n - 1 - i) / n // their sum is total, however it divides
		f.streams = append(f.streams, newWatchStream(t, i, share, f.writer.prefix, f.fanOut))
	}
	f.reads, f.writes = begin(f.read), begin(f.write)
	return f, nil
}

func (f *watchers) read(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, s := range f.streams {
		group.Go(func() error { return s.run(ctx) })
	}
	return group.Wait()
}

// write writes an event each time, until it is stopped.
func (f *watchers) write(ctx context.Context) error {
	return every(ctx, f.rate, func(n int) error {
		_, err := f.writer.put(ctx, strconv.Itoa(n%100), "")
		return err
	})
}

func (f *watchers) Resolved() map[string]string { return nil }

func (f *watchers) Effective(ctx context.Context) (chaos.Sight, error) {
	select {
	case at := <-f.fanOut.whole:
		saw := fmt.Sprintf("an event reached all of %d watchers on %d streams, %s after they began",
			f.fanOut.watchers, len(f.streams), units.Latency(at.Sub(f.began)))
		return chaos.Sight{At: at, Saw: saw}, nil
	case <-ctx.Done():
	}
	f.writes.stop()
	f.reads.stop()
	stood, most := f.fanOut.reached()
	return chaos.Sight{}, fmt.Errorf("%d of %d watchers stood, and no event reached more than %d of them: %w",
		stood, f.fanOut.watchers, most, errors.Join(context.Cause(ctx), f.writes.err, f.reads.err))
}

// Heal cancels every watcher, waits a while for the members to confirm it, and ends all streams in any case.
func (f *watchers) Heal(ctx context.Context) error {
	f.writes.stop()
	for _, s := range f.streams {
		s.leave()
	}
	leaving, cancel := context.WithTimeout(ctx, farewell)
	defer cancel()
	_ = f.reads.wait(leaving) // what was not confirmed is known by stream
	_, err := f.writer.remove(ctx)
	return err
}

// Recovered waits for those members that have not confirmed yet: one that answers on a connection on which a stream was
// reset before has read that, and so has none of the stream's watchers either.
func (f *watchers) Recovered(ctx context.Context) (chaos.Sight, error) {
	confirmed := 0
	for _, s := range f.streams {
		if s.left {
			confirmed++
			continue
		}
		if err := caughtUp(ctx, f.target, s.member); err != nil {
			return chaos.Sight{}, fmt.Errorf("watchers may still stand: %w", err)
		}
	}
	sight, err := f.writer.awaitClean(ctx)
	sight.Saw += fmt.Sprintf("; %d of %d streams were seen to end", confirmed, len(f.streams))
	return sight, err
}
