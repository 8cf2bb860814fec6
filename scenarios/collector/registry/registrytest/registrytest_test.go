package registrytest_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/scenarios/collector/registry/registrytest"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

func TestWithoutALeaderACallThatRequiresOneIsRefusedAndAnyOtherWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		member, wire := registrytest.New(t)
		lease, err := wire.Client.Grant(t.Context(), 60)
		if err != nil {
			t.Fatal(err)
		}
		put := func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			_, err := wire.Client.Put(ctx, "key", "value", clientv3.WithLease(lease.ID))
			return err
		}
		member.LoseLeader()
		if err := put(t.Context()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a Put: %v, want it to wait", err)
		}
		if err := put(clientv3.WithRequireLeader(t.Context())); !errors.Is(err, rpctypes.ErrNoLeader) {
			t.Errorf("a Put that requires a leader: %v, want %v", err, rpctypes.ErrNoLeader)
		}
		member.FindLeader()
		if err := put(clientv3.WithRequireLeader(t.Context())); err != nil || !member.Holds("key") {
			t.Errorf("with a leader again: %v", err)
		}
	})
}
