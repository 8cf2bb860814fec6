package cluster

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"aftershock/chaos"
	"aftershock/internal/etcdclient"
	"aftershock/internal/nearest"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
)

// probeKey is what Write writes; it lies outside every workload's prefix.
const probeKey = chaos.Prefix + "probe"

// control talks to the members as an administrator: past all links, one connection a member.
type control struct {
	tls    *tls.Config       // nil without TLS
	access access            // the zero value where members let all clients in
	lease  atomic.Int64      // that keys are written under, on an external cluster
	dial   []grpc.DialOption // beside those of every client
	names  map[string]string // in members' certificates, by the host and port of their client URL

	mu        sync.Mutex
	endpoints map[string]string // member -> client URL
	clients   map[string]*clientv3.Client
}

// access is what a client needs for members that ask for a user.
type access struct {
	user     string
	password Secret
}

const (
	// tokenPatience bounds how long a member may take to give a user a token, which is all that clientv3.New waits for:
	// it connects nothing, and has no error when nothing is there (client/v3 3.7.3, client.go).
	tokenPatience = 10 * time.Second
	// warmPatience bounds the first request that each member is asked.
	warmPatience = 5 * time.Second
)

// reconnecting dials a member again soon after it was gone: gRPC would wait ever longer, up to two minutes.
var reconnecting = grpc.WithConnectParams(grpc.ConnectParams{
	Backoff: backoff.Config{
		BaseDelay: 50 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: time.Second,
	},
	MinConnectTimeout: askPatience,
})

func newControl(endpoints []Endpoint) *control {
	c := &control{endpoints: map[string]string{}, clients: map[string]*clientv3.Client{}}
	for _, e := range endpoints {
		c.reach(e)
	}
	return c
}

// reach sets the address of a member from now on.
func (c *control) reach(e Endpoint) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.endpoints[e.Member] = e.ClientURL
}

// forget closes the client of a member that is gone.
func (c *control) forget(member string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if client, ok := c.clients[member]; ok {
		_ = client.Close() // its connection is of no use any more
	}
	delete(c.clients, member)
	delete(c.endpoints, member)
}

// Admin returns a client that talks to one member, past all links.
func (c *control) Admin(member string) (*clientv3.Client, error) { return c.client(member) }

// client makes a client of a member on first use. It is connected by its first request.
func (c *control) client(member string) (*clientv3.Client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if client, ok := c.clients[member]; ok {
		return client, nil
	}
	if _, ok := c.endpoints[member]; !ok {
		return nil, fmt.Errorf("administrator: %w", nearest.Unknown("member", member,
			slices.Sorted(maps.Keys(c.endpoints))))
	}
	client, err := clientv3.New(clientv3.Config{
		Endpoints: []string{c.endpoints[member]}, DialTimeout: tokenPatience, TLS: c.tlsFor(c.endpoints[member]),
		Username: c.access.user, Password: string(c.access.password),
		DialOptions: append([]grpc.DialOption{reconnecting}, c.dial...),
		Logger:      zap.NewNop(), // the default logger's cost dominates under failures
	})
	if err != nil {
		return nil, fmt.Errorf("dial member %s: %w", member, err)
	}
	c.clients[member] = client
	return client, nil
}

// tlsFor is what a client URL is dialled with.
func (c *control) tlsFor(endpoint string) *tls.Config {
	_, host, _ := strings.Cut(endpoint, "://")
	name, ok := c.names[host]
	if c.tls == nil || !ok {
		return c.tls
	}
	named := c.tls.Clone()
	named.ServerName = name
	return named
}

// warm sends a request to each of the members at the same time, so that no fault's first request has to connect.
func (c *control) warm(ctx context.Context, members []string) error {
	ctx, cancel := context.WithTimeout(ctx, warmPatience)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	for _, member := range members {
		group.Go(func() error {
			client, err := c.client(member)
			if err == nil {
				_, err = client.Get(ctx, probeKey, clientv3.WithSerializable(), clientv3.WithCountOnly())
			}
			if err != nil {
				return fmt.Errorf("connect to member %s: %w", member, err)
			}
			return nil
		})
	}
	return group.Wait()
}

// rename gives a member its own name in place of a provisional one.
func (c *control) rename(from, to string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.endpoints[to], c.clients[to] = c.endpoints[from], c.clients[from]
	delete(c.endpoints, from)
	delete(c.clients, from)
}

// write commits a value through a member and reads it back linearizably.
func (c *control) write(ctx context.Context, member string) error {
	client, err := c.client(member)
	if err != nil {
		return err
	}
	value := strconv.FormatInt(time.Now().UnixNano(), 10)
	if _, err := client.Put(ctx, probeKey, value); err != nil {
		return fmt.Errorf("write through member %s: %w", member, err)
	}
	got, err := client.Get(ctx, probeKey)
	if err != nil {
		return fmt.Errorf("read through member %s: %w", member, err)
	}
	if len(got.Kvs) != 1 {
		return fmt.Errorf("read through member %s: the key that was written is absent", member)
	}
	return nil
}

// transfer asks the present leader to hand leadership over; while there is none, it is a chaos.ErrNoLeader. MoveLeader
// is refused by every other member.
func (c *control) transfer(ctx context.Context, present func() (chaos.Leadership, bool), to string) error {
	led, ok := present()
	if !ok {
		return fmt.Errorf("transfer leadership to %s: %w", to, chaos.ErrNoLeader)
	}
	leader := led.Member
	client, err := c.client(leader)
	if err != nil {
		return err
	}
	members, err := etcdclient.Members(ctx, client)
	if err != nil {
		return fmt.Errorf("list members through %s: %w", leader, err)
	}
	for _, m := range members.Members {
		if m.Name != to {
			continue
		}
		err := moveLeader(ctx, client, m.ID)
		if led, ok := present(); err != nil && ok && led.Member == to {
			return nil // just after it was asked for once more
		}
		if err != nil {
			return fmt.Errorf("move leader from %s to %s: %w", leader, to, err)
		}
		return nil
	}
	return fmt.Errorf("move leader from %s to %s: no such member", leader, to)
}

func (c *control) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var errs []error
	for member, client := range c.clients {
		if err := client.Close(); err != nil && !errors.Is(err, context.Canceled) {
			errs = append(errs, fmt.Errorf("close client of %s: %w", member, err))
		}
	}
	clear(c.clients)
	return errors.Join(errs...)
}

// moveAgain is after how long a leader is asked again to hand over.
const moveAgain = 3 * time.Second

// moveLeader asks a leader to hand over. Raft gives a transfer up that takes longer than an election's time-out, and
// the server goes on waiting for it, as long as it is let (etcd 3.7.3, etcdserver/server.go): so it is asked again.
func moveLeader(ctx context.Context, leader *clientv3.Client, to uint64) error {
	for {
		asking, cancel := context.WithTimeout(ctx, moveAgain)
		_, err := leader.MoveLeader(asking, to)
		again := err != nil && asking.Err() != nil && ctx.Err() == nil
		cancel()
		if !again {
			return err
		}
	}
}
