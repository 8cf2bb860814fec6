package collector

import (
	"context"
	"slices"
	"sync"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc/stats"
)

// leaseTraffic observes a client's messages: which leases it was granted, and how often it asks for their renewal. Only
// here it shows what the client library does without its caller's knowledge.
type leaseTraffic struct {
	count Count

	mu      sync.Mutex
	granted []clientv3.LeaseID
}

func (t *leaseTraffic) HandleRPC(_ context.Context, s stats.RPCStats) {
	switch message := s.(type) {
	case *stats.OutPayload:
		if _, ok := message.Payload.(*pb.LeaseKeepAliveRequest); ok {
			t.count(Renewals, 1)
		}
	case *stats.InPayload:
		if grant, ok := message.Payload.(*pb.LeaseGrantResponse); ok {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.granted = append(t.granted, clientv3.LeaseID(grant.ID))
		}
	}
}

// TagRPC, TagConn and HandleConn are the rest of stats.Handler.
func (t *leaseTraffic) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context   { return ctx }
func (t *leaseTraffic) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }
func (t *leaseTraffic) HandleConn(context.Context, stats.ConnStats)                       {}

// leases gives those that were granted, the oldest first.
func (t *leaseTraffic) leases() []clientv3.LeaseID {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.granted)
}
