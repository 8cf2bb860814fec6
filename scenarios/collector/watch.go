package collector

import (
	"context"
	"errors"
	"time"

	"aftershock/harness"
	"aftershock/internal/clock"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// ConfigKey is watched for the service's configuration: the scrape interval, such as 500ms.
const ConfigKey = prefix + "config"

// The scrape intervals that a configuration may ask for.
const (
	shortestInterval = 100 * time.Millisecond
	longestInterval  = time.Minute
)

// rewatchPause spaces attempts to watch again: on a member without a leader each fails within a millisecond.
const rewatchPause = 50 * time.Millisecond

// watch follows the configuration until the service stops. When the watch reports that the cluster has no leader it
// cancels the shared context; when a new watch stands, it renews it. Standing is called with every watch that stands.
func (s *service) watch(standing func()) {
	for s.ctx.Err() == nil {
		s.watchOnce(standing)
		select {
		case <-time.After(rewatchPause):
		case <-s.ctx.Done():
		}
	}
}

// watchOnce follows one watch to its end. WithRequireLeader is what makes the member report the loss of its leader at
// all: without it a watch on a member that is cut off stays silent and open.
func (s *service) watchOnce(standing func()) {
	ctx, cancel := context.WithCancel(clientv3.WithRequireLeader(s.ctx))
	defer cancel()
	for response := range s.client.Watch(ctx, ConfigKey, clientv3.WithCreatedNotify()) {
		if err := response.Err(); err != nil {
			if errors.Is(err, rpctypes.ErrNoLeader) {
				s.leaderGone()
			}
			return
		}
		if response.Created {
			s.leaderBack()
			standing()
		}
		for _, event := range response.Events {
			s.configure(string(event.Kv.Value))
		}
	}
}

// configure takes a new scrape interval. One that cannot be used changes nothing: a service must not fall over because
// of what somebody has written into etcd.
func (s *service) configure(value string) {
	interval, err := time.ParseDuration(value)
	if err != nil || interval < shortestInterval || interval > longestInterval {
		return
	}
	select {
	case <-s.scraper.intervals: // the newest counts
	default:
	}
	s.scraper.intervals <- interval
}

func (s *service) leaderless() bool { return s.shared.Load().ctx.Err() != nil }

func (s *service) leaderGone() {
	if s.leaderless() {
		return
	}
	s.shared.Load().cancel()
	s.env.Signal(harness.LeaderGone, clock.Now())
}

func (s *service) leaderBack() {
	if !s.leaderless() {
		return
	}
	s.renewShared()
	s.env.Signal(harness.LeaderBack, clock.Now())
}

func (s *service) renewShared() {
	ctx, cancel := context.WithCancel(s.ctx)
	s.shared.Store(&sharedContext{ctx: ctx, cancel: cancel})
}
