package cluster

import (
	"context"
	"fmt"

	"aftershock/chaos"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// firstKey is the least key that etcd can hold; as the end of a range, the same byte means that there is none.
const firstKey = "\x00"

// checkForeign refuses a keyspace with keys outside of chaos.Prefix. It counts them and reads the name of the first:
// never a value, which may be a secret. Both counts are linearizable, or a member that lags could hide a key.
func checkForeign(ctx context.Context, client *clientv3.Client) error {
	var count int64
	first := ""
	for _, r := range []struct{ from, to string }{
		{firstKey, chaos.Prefix},
		{clientv3.GetPrefixRangeEnd(chaos.Prefix), firstKey},
	} {
		counted, err := client.Get(ctx, r.from, clientv3.WithRange(r.to), clientv3.WithCountOnly())
		if err != nil {
			return fmt.Errorf("look for keys outside of %s: %w", chaos.Prefix, err)
		}
		count += counted.Count
		if first != "" || counted.Count == 0 {
			continue
		}
		named, err := client.Get(ctx, r.from, clientv3.WithRange(r.to), clientv3.WithKeysOnly(), clientv3.WithLimit(1))
		if err != nil {
			return fmt.Errorf("look for keys outside of %s: %w", chaos.Prefix, err)
		}
		if len(named.Kvs) > 0 {
			first = string(named.Kvs[0].Key)
		}
	}
	if count == 0 {
		return nil
	}
	return fmt.Errorf("the cluster holds keys outside of %s (%d, the first is %q): it has other users, and is "+
		"not touched "+
		"(if load and faults on it are meant: --allow-foreign-keys)", chaos.Prefix, count, first)
}

// checkOwn refuses a keyspace in which another run writes, or in which others keep keys below chaos.Prefix: keys of
// others must not be overwritten. The claim is the run's, or nil before it has one.
func checkOwn(ctx context.Context, client *clientv3.Client, claim *Claim) error {
	owner, err := client.Get(ctx, OwnerKey)
	if err != nil {
		return fmt.Errorf("look for %s: %w", OwnerKey, err)
	}
	for _, kv := range owner.Kvs {
		if err := claim.checkOwner(string(kv.Value)); err != nil {
			return err
		}
	}
	found, err := client.Get(ctx, chaos.Prefix, clientv3.WithPrefix(), clientv3.WithKeysOnly(), clientv3.WithLimit(2))
	if err != nil {
		return fmt.Errorf("look for keys below %s: %w", chaos.Prefix, err)
	}
	for _, kv := range found.Kvs {
		if key := string(kv.Key); key != OwnerKey {
			return fmt.Errorf("the cluster holds keys below %s, where a run writes (%d, one is %q): they are not "+
				"this run's, and are "+
				"not touched. What a killed run left goes when its leases run out; everything else is for its "+
				"owner to move",
				chaos.Prefix, found.Count-int64(len(owner.Kvs)), key)
		}
	}
	return nil
}
