package collector

import (
	"context"
	"fmt"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

const (
	registrationKey = prefix + "members/1"
	// leaseTTL outlives any isolation that a scenario plans, so that what a trial measures is the loss of the leader and
	// not the loss of the registration.
	leaseTTL = 30 * time.Second
	// registerPause spaces attempts to register again.
	registerPause = 500 * time.Millisecond
)

// register takes a lease and puts the registration under it.
func (s *service) register(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	lease, err := s.client.Grant(ctx, int64(leaseTTL/time.Second))
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	if _, err := s.client.Put(ctx, registrationKey, s.env.Endpoint, clientv3.WithLease(lease.ID)); err != nil {
		return fmt.Errorf("register: %w", err)
	}
	s.lease.Store(int64(lease.ID))
	return nil
}

// keepRegistered keeps the lease alive, and registers again when it was lost.
func (s *service) keepRegistered() {
	for s.ctx.Err() == nil {
		s.keepAlive()
		if s.ctx.Err() != nil {
			return
		}
		s.leasesLost.Add(1)
		for s.register(s.ctx) != nil && s.ctx.Err() == nil {
			select {
			case <-time.After(registerPause):
			case <-s.ctx.Done():
			}
		}
	}
}

// keepAlive returns when the lease is lost, or the service stops.
func (s *service) keepAlive() {
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	alive, err := s.client.KeepAlive(ctx, clientv3.LeaseID(s.lease.Load()))
	if err != nil {
		return
	}
	for range alive { // each is an acknowledged renewal; the channel closes when the lease is gone
	}
}
