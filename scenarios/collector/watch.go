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
	var next int64 // the revision from which changes have not been seen yet; 0 before the configuration was read
	for s.ctx.Err() == nil {
		if next == 0 {
			next = s.readConfig()
		}
		if next > 0 {
			next = s.watchOnce(next, standing)
		}
		select {
		case <-time.After(rewatchPause):
		case <-s.ctx.Done():
		}
	}
}

// readConfig reads the configuration as it is, and gives the revision from which a watch sees every later change; 0 when
// it could not be read.
func (s *service) readConfig() (next int64) {
	ctx, cancel := context.WithTimeout(s.ctx, time.Second)
	defer cancel()
	response, err := s.client.Get(ctx, ConfigKey)
	if err != nil {
		return 0
	}
	for _, kv := range response.Kvs {
		s.configure(string(kv.Value))
	}
	return response.Header.Revision + 1
}

// watchOnce follows one watch to its end, and gives the revision from which the next has to go on: what was written
// between two watches must not be lost. WithRequireLeader is what makes the member report the loss of its leader at
// all: without it a watch on a member that is cut off stays silent and open.
func (s *service) watchOnce(next int64, standing func()) int64 {
	ctx, cancel := context.WithCancel(clientv3.WithRequireLeader(s.ctx))
	defer cancel()
	for response := range s.client.Watch(ctx, ConfigKey, clientv3.WithCreatedNotify(), clientv3.WithRev(next)) {
		if err := response.Err(); err != nil {
			if errors.Is(err, rpctypes.ErrNoLeader) {
				s.leaderGone()
			}
			if response.CompactRevision > 0 {
				return 0 // what was written since is gone: read again
			}
			return next
		}
		if response.Created {
			s.leaderBack()
			standing()
		}
		for _, event := range response.Events {
			s.configure(string(event.Kv.Value))
			next = event.Kv.ModRevision + 1
		}
	}
	return next
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
