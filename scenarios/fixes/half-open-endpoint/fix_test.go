package halfopenendpoint

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"aftershock/chaos/network"
	"aftershock/scenarios/collector/lookups"
	"aftershock/scenarios/collector/part"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/peer"
)

// member answers every read.
type member struct{ pb.UnimplementedKVServer }

func (member) Range(_ context.Context, r *pb.RangeRequest) (*pb.RangeResponse, error) {
	return &pb.RangeResponse{Header: &pb.ResponseHeader{}, Kvs: []*mvccpb.KeyValue{{Key: r.Key, Value: []byte("value")}}}, nil
}

// serve gives three links to a member that listens until the test ends; who is behind them makes no difference here.
func serve(t *testing.T) (links []*network.ClientLink, addresses []string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	pb.RegisterKVServer(server, member{})
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	for _, name := range []string{"n1", "n2", "n3"} {
		link, err := network.ListenClient("collector", name, listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(link.Close)
		links, addresses = append(links, link), append(addresses, link.Addr())
	}
	return links, addresses
}

// connect gives an arm that has a connection over each link, and what it is configured with.
func connect(t *testing.T, arm func(part.Wire) lookups.Reader, addresses []string) (
	reader lookups.Reader, config clientv3.Config,
) {
	t.Helper()
	var client *clientv3.Client
	answered := answers{}
	reader = arm(part.Wire{
		Links: addresses,
		Dial: func(links []string, change func(*clientv3.Config)) (_ *clientv3.Client, err error) {
			config = clientv3.Config{
				Endpoints: links, Logger: zap.NewNop(), DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(answered.note)},
			}
			if change != nil {
				change(&config)
			}
			client, err = clientv3.New(config)
			return client, err
		},
	})
	if err := reader.Connect(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	for len(answered) < len(addresses) { // the first read connects, and waits for one connection only
		if _, err := reader.Read(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return reader, config
}

// answers are the addresses from which a read was answered. A connection that is only open is none: what was said to set it up
// has passed over the link as well.
type answers map[string]bool

func (a answers) note(ctx context.Context, method string, request, response any, c *grpc.ClientConn, invoke grpc.UnaryInvoker,
	options ...grpc.CallOption,
) error {
	var from peer.Peer
	err := invoke(ctx, method, request, response, c, append(options, grpc.Peer(&from))...)
	if err == nil {
		a[from.Addr.String()] = true
	}
	return err
}

func TestEveryThirdReadHangsOnlyBefore(t *testing.T) {
	const reads, patience = 9, time.Second
	for name, arm := range map[string]struct {
		reader    func(part.Wire) lookups.Reader
		hangs     int
		keepAlive time.Duration
	}{"before": {newBefore, reads / 3, 0}, "after": {newAfter, 0, 10 * time.Second}} {
		t.Run(name, func(t *testing.T) {
			links, addresses := serve(t)
			reader, config := connect(t, arm.reader, addresses)
			if config.DialKeepAliveTime != arm.keepAlive {
				t.Errorf("connections are asked for a sign of life every %v, want %v", config.DialKeepAliveTime, arm.keepAlive)
			}
			if n, heal := links[0].HalfOpen(); n != 1 {
				t.Fatalf("%d connections to one endpoint, want 1", n)
			} else {
				defer heal()
			}
			hangs := 0
			for range reads {
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				value, err := reader.Read(ctx)
				cancel()
				switch {
				case errors.Is(err, context.DeadlineExceeded):
					hangs++
				case err != nil || value != "value":
					t.Errorf("it reads %q, %v", value, err)
				}
			}
			if hangs != arm.hangs {
				t.Errorf("%d reads of %d wait for an answer in vain, want %d", hangs, reads, arm.hangs)
			}
		})
	}
}

// The repair's second half works on a time that no trial lasts: gRPC asks every 10 s at most.
func TestOnlyTheRepairGivesUpTheConnection(t *testing.T) {
	t.Parallel()
	links := map[string]*network.ClientLink{} // those that are half-open
	var readers []lookups.Reader
	for name, arm := range map[string]func(part.Wire) lookups.Reader{"before": newBefore, "after": newAfter} {
		all, addresses := serve(t)
		reader, _ := connect(t, arm, addresses)
		_, heal := all[0].HalfOpen()
		defer heal()
		links[name], readers = all[0], append(readers, reader)
	}
	until, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for links["after"].Up.Connections() == 0 && until.Err() == nil {
		for _, reader := range readers { // a connection on which no call waits for an answer is not asked
			attempt, cancel := context.WithTimeout(until, patience)
			_, _ = reader.Read(attempt)
			cancel()
		}
	}
	if b, a := links["before"].Up.Connections(), links["after"].Up.Connections(); b != 0 || a != 1 {
		t.Errorf("there are %d and %d connections that work to the endpoint, want none before and one after", b, a)
	}
}

func TestBothReadTheSameWhenAllIsWell(t *testing.T) {
	_, addresses := serve(t)
	for name, arm := range map[string]func(part.Wire) lookups.Reader{"before": newBefore, "after": newAfter} {
		reader, _ := connect(t, arm, addresses)
		if value, err := reader.Read(t.Context()); value != "value" || err != nil {
			t.Errorf("%s reads %q, %v", name, value, err)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if value, err := reader.Read(ended); !errors.Is(err, context.Canceled) {
			t.Errorf("%s reads %q for a request that has ended, %v", name, value, err)
		}
	}
}
