// Package registrytest is a member of etcd that exists in memory, for tests of registrars: leases, keys under them, and
// watches, which it loses its leader for when it is told to. The client is etcd's own, with all that it does by itself.
//
// Leases run in the bubble of testing/synctest, where an hour of renewals takes no time. Watches do not: the client's
// have a channel that was made outside of it.
package registrytest

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"aftershock/scenarios/collector/part"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/test/bufconn"
)

// Member is one member, and all that the cluster holds.
type Member struct {
	pb.UnimplementedLeaseServer
	pb.UnimplementedKVServer
	pb.UnimplementedWatchServer

	mu         sync.Mutex
	leaderless chan struct{} // closed while there is no leader, and replaced when there is one
	newest     int64
	leases     map[int64]*lease
	keys       map[string]int64 // key -> its lease
	watching   int
}

type lease struct {
	ttl      time.Duration
	renewed  time.Time
	renewals int
}

func (l *lease) alive() bool { return l != nil && time.Since(l.renewed) <= l.ttl }

// New starts a member and gives a wire to it. Both end with the test.
func New(t *testing.T) (*Member, part.Wire) {
	t.Helper()
	m := &Member{leaderless: make(chan struct{}), leases: map[int64]*lease{}, keys: map[string]int64{}}
	listener, server := bufconn.Listen(1<<16), grpc.NewServer()
	pb.RegisterLeaseServer(server, m)
	pb.RegisterKVServer(server, m)
	pb.RegisterWatchServer(server, m)
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(listener) }) // ends with Stop
	client, err := clientv3.New(clientv3.Config{
		Endpoints: []string{"passthrough:///member"}, Logger: zap.NewNop(), // which would tell of each attempt that is refused
		DialOptions: []grpc.DialOption{grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
			return listener.DialContext(ctx)
		})},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
		server.Stop()
		serving.Wait()
	})
	return m, part.Wire{Client: client, Count: func(string, uint64) {}}
}

// LoseLeader is what a member does that has lost its leader for three election time-outs: it ends all streams that
// require one, and refuses new ones, and calls that require one.
func (m *Member) LoseLeader() {
	m.mu.Lock()
	defer m.mu.Unlock()
	close(m.leaderless)
}

// FindLeader is the end of that.
func (m *Member) FindLeader() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.leaderless = make(chan struct{})
}

// Holds tells whether a key is there.
func (m *Member) Holds(key string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.leases[m.keys[key]].alive()
}

// Alive counts the leases that are.
func (m *Member) Alive() (count int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, l := range m.leases {
		if l.alive() {
			count++
		}
	}
	return count
}

// Renewals counts those of each lease, the oldest first.
func (m *Member) Renewals() (counts []int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id := range m.newest {
		counts = append(counts, m.leases[id+1].renewals)
	}
	return counts
}

// Watching counts the watches that stand.
func (m *Member) Watching() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.watching
}

func (m *Member) watches(more int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.watching += more
}

func (m *Member) lost() chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.leaderless
}
