package kv

import (
	"context"
	"fmt"
	"sync/atomic"

	"aftershock/results/ops"
	"aftershock/scenarios/etcderr"

	clientv3 "go.etcd.io/etcd/client/v3"
	"golang.org/x/sync/errgroup"
)

// The lives of leases, in seconds: of those that a stream grants, which then expire, and of those that it keeps alive,
// which outlive the trial.
const (
	grantedFor = 60
	keptFor    = 3600
)

// grant grants a lease. One that may have been granted is ambiguous, like a write.
func (s *service) grant(ctx context.Context, o operation) ops.Reason {
	_, err := o.client.Grant(ctx, grantedFor)
	return etcderr.ClassifyWrite(err)
}

// keepingAlive renews leases once each, in turn: as many as there are callers in a closed loop.
func (s *service) keepingAlive() (func(context.Context, operation) (ops.Reason, int64), error) {
	ctx, cancel := context.WithTimeout(s.ctx, fillPatience)
	defer cancel()
	leases := make([]clientv3.LeaseID, s.config.Clients)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(fillers)
	for i := range leases {
		group.Go(func() error {
			granted, err := s.clients[i%len(s.clients)].Grant(ctx, keptFor)
			if err != nil {
				return fmt.Errorf("grant lease %d: %w", i+1, err)
			}
			leases[i] = granted.ID
			return nil
		})
	}
	var next atomic.Uint64
	return plain(func(ctx context.Context, o operation) ops.Reason {
		lease := leases[next.Add(1)%uint64(len(leases))]
		_, err := o.client.KeepAliveOnce(ctx, lease)
		return etcderr.ClassifyRead(err)
	}), group.Wait()
}
