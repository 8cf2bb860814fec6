package cluster

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"aftershock/chaos"
	"aftershock/internal/nearest"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"
)

// probeKey is what Write writes; it lies outside every workload's prefix.
const probeKey = chaos.Prefix + "probe"

// control talks to the members as an administrator: past all links, one connection a member.
type control struct {
	tls    *tls.Config // nil without TLS
	access access      // the zero value where members let everybody in

	mu        sync.Mutex
	endpoints map[string]string // member -> client URL
	clients   map[string]*clientv3.Client
}

// access is what it takes to be let in by members that ask for a user.
type access struct {
	user     string
	password Secret
	options  []grpc.DialOption
}

func newControl(endpoints []Endpoint) *control {
	c := &control{endpoints: map[string]string{}, clients: map[string]*clientv3.Client{}}
	for _, e := range endpoints {
		c.reach(e)
	}
	return c
}

// reach says where a member is reached from now on.
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
		_ = client.Close() // its connection is of no use to anybody any more
	}
	delete(c.clients, member)
	delete(c.endpoints, member)
}

// Admin gives a client that talks to one member, past all links.
func (c *control) Admin(member string) (*clientv3.Client, error) { return c.client(member) }

// client dials a member on first use: clients that dial before the member listens pay gRPC's back-off of a second.
func (c *control) client(member string) (*clientv3.Client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if client, ok := c.clients[member]; ok {
		return client, nil
	}
	if _, ok := c.endpoints[member]; !ok {
		return nil, fmt.Errorf("administrator: %w", nearest.Unknown("member", member, slices.Sorted(maps.Keys(c.endpoints))))
	}
	client, err := clientv3.New(clientv3.Config{
		Endpoints: []string{c.endpoints[member]}, DialTimeout: 10 * time.Second, TLS: c.tls,
		Username: c.access.user, Password: string(c.access.password), DialOptions: c.access.options,
		Logger: zap.NewNop(), // the default logger's cost dominates under failures
	})
	if err != nil {
		return nil, fmt.Errorf("dial member %s: %w", member, err)
	}
	c.clients[member] = client
	return client, nil
}

// rename gives a member that was known by another name its own.
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

// transfer asks the present leader to hand leadership over; while there is none, it is a chaos.ErrNoLeader. MoveLeader is
// refused by every other member.
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
	members, err := client.MemberList(ctx, clientv3.WithSerializable())
	if err != nil {
		return fmt.Errorf("list members through %s: %w", leader, err)
	}
	for _, m := range members.Members {
		if m.Name != to {
			continue
		}
		if _, err := client.MoveLeader(ctx, m.ID); err != nil {
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
