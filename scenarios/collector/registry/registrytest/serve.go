package registrytest

import (
	"context"
	"slices"
	"time"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// awaitLeader is what a proposal does on a member without a leader: it waits for one. A call that requires one is
// refused.
func (m *Member) awaitLeader(ctx context.Context) error {
	for {
		select {
		case <-m.lost():
			if requiresLeader(ctx) {
				return rpctypes.ErrGRPCNoLeader
			}
		default:
			return nil
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// requiresLeader tells whether the client made the call under WithRequireLeader (api/v3rpc/interceptor.go of the
// server).
func requiresLeader(ctx context.Context) bool {
	header, _ := metadata.FromIncomingContext(ctx)
	return slices.Equal(header.Get(rpctypes.MetadataRequireLeaderKey), []string{rpctypes.MetadataHasLeader})
}

// LeaseGrant grants one more lease.
func (m *Member) LeaseGrant(ctx context.Context, r *pb.LeaseGrantRequest) (*pb.LeaseGrantResponse, error) {
	if err := m.awaitLeader(ctx); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.newest++
	m.leases[m.newest] = &lease{ttl: time.Duration(r.TTL) * time.Second, renewed: time.Now()}
	return &pb.LeaseGrantResponse{Header: &pb.ResponseHeader{}, ID: m.newest, TTL: r.TTL}, nil
}

// LeaseRevoke lets a lease expire at once.
func (m *Member) LeaseRevoke(ctx context.Context, r *pb.LeaseRevokeRequest) (*pb.LeaseRevokeResponse, error) {
	if err := m.awaitLeader(ctx); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.leases[r.ID].alive() {
		return nil, rpctypes.ErrGRPCLeaseNotFound
	}
	m.leases[r.ID].renewed = time.Time{} // so long ago that it has expired
	return &pb.LeaseRevokeResponse{Header: &pb.ResponseHeader{}}, nil
}

// Put attaches a key to a lease.
func (m *Member) Put(ctx context.Context, r *pb.PutRequest) (*pb.PutResponse, error) {
	if err := m.awaitLeader(ctx); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.leases[r.Lease].alive() {
		return nil, rpctypes.ErrGRPCLeaseNotFound
	}
	m.keys[string(r.Key)] = r.Lease
	return &pb.PutResponse{Header: &pb.ResponseHeader{}}, nil
}

// LeaseKeepAlive requires a leader: the client's streams always do, whatever their callers ask for.
func (m *Member) LeaseKeepAlive(stream grpc.BidiStreamingServer[pb.LeaseKeepAliveRequest, pb.LeaseKeepAliveResponse]) error {
	return untilLost(m.lost(), stream, func(r *pb.LeaseKeepAliveRequest) error {
		response := &pb.LeaseKeepAliveResponse{Header: &pb.ResponseHeader{}, ID: r.ID}
		m.mu.Lock()
		if l := m.leases[r.ID]; l.alive() {
			l.renewed = time.Now()
			l.renewals++
			response.TTL = int64(l.ttl / time.Second)
		}
		m.mu.Unlock()
		return stream.Send(response)
	})
}

// Watch stands until the leader is lost; nothing ever changes.
func (m *Member) Watch(stream grpc.BidiStreamingServer[pb.WatchRequest, pb.WatchResponse]) error {
	stands := 0
	defer func() { m.watches(-stands) }()
	return untilLost(m.lost(), stream, func(r *pb.WatchRequest) error {
		if r.GetCreateRequest() == nil {
			return nil
		}
		stands++
		m.watches(1)
		return stream.Send(&pb.WatchResponse{Header: &pb.ResponseHeader{}, Created: true})
	})
}

// untilLost answers the requests of a stream until it ends or the leader is lost.
func untilLost[Request, Response any](lost <-chan struct{}, stream grpc.BidiStreamingServer[Request, Response],
	answer func(*Request) error,
) error {
	requests := make(chan *Request)
	go func() { // ends with the stream, whose context ends when this handler returns
		defer close(requests)
		for {
			r, err := stream.Recv()
			if err != nil {
				return
			}
			select {
			case requests <- r:
			case <-stream.Context().Done():
				return
			}
		}
	}()
	for {
		select {
		case <-lost:
			return rpctypes.ErrGRPCNoLeader
		case r, ok := <-requests:
			if !ok {
				return nil
			}
			if err := answer(r); err != nil {
				return err
			}
		}
	}
}
