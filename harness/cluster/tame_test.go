package cluster

import (
	"context"
	"net"
	"path"
	"slices"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/network"
	"aftershock/internal/clock"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"
)

// tame is a real cluster to which nothing can be done: it says that it did what it was asked for, and did not. Its
// members talk, elect and serve as always.
type tame struct {
	*Processes
	silent *network.PeerNetwork // links over which nothing passes
	idle   *network.ClientLink  // of a client that is connected and says nothing
	admins map[string]*clientv3.Client
}

// tamed gives such a cluster, whose administrators' requests are answered and not done where they are named.
func tamed(t *testing.T, c *Processes, unheard deaf) *tame {
	t.Helper()
	f := &tame{Processes: c, admins: map[string]*clientv3.Client{}}
	members := map[string]string{}
	for _, m := range c.Members() {
		members[m] = ""
	}
	var err error
	if f.silent, err = network.Listen(members); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.silent.Close)
	for _, e := range c.Endpoints() {
		f.admins[e.Member] = unheard.admin(t, c, e)
	}
	f.idle = idleLink(t, c)
	return f
}

// idleLink is a link with an open connection on which nothing is said.
func idleLink(t *testing.T, c *Processes) *network.ClientLink {
	t.Helper()
	member, _ := c.Pinned("tenant")
	address, err := c.target(member)
	if err != nil {
		t.Fatal(err)
	}
	link, err := network.ListenClient("tenant", member, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(link.Close)
	conn, err := net.Dial("tcp", link.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	for link.Up.Connections() == 0 && t.Context().Err() == nil {
		time.Sleep(time.Millisecond)
	}
	return link
}

func (f *tame) Crash(context.Context, string) (clock.Nanos, error) { return clock.Now(), nil }
func (f *tame) Stop(context.Context, string) (clock.Nanos, error)  { return clock.Now(), nil }
func (f *tame) Restart(context.Context, string) error              { return nil }
func (f *tame) Pause(string) error                                 { return nil }
func (f *tame) Resume(string) error                                { return nil }
func (f *tame) Partition(chaos.Grudge) (func(), error)             { return func() {}, nil }
func (f *tame) ResetPeers(string, string) (int, error)             { return 3, nil }
func (f *tame) Transfer(context.Context, string) error             { return nil }
func (f *tame) Add(context.Context, string, bool) error            { return nil }
func (f *tame) Promote(context.Context, string) error              { return nil }
func (f *tame) Remove(context.Context, string) error               { return nil }
func (f *tame) Restore(context.Context, string) error              { return nil }
func (f *tame) Next() (string, error)                              { return "3.6.0", nil }
func (f *tame) Switch(string) error                                { return nil }
func (f *tame) Reissue(string, chaos.Life) (string, error)         { return "0123456789abcdef", nil }

func (f *tame) PeerLink(from, to string) (*network.Link, error) { return f.silent.Link(from, to) }
func (f *tame) ClientLink(string) (*network.ClientLink, error)  { return f.idle, nil }
func (f *tame) Admin(member string) (*clientv3.Client, error)   { return f.admins[member], nil }

// deaf are requests of etcd's API, such as Put, that are answered and do not reach the member.
type deaf []string

func (d deaf) admin(t *testing.T, c *Processes, e Endpoint) *clientv3.Client {
	t.Helper()
	client, err := clientv3.New(clientv3.Config{
		Endpoints: []string{e.ClientURL}, TLS: c.control.tls, Logger: zap.NewNop(),
		DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(d.unary),
			grpc.WithChainStreamInterceptor(d.stream)},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

func (d deaf) unary(ctx context.Context, method string, request, answer any, c *grpc.ClientConn,
	invoke grpc.UnaryInvoker,
	options ...grpc.CallOption,
) error {
	if !slices.Contains(d, path.Base(method)) {
		return invoke(ctx, method, request, answer, c, options...)
	}
	if put, ok := answer.(*pb.PutResponse); ok {
		put.Header = &pb.ResponseHeader{Revision: 1}
	}
	return nil
}

func (d deaf) stream(ctx context.Context, of *grpc.StreamDesc, c *grpc.ClientConn, method string, open grpc.Streamer,
	options ...grpc.CallOption,
) (grpc.ClientStream, error) {
	s, err := open(ctx, of, c, method, options...)
	if err == nil && slices.Contains(d, path.Base(method)) {
		s = mute{s}
	}
	return s, err
}

// mute is a stream on which nothing is said either way.
type mute struct{ grpc.ClientStream }

func (mute) SendMsg(any) error { return nil }

func (m mute) RecvMsg(any) error {
	<-m.Context().Done()
	return m.Context().Err()
}
