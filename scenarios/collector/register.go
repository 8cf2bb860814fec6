package collector

import (
	"context"
	"fmt"
	"time"

	"aftershock/scenarios/collector/part"

	clientv3 "go.etcd.io/etcd/client/v3"
)

const (
	registrationKey = part.Prefix + "members/1"
	// leaseTTL outlives any isolation that a scenario plans, so that what a trial measures is the loss of the leader
	// and not the loss of the registration.
	leaseTTL = 30 * time.Second
	// registerPause spaces attempts to register again.
	registerPause = 500 * time.Millisecond
)

// register takes a lease and puts the registration under it.
func (r *remote) register(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, part.Patience)
	defer cancel()
	lease, err := r.client.Grant(ctx, int64(leaseTTL/time.Second))
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	if _, err := r.client.Put(ctx, registrationKey, r.env.Endpoint, clientv3.WithLease(lease.ID)); err != nil {
		return fmt.Errorf("register: %w", err)
	}
	r.lease.Store(int64(lease.ID))
	return nil
}

// keepRegistered keeps the lease alive, and registers again when it was lost.
func (r *remote) keepRegistered() {
	for r.ctx.Err() == nil {
		r.keepAlive()
		if r.ctx.Err() != nil {
			return
		}
		r.leasesLost.Add(1)
		for r.register(r.ctx) != nil && r.ctx.Err() == nil {
			select {
			case <-time.After(registerPause):
			case <-r.ctx.Done():
			}
		}
	}
}

// keepAlive returns when the lease is lost, or the service stops.
func (r *remote) keepAlive() {
	ctx, cancel := context.WithCancel(r.ctx)
	defer cancel()
	alive, err := r.client.KeepAlive(ctx, clientv3.LeaseID(r.lease.Load()))
	if err != nil {
		return
	}
	for range alive { // each is an acknowledged renewal; the channel closes when the lease is gone
	}
}
