package registry

import (
	"context"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// Registrar keeps an entry of the service in the registry: a key that is there for as long as its lease is renewed, so
// that the entry of a service that has died goes by itself.
type Registrar interface {
	// Keep enters the key with this value, under a lease of so many whole seconds, and keeps it there until ctx ends.
	// Whatever it began has ended when it returns. It may return earlier, and then the key is not kept any more.
	Keep(ctx context.Context, key, value string, ttl time.Duration)
}

// EnterPatience is how long Enter waits for each of its two requests. A Grant on a member without a leader waits there
// for one, up to 5 s and two election time-outs, and a registrar that waits with it tries nothing else. Under
// WithRequireLeader the member refuses it instead, and etcd's client repeats it, up to 100 times and 25 ms apart: the
// caller waits just so.
const EnterPatience = time.Second

// Enter takes a lease and puts the key under it. The lease of a key that could not be put is left to expire. The error
// is etcd's own.
func Enter(
	ctx context.Context, client *clientv3.Client, key, value string, ttl time.Duration,
) (clientv3.LeaseID, error) {
	granting, cancel := context.WithTimeout(ctx, EnterPatience)
	defer cancel()
	lease, err := client.Grant(granting, int64(ttl/time.Second))
	if err != nil {
		return clientv3.NoLease, err
	}
	putting, cancel := context.WithTimeout(ctx, EnterPatience)
	defer cancel()
	_, err = client.Put(putting, key, value, clientv3.WithLease(lease.ID))
	return lease.ID, err
}
