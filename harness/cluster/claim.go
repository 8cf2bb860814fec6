package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"aftershock/chaos"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

const (
	// OwnerKey says which run holds an external cluster.
	OwnerKey = chaos.Prefix + "owner"
	// ClaimTTL is how long a run's keys stay when the run was killed.
	ClaimTTL = 15 * time.Second
)

// Owner is the run that holds an external cluster.
type Owner struct {
	Host    string    `json:"host"`
	PID     int       `json:"pid"`
	Started time.Time `json:"started"`
}

// Claim is a run's hold on an external cluster: no two runs hold one at the same time. All keys of the run lie under
// leases of the claim. The leases are kept alive until Close and known by their numbers, so that nothing else is ever
// deleted.
type Claim struct {
	control *control
	members []string // their endpoints
	value   string   // of the owner's key
	block   int64    // the claim's own lease, and the first number of its block

	stop    context.CancelFunc
	renewal sync.WaitGroup
	mu      sync.Mutex
	trial   int64 // the lease of the trial under way, or 0
}

// ErrHeld is for a cluster that another run holds.
var ErrHeld = errors.New("the cluster is in use")

// ClaimExternal claims an external cluster for a run. The error is ErrHeld, with the owner's name, while another run
// holds it. Close has to follow.
func ClaimExternal(ctx context.Context, config ExternalConfig) (*Claim, error) {
	if err := config.Check(); err != nil {
		return nil, err
	}
	host, err := os.Hostname()
	if err != nil {
		return nil, err
	}
	value, err := json.Marshal(Owner{Host: host, PID: os.Getpid(), Started: time.Now().UTC()})
	if err != nil {
		return nil, err
	}
	c := &Claim{value: string(value), block: newBlock()}
	if c.control, err = config.control(); err != nil {
		return nil, err
	}
	for _, e := range config.endpoints() {
		c.control.reach(Endpoint{Member: e, ClientURL: e})
		c.members = append(c.members, e)
	}
	if err := c.hold(ctx); err != nil {
		return nil, errors.Join(err, c.control.close())
	}
	renewing, stop := context.WithCancel(context.Background())
	c.stop = stop
	c.renewal.Go(func() { c.renew(renewing) })
	return c, nil
}

// through asks one member after the other, until one has done it. ErrHeld is not a member's error, and ends the
// search.
func (c *Claim) through(ctx context.Context, do func(context.Context, *clientv3.Client) error) error {
	var errs []error
	for _, member := range c.members {
		client, err := c.control.client(member)
		if err == nil {
			err = bounded(ctx, client, do)
		}
		if err == nil || errors.Is(err, ErrHeld) || errors.Is(err, rpctypes.ErrLeaseNotFound) {
			return err
		}
		errs = append(errs, err)
		if cut := context.Cause(ctx); cut != nil {
			return fmt.Errorf("%w: %w", cut, err)
		}
	}
	return errors.Join(errs...)
}

func bounded(ctx context.Context, client *clientv3.Client, do func(context.Context, *clientv3.Client) error) error {
	ctx, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	return do(ctx, client)
}

// hold writes the owner's key, or makes sure that it is ours: while this process was stopped its lease may have run
// out.
func (c *Claim) hold(ctx context.Context) error {
	return c.through(ctx, func(ctx context.Context, client *clientv3.Client) error {
		if err := grant(ctx, client, c.block); err != nil {
			return err
		}
		answer, err := client.Txn(ctx).If(clientv3.Compare(clientv3.CreateRevision(OwnerKey), "=", 0)).
			Then(clientv3.OpPut(OwnerKey, c.value, clientv3.WithLease(clientv3.LeaseID(c.block)))).
			Else(clientv3.OpGet(OwnerKey)).Commit()
		if err != nil {
			return fmt.Errorf("claim the cluster: %w", err)
		}
		if answer.Succeeded {
			return nil
		}
		return c.checkOwner(string(answer.Responses[0].GetResponseRange().Kvs[0].Value))
	})
}

