package frozen

import (
	"context"
	"slices"
	"time"

	"aftershock/internal/clock"

	"golang.org/x/sync/errgroup"
)

// closed is the control: the loop of most load tools and of etcd's tools/benchmark. Each worker sends, waits, takes the
// time from when it sent, and sends again when its share of the rate is due. During a freeze each is stuck in one
// request, and what should have been sent meanwhile is neither sent nor counted.
func (t Trial) closed(ctx context.Context, addr string, epoch clock.Nanos) ([]time.Duration, error) {
	c, err := dial(addr, conns, closedWorkers)
	if err != nil {
		return nil, err
	}
	defer func() { _ = c.Close() }() // everything has been answered by then
	each := make([][]time.Duration, closedWorkers)
	group, ctx := errgroup.WithContext(ctx)
	for w := range closedWorkers {
		group.Go(func() (err error) { each[w], err = t.closedWorker(ctx, c, w, epoch); return })
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(each...), nil
}

func (t Trial) closedWorker(ctx context.Context, c *client, worker int, epoch clock.Nanos) ([]time.Duration, error) {
	period := time.Duration(closedWorkers / t.Rate * float64(time.Second))
	end := epoch.Add(t.Length)
	var latencies []time.Duration
	for next := epoch.Add(period * time.Duration(worker) / closedWorkers); next < end; {
		if err := clock.SleepUntil(ctx, next); err != nil {
			return nil, err
		}
		sent := clock.Now()
		if err := c.call(worker, len(latencies), end.Add(2*t.Freeze)); err != nil {
			return nil, err
		}
		latencies = append(latencies, clock.Now().Sub(sent))
		next = max(next.Add(period), clock.Now())
	}
	return latencies, nil
}
