package collector

import (
	"context"
	"sync/atomic"
	"time"

	"aftershock/harness"
	"aftershock/internal/clock"
)

// cancelPeriod is that of which the shared context is cancelled for the share that the scenario gives.
const cancelPeriod = 20 * time.Millisecond

// leadership is what the service knows of the cluster's leader: a context that its watch handler shares with map
// building, and that is cancelled for as long as there is no leader. Without a cluster no loss is ever reported.
//
// One goroutine reports, and any number of goroutines ask.
type leadership struct {
	ctx     context.Context // the service's own
	signal  func(what harness.Signal, at clock.Nanos)
	current atomic.Pointer[sharedContext]
}

type sharedContext struct {
	context.Context
	cancel context.CancelFunc
}

func newLeadership(ctx context.Context, signal func(harness.Signal, clock.Nanos)) *leadership {
	l := &leadership{ctx: ctx, signal: signal}
	l.renew()
	return l
}

// shared is the context to build the next batch under. It is the plain one of the standard library: a type of our own
// around it would add its own cost to each call, which is what one of the fixes measures.
func (l *leadership) shared() context.Context { return l.current.Load().Context }

func (l *leadership) lost() bool { return l.shared().Err() != nil }

// gone records that there is no leader.
func (l *leadership) gone() {
	if l.lost() {
		return
	}
	l.current.Load().cancel()
	l.signal(harness.LeaderGone, clock.Now())
}

// back records that there is one again.
func (l *leadership) back() {
	if !l.lost() {
		return
	}
	l.renew()
	l.signal(harness.LeaderBack, clock.Now())
}

func (l *leadership) renew() {
	ctx, cancel := context.WithCancel(l.ctx)
	l.current.Store(&sharedContext{ctx, cancel})
}

// cancel cancels the shared context as the loss of a leader would, and reports no event: it is none of a cluster.
func (l *leadership) cancel() { l.current.Load().cancel() }

// alternate cancels and renews the shared context until the service stops: cancelled for that share of each period, in
// percent, by the clock alone. So both arms meet the same, whatever they do.
func (l *leadership) alternate(share int) {
	if share >= 100 {
		return
	}
	lost := cancelPeriod * time.Duration(share) / 100
	change := time.NewTimer(lost)
	defer change.Stop()
	for {
		select {
		case <-change.C:
		case <-l.ctx.Done():
			return
		}
		if l.lost() {
			l.renew()
			change.Reset(cancelPeriod - lost)
		} else {
			l.cancel()
			change.Reset(lost)
		}
	}
}
