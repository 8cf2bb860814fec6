package faults

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"strconv"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
	"aftershock/internal/units"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// leaseStorm grants many leases, each with a key, as fast as the cluster takes them. No client keeps them alive, so
// they expire as they were granted, within a short time of each other: a fleet whose connections all broke at once.
// etcd looks for expired leases twice a second and revokes at most 500 each time (lease/lessor.go), each as a proposal
// of its own, 16 at a time (etcdserver/server.go); so thousands of them keep the leader busy for seconds after the
// first has expired.
//
//	leases  how many there are: 10 to 100000, 2000 unless told
//	ttl     how long each lives: 2s to 1m, 2s unless told; whole seconds, and etcd raises it to 1.5 election time-outs
//
// The hold has to be longer than ttl and a second for each 1000 leases, or some would not have expired: Inject refuses
// a shorter one. What granting takes comes on top of it; a lease whose time that exceeds has expired before the last
// was granted. It took effect when a watch has seen a quarter of the keys go with their leases, from the first of them
// on. A new leader gives every lease its whole time again, and a storm whose leases outlive it is none. It is over when
// neither a lease nor a key of it is left.
var leaseStorm = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "lease-storm", Aim: plan.AtCluster, Held: true, Takes: []plan.Resource{plan.Load}, Uses: wholeCluster,
		Settle: time.Second,
		Params: []plan.Param{
			{
				Name: "leases", Kind: plan.Count, Default: "2000", Low: "10", High: "100000",
				Says: "how many leases are granted, each with a key",
			},
			{
				Name: "ttl", Kind: plan.Duration, Default: "2s", Low: "2s", High: "1m",
				Says: "how long each lease lives",
			},
		},
	},
	Group:   chaos.OfLoad,
	Summary: "thousands of leases are granted at once, and expire together",
	Needs:   []chaos.Ability{chaos.CanAdminister},
	Inject:  injectLeaseStorm,
}

// revokedASecond is the most that etcd does (defaultLeaseRevokeRate in lease/lessor.go).
const revokedASecond = 1000

// expiryLook is how often etcd looks for leases that have expired (server/v3 3.7.3, lease/lessor.go, runLoop).
const expiryLook = 500 * time.Millisecond

type leases struct {
	writing
	first int64 // the leases' numbers run from here
	count int
	ttl   time.Duration
	began clock.Nanos
	gone  *expiries
}

func injectLeaseStorm(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	f := &leases{
		writing: writing{writer: writerOf(t, e.Fault)}, first: leaseNumbers(e.ID),
		count: e.Params.Count("leases"), ttl: e.Params.Duration("ttl"), began: clock.Now(),
	}
	if least := f.ttl + max(expiryLook, time.Duration(f.count)*time.Second/revokedASecond); e.For < least {
		return nil, fmt.Errorf("%d leases of %v have expired after %v at the earliest: for=%v is too short",
			f.count, f.ttl, least, e.For)
	}
	if _, err := t.Admin(t.Members()[0]); err != nil {
		return nil, err
	}
	f.gone = watchExpiries(f.writer, (f.count+3)/4)
	f.task = begin(f.grant)
	return f, nil
}

// leaseNumbers gives an event's leases numbers of their own: one that was granted, but whose answer was lost, is known
// by its number. etcd's own begin with part of a member's id and a time, and so lie elsewhere.
func leaseNumbers(event string) int64 {
	digest := fnv.New32a()
	digest.Write([]byte(event))
	return int64(digest.Sum32()>>1)<<32 | 1
}

func (f *leases) grant(ctx context.Context) error {
	select { // none may expire unseen
	case <-f.gone.standing:
	case <-ctx.Done():
		return ctx.Err()
	}
	return together(ctx, f.count, 128, func(ctx context.Context, i int) error {
		for {
			err := f.grantOne(ctx, f.first+int64(i), strconv.Itoa(i))
			if !errors.Is(err, rpctypes.ErrLeaseNotFound) { // else it expired before it had its key
				return err
			}
		}
	})
}

func (f *leases) grantOne(ctx context.Context, id int64, key string) error {
	seconds := int64((f.ttl + time.Second - 1) / time.Second)
	err := f.writer.do(ctx, func(ctx context.Context, c *clientv3.Client) error {
		ctx, cancel := unhurried(ctx)
		defer cancel()
		// clientv3 offers no way to choose a lease's number.
		_, err := pb.NewLeaseClient(c.ActiveConnection()).LeaseGrant(ctx, &pb.LeaseGrantRequest{ID: id, TTL: seconds})
		if err = rpctypes.Error(err); errors.Is(err, rpctypes.ErrLeaseExist) {
			return nil // by an attempt whose answer was lost
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("grant a lease: %w", err)
	}
	_, err = f.writer.put(ctx, key, "", clientv3.WithLease(clientv3.LeaseID(id)))
	return err
}

func (f *leases) Effective(ctx context.Context) (chaos.Sight, error) {
	if err := f.task.wait(ctx); err != nil {
		return chaos.Sight{}, err
	}
	first, n, err := f.gone.await(ctx)
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("a watch saw %d of %d leases of %v expire: %w", n, f.count, f.ttl, err)
	}
	saw := fmt.Sprintf("a watch saw %d of %d keys go with their leases of %v, the first %s after the grants began",
		n, f.count, f.ttl, units.Latency(first.Sub(f.began)))
	return chaos.Sight{At: first, Saw: saw}, nil
}

// left lists the storm's leases that still exist.
func (f *leases) left(ctx context.Context) (left []clientv3.LeaseID, err error) {
	err = f.writer.do(ctx, func(ctx context.Context, c *clientv3.Client) error {
		answer, err := c.Leases(ctx)
		if err != nil {
			return err
		}
		left = nil
		for _, l := range answer.Leases {
			if n := int64(l.ID) - f.first; n >= 0 && n < int64(f.count) {
				left = append(left, l.ID)
			}
		}
		return nil
	})
	return left, err
}

// Heal revokes what has not expired, and with it its keys.
func (f *leases) Heal(ctx context.Context) error {
	f.task.stop()
	f.gone.stop()
	left, err := f.left(ctx)
	if err != nil {
		return err
	}
	err = together(ctx, len(left), 64, func(ctx context.Context, i int) error {
		err := f.writer.do(ctx, func(ctx context.Context, c *clientv3.Client) error {
			_, err := c.Revoke(ctx, left[i])
			return err
		})
		if errors.Is(err, rpctypes.ErrLeaseNotFound) {
			return nil
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("revoke %d leases: %w", len(left), err)
	}
	return f.writing.Heal(ctx)
}

// Recovered waits until there is neither a lease nor a key of the storm.
func (f *leases) Recovered(ctx context.Context) (chaos.Sight, error) {
	for {
		left, err := f.left(ctx)
		if err != nil {
			return chaos.Sight{}, err
		}
		if len(left) == 0 {
			return f.writing.Recovered(ctx)
		}
		if err := clock.SleepUntil(ctx, clock.Now().Add(retryPause)); err != nil {
			return chaos.Sight{}, fmt.Errorf("%d leases of the storm are left: %w", len(left), err)
		}
	}
}