// checkOwner refuses an owner's key that another run has written. The claim may be nil: then any owner is another
// run.
func (c *Claim) checkOwner(value string) error {
	if c != nil && value == c.value {
		return nil
	}
	var o Owner
	if json.Unmarshal([]byte(value), &o) != nil || o.Host == "" || o.PID == 0 {
		return fmt.Errorf("%w: %s holds a value that no run has written", ErrHeld, OwnerKey)
	}
	return fmt.Errorf("%w: a run on %s, process %d, has held it since %s (%s): wait for its end; the claim of a "+
		"killed run ends after %v",
		ErrHeld, o.Host, o.PID, o.Started.UTC().Format(time.RFC3339), OwnerKey, ClaimTTL)
}

// grant grants a lease of that number, unless it exists. clientv3 offers no way to choose a number.
func grant(ctx context.Context, client *clientv3.Client, id int64) error {
	request := &pb.LeaseGrantRequest{ID: id, TTL: int64(ClaimTTL / time.Second)}
	_, err := pb.NewLeaseClient(client.ActiveConnection()).LeaseGrant(ctx, request)
	if err = rpctypes.Error(err); err != nil && !errors.Is(err, rpctypes.ErrLeaseExist) {
		return fmt.Errorf("grant a lease: %w", err)
	}
	return nil
}

// begin makes sure of the claim, removes what an earlier trial left, and grants the lease of a new one.
func (c *Claim) begin(ctx context.Context) error {
	if err := errors.Join(c.hold(ctx), c.end(ctx)); err != nil {
		return err
	}
	id := number(c.block)
	if err := c.through(ctx, func(ctx context.Context,
		client *clientv3.Client) error {
		return grant(ctx, client, id)
	}); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trial = id
	return nil
}

// Lease is the lease of the current trial, for Leased; 0 without a trial.
func (c *Claim) Lease() int64 {
	if c == nil {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.trial
}

// end revokes all leases of the trial, and so deletes its keys. The history is not compacted: it is the cluster
// owner's.
func (c *Claim) end(ctx context.Context) error {
	c.mu.Lock()
	c.trial = 0
	c.mu.Unlock()
	return c.revoke(ctx, func(id int64) bool { return id != c.block })
}

// revoke revokes the given leases of the block.
func (c *Claim) revoke(ctx context.Context, those func(id int64) bool) error {
	return c.through(ctx, func(ctx context.Context, client *clientv3.Client) error {
		leases, err := client.Leases(ctx)
		if err != nil {
			return fmt.Errorf("list leases: %w", err)
		}
		for _, l := range leases.Leases {
			if blockOf(int64(l.ID)) != c.block || !those(int64(l.ID)) {
				continue
			}
			if _, err := client.Revoke(ctx, l.ID); err != nil && !errors.Is(err, rpctypes.ErrLeaseNotFound) {
				return fmt.Errorf("revoke lease %x: %w", int64(l.ID), err)
			}
		}
		return nil
	})
}

// renew keeps the claim's lease and the trial's alive. A claim that was lost meanwhile is taken again unless another
// run has it; begin tells the next trial whether that worked.
func (c *Claim) renew(ctx context.Context) {
	tick := time.NewTicker(ClaimTTL / 5)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if err := c.keep(ctx, c.block); errors.Is(err, rpctypes.ErrLeaseNotFound) {
			_ = c.hold(ctx)
		}
		if trial := c.Lease(); trial != 0 {
			_ = c.keep(ctx, trial) // without its lease the trial's writes fail, which it books
		}
	}
}

func (c *Claim) keep(ctx context.Context, id int64) error {
	return c.through(ctx, func(ctx context.Context, client *clientv3.Client) error {
		_, err := client.KeepAliveOnce(ctx, clientv3.LeaseID(id))
		return err
	})
}

// Close releases the cluster. If the error is nil, no key of the run is left.
func (c *Claim) Close() error {
	c.stop()
	c.renewal.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), 2*askPatience)
	defer cancel()
	return errors.Join(c.revoke(ctx, func(int64) bool { return true }), c.control.close())
}
