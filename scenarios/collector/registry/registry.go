// Package registry is the part of the collector that keeps an entry of the service in a registry: a key that is there
// for as long as its lease is renewed. Its seam is the registrar.
package registry

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"aftershock/internal/clock"
	"aftershock/results/ops"
	"aftershock/scenarios/collector/part"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc/stats"
)

// Key is the entry. The service's other keys share a lease with another registration, which outlives any
// isolation.
const Key = part.Prefix + "registry/1"

// What the service counts of its entry.
const (
	Unregistered = "unregistered" // time, in ns, for which the entry was not there after it had been there first
	// 1 where it is not there at the end, so that the time is at least what was seen
	UnregisteredAtEnd = "unregistered_end"
	Lost              = "registrations_lost" // how often it went
	LeasesLeft        = "leases_left"        // granted to the registrar and alive at the end, beside the one in use
	Renewals          = "renewals"           // requests to renew a lease that the registrar's client has sent
)

// Counters are the counters that fixes of registrars declare.
var Counters = []ops.Counter{
	{Name: Unregistered, Unit: "ns", Better: ops.Lower, Cut: UnregisteredAtEnd},
	{Name: UnregisteredAtEnd, Unit: "entries"},
	{Name: Lost, Unit: "registrations", Better: ops.Lower},
	{Name: LeasesLeft, Unit: "leases", Better: ops.Lower}, {Name: Renewals, Unit: "requests", Better: ops.Lower},
}

const (
	// lookPause spaces looks at the entry.
	lookPause = 50 * time.Millisecond
	// lookPatience is how long each look may take. The members take turns, and one that is cut off does not answer: a
	// long wait for it would hide what the others know.
	lookPatience = 100 * time.Millisecond
)

// Setting is how many seconds the entry lives unrenewed; at least 1.5 election time-outs.
const Setting = "registration"

// Part is the part with this registrar.
func Part(newRegistrar func(part.Wire) Registrar) part.Part {
	return part.Part{
		Seam:     "NewRegistrar",
		Settings: []part.Setting{{Name: Setting, Most: 3600, Clustered: "without one, there is no registry"}},
		Figures:  []string{Unregistered, Lost, LeasesLeft, Renewals},
		New: func(on part.Base) part.Life {
			return &registry{
				Base: on, newRegistrar: newRegistrar, ttl: time.Duration(on.Settings[Setting]) * time.Second,
			}
		},
	}
}

// registry is the service's entry in the registry. A registrar keeps it there, with a client of its own. An observer
// checks past all links whether it is there. The two share only the key.
type registry struct {
	part.Base
	newRegistrar func(part.Wire) Registrar
	ttl          time.Duration
	bystander    *clientv3.Client // nil before Start
	running      sync.WaitGroup

	mu      sync.Mutex
	granted []clientv3.LeaseID
}

// Start returns when the entry was there first.
func (r *registry) Start(ctx context.Context) (err error) {
	on := r.Wire
	on.Client, err = on.Dial(on.Links[:1],
		part.Observe(r.see, part.LeaseGrant, part.LeaseKeepAlive))
	if err != nil {
		return fmt.Errorf("connect the registrar: %w", err)
	}
	if r.bystander, err = r.Truth(); err != nil {
		return fmt.Errorf("connect past all links: %w", err)
	}
	r.running.Go(func() { r.newRegistrar(on).Keep(ctx, Key, on.Links[0], r.ttl) })
	entered := make(chan struct{})
	r.running.Go(func() { r.watch(ctx, sync.OnceFunc(func() { close(entered) })) })
	select {
	case <-entered:
		return nil
	case <-time.After(part.Patience):
		return fmt.Errorf("the registrar has not entered %s within %v", Key, part.Patience)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// watch looks at the entry until the context ends, and once more then: what came back between the last look and the
// end is there at the end. Entered is called whenever it is there.
func (r *registry) watch(ctx context.Context, entered func()) {
	look := time.NewTicker(lookPause)
	defer look.Stop()
	known := presence{count: r.Count}
	lookAgain := func(ctx context.Context) {
		if there, err := r.look(ctx); err == nil {
			known.saw(there, clock.Now())
			if there {
				entered()
			}
		}
	}
	for ctx.Err() == nil {
		lookAgain(ctx)
		select {
		case <-look.C:
		case <-ctx.Done():
		}
	}
	lookAgain(context.WithoutCancel(ctx))
	known.end(clock.Now())
}

// look is linearizable: a member that is cut off may hold the entry for as long as it is.
func (r *registry) look(ctx context.Context) (there bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, lookPatience)
	defer cancel()
	got, err := r.bystander.Get(ctx, Key, clientv3.WithCountOnly())
	return err == nil && got.Count > 0, err
}

// Close counts the leases that are left, once none is renewed any more. One that still runs out by itself counts as
// well, so a scenario has to leave time for that.
func (r *registry) Close(ctx context.Context) error {
	r.running.Wait()
	if r.bystander == nil {
		return nil
	}
	left, err := r.left(ctx)
	if err != nil { // "none left" would be a figure that was not measured
		return fmt.Errorf("count the leases that are left: %w", err)
	}
	r.Count(LeasesLeft, left)
	return nil
}

// left counts the leases that were granted and are alive, beside the one in use. Each is asked for by itself, because
// every member passes that on to the leader, while the list of all leases comes from the asked member, which may be
// behind. The answer is in whole seconds, rounded down: a lease in its last one counts as gone.
func (r *registry) left(ctx context.Context) (count uint64, err error) {
	entry, err := r.bystander.Get(ctx, Key)
	if err != nil {
		return 0, err
	}
	used := clientv3.NoLease
	for _, kv := range entry.Kvs {
		used = clientv3.LeaseID(kv.Lease)
	}
	for _, id := range r.leases() {
		if id == used {
			continue
		}
		lease, err := r.bystander.TimeToLive(ctx, id)
		if err != nil {
			return 0, fmt.Errorf("lease %x: %w", id, err)
		}
		if lease.TTL > 0 {
			count++
		}
	}
	return count, nil
}

// see observes the messages of the registrar's client: which leases it was granted, and how often it asks for their
// renewal. Only here it shows what the client library does without its caller's knowledge.
func (r *registry) see(_ *part.Attempt, event stats.RPCStats) {
	switch message := event.(type) {
	case *stats.OutPayload:
		if _, ok := message.Payload.(*pb.LeaseKeepAliveRequest); ok {
			r.Count(Renewals, 1)
		}
	case *stats.InPayload:
		if grant, ok := message.Payload.(*pb.LeaseGrantResponse); ok {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.granted = append(r.granted, clientv3.LeaseID(grant.ID))
		}
	}
}

// leases gives those that were granted, the oldest first.
func (r *registry) leases() []clientv3.LeaseID {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.granted)
}
