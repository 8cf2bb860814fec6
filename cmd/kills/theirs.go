package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"aftershock/harness"
	"aftershock/harness/cluster"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// theirs is a cluster of one member that stands for an external cluster. Its owner keeps a key in it.
type theirs struct {
	cluster  *cluster.Processes
	endpoint string
}

// The owner's key. No run may touch it.
const (
	ownersKey   = "owner/kept"
	ownersValue = "as it was"
)

// longestLease is longer than any lease of a run lives without renewal.
const longestLease = 60

func bootTheirs(data string) (*theirs, error) {
	if err := os.MkdirAll(data, 0o755); err != nil {
		return nil, err
	}
	c, err := cluster.StartProcesses(context.Background(), cluster.Config{
		Members: 1, Tick: 50 * time.Millisecond, Election: 500 * time.Millisecond, DataRoot: data,
	})
	if err != nil {
		return nil, err
	}
	t := &theirs{cluster: c, endpoint: c.Endpoints()[0].ClientURL}
	return t, t.ask(func(ctx context.Context, client *clientv3.Client) error {
		_, err := client.Delete(ctx, harness.Prefix, clientv3.WithPrefix()) // of what its boot has written
		_, put := client.Put(ctx, ownersKey, ownersValue)
		return errors.Join(err, put)
	})
}

func (t *theirs) close() error { return t.cluster.Close() }

func (t *theirs) ask(what func(context.Context, *clientv3.Client) error) error {
	client, err := t.cluster.Admin("n1")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return what(ctx, client)
}

// check looks at what a run that was killed has left: keys of which each goes with its lease, and soon. To wait for
// that would take longer than the run, so the leases are revoked; then nothing may be left.
func (t *theirs) check() error {
	return t.ask(func(ctx context.Context, client *clientv3.Client) error {
		keys, err := client.Get(ctx, "", clientv3.WithPrefix())
		if err != nil {
			return err
		}
		var errs []error
		kept := false
		for _, kv := range keys.Kvs {
			switch {
			case string(kv.Key) == ownersKey:
				kept = string(kv.Value) == ownersValue && kv.Version == 1
			case kv.Lease == 0:
				errs = append(errs, fmt.Errorf("it left key %q without a lease", kv.Key))
			}
		}
		if !kept {
			errs = append(errs, fmt.Errorf("the owner's key %q is not as it was", ownersKey))
		}
		leases, err := client.Leases(ctx)
		if err != nil {
			return err
		}
		for _, l := range leases.Leases {
			left, err := client.TimeToLive(ctx, l.ID)
			if err == nil && left.TTL > longestLease {
				err = fmt.Errorf("it left lease %x for another %d s", int64(l.ID), left.TTL)
			}
			_, revoked := client.Revoke(ctx, l.ID)
			errs = append(errs, err, revoked)
		}
		return errors.Join(errs...)
	})
}
