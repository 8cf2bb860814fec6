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
// never a value, which may be anybody's secret. Both counts are linearizable, or a member that lags could hide a key.
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
	return fmt.Errorf("the cluster holds keys outside of %s (%d, the first is %q): it serves somebody, and is not touched "+
		"(if load and faults on it are meant: --allow-foreign-keys)", chaos.Prefix, count, first)
}

// deleteOwn deletes what lies below chaos.Prefix. The history is not compacted: it is the cluster owner's.
func deleteOwn(ctx context.Context, client *clientv3.Client) error {
	if _, err := client.Delete(ctx, chaos.Prefix, clientv3.WithPrefix()); err != nil {
		return fmt.Errorf("delete the keys below %s: %w", chaos.Prefix, err)
	}
	return nil
}
