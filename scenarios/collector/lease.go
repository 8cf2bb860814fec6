package collector

import (
	"context"
	"fmt"
	"sync"
	"time"

	"aftershock/internal/clock"
	"aftershock/results/ops"

	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc"
)

// RegistryKey is the entry. The service's other keys share a lease with another registration, which outlives any
// isolation.
const RegistryKey = prefix + "registry/1"

// What the service counts of its entry.
const (
	Unregistered = "unregistered" // time, in ns, for which the entry was not there after it had been there first
	// 1 where it is not there at the end, so that the time is at least what was seen
	UnregisteredAtEnd = "unregistered_end"
	RegistrationsLost = "registrations_lost" // how often it went
	LeasesLeft        = "leases_left"        // that the registrar had been granted, and that are alive at the end beside the one in use
	Renewals          = "renewals"           // requests to renew a lease that the registrar's client has sent
)

// RegistryCounters are the counters that fixes of registrars declare.
var RegistryCounters = []ops.Counter{
	{Name: Unregistered, Unit: "ns", Better: ops.Lower, Cut: UnregisteredAtEnd}, {Name: UnregisteredAtEnd,
		Unit: "entries"},
	{Name: RegistrationsLost, Unit: "registrations", Better: ops.Lower},
	{Name: LeasesLeft, Unit: "leases", Better: ops.Lower}, {Name: Renewals, Unit: "requests", Better: ops.Lower},
}

const (
	// lookPause spaces looks at the entry.
	lookPause = 50 * time.Millisecond
	// lookPatience is how long each look may take. The members take turns, and one that is cut off does not answer: a
	// long wait for it would hide what the others know.
	lookPatience = 100 * time.Millisecond
)

// registry is the service's entry in the registry. A registrar keeps it there, with a client of its own. An observer
// checks past all links whether it is there. The two share only the key.
type registry struct {
	on        Wire
	registrar func(Wire) Registrar
	ttl       time.Duration
	truth     func() (*clientv3.Client, error)
	traffic   *leaseTraffic
	bystander *clientv3.Client // nil before start
	running   sync.WaitGroup
}

func newRegistry(on Wire, registrar func(Wire) Registrar, ttl time.Duration, truth func() (*clientv3.Client, error)) *registry {
	return &registry{on: on, registrar: registrar, ttl: ttl, truth: truth, traffic: &leaseTraffic{count: on.Count}}
}

// start returns when the entry was there first.
func (r *registry) start(ctx context.Context) (err error) {
	on := r.on
	on.Client, err = on.Dial(on.Links[:1], func(c *clientv3.Config) {
		c.DialOptions = append(c.DialOptions, grpc.WithStatsHandler(r.traffic))
	})
	if err != nil {
		return fmt.Errorf("connect the registrar: %w", err)
	}
	if r.bystander, err = r.truth(); err != nil {
		return fmt.Errorf("connect past all links: %w", err)
	}
	r.running.Go(func() { r.registrar(on).Keep(ctx, RegistryKey, on.Links[0], r.ttl) })
	entered := make(chan struct{})
	r.running.Go(func() { r.watch(ctx, sync.OnceFunc(func() { close(entered) })) })
	select {
	case <-entered:
		return nil
	case <-time.After(connectPatience):
		return fmt.Errorf("the registrar has not entered %s within %v", RegistryKey, connectPatience)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// watch looks at the entry until the context ends, and once more then: what came back between the last look and the
// end is there at the end. Entered is called whenever it is there.
func (r *registry) watch(ctx context.Context, entered func()) {
	look := time.NewTicker(lookPause)
	defer look.Stop()
	known := presence{count: r.on.Count}
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
	got, err := r.bystander.Get(ctx, RegistryKey, clientv3.WithCountOnly())
	return err == nil && got.Count > 0, err
}

func (r *registry) operation(string) operation { return nil }

// close counts the leases that are left, once none is renewed any more. One that still runs out by itself counts as
// well, so a scenario has to leave time for that.
func (r *registry) close(ctx context.Context) error {
	r.running.Wait()
	if r.bystander == nil {
		return nil
	}
	left, err := r.left(ctx)
	if err != nil { // "none left" would be a figure that was not measured
		return fmt.Errorf("count the leases that are left: %w", err)
	}
	r.on.Count(LeasesLeft, left)
	return nil
}

// left counts the leases that were granted and are alive, beside the one in use. Each is asked for by itself, because
// every member passes that on to the leader, while the list of all leases comes from the asked member, which may be
// behind. The answer is in whole seconds, rounded down: a lease in its last one counts as gone.
func (r *registry) left(ctx context.Context) (count uint64, err error) {
	entry, err := r.bystander.Get(ctx, RegistryKey)
	if err != nil {
		return 0, err
	}
	used := clientv3.NoLease
	for _, kv := range entry.Kvs {
		used = clientv3.LeaseID(kv.Lease)
	}
	for _, id := range r.traffic.leases() {
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
