package orphanlease

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/registry"
	"aftershock/scenarios/collector/registry/registrytest"

	clientv3 "go.etcd.io/etcd/client/v3"
)

const (
	key = "aftershock/registry/1"
	ttl = 7 * time.Second
)

var arms = map[string]func(part.Wire) registry.Registrar{"before": newBefore, "after": newAfter}

// keep runs an arm, and calls check while it keeps its entry.
func keep(t *testing.T, check func(t *testing.T, arm string, member *registrytest.Member, client *clientv3.Client)) {
	for name, arm := range arms {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				member, wire := registrytest.New(t)
				var keeping sync.WaitGroup
				ctx, stop := context.WithCancel(t.Context())
				keeping.Go(func() { arm(wire).Keep(ctx, key, "here", ttl) })
				time.Sleep(time.Second)
				check(t, name, member, wire.Client)
				stop()
				keeping.Wait()
			})
		})
	}
}

// lose takes the leader away for less than a TTL.
func lose(member *registrytest.Member) {
	member.LoseLeader()
	time.Sleep(time.Second)
	member.FindLeader()
	time.Sleep(2 * time.Second)
}

func TestEachLossLeavesALeaseOnlyBefore(t *testing.T) {
	keep(t, func(t *testing.T, arm string, member *registrytest.Member, _ *clientv3.Client) {
		const losses = 3
		for range losses {
			lose(member)
			if !member.Holds(key) {
				t.Error("the entry is gone")
			}
		}
		time.Sleep(time.Hour)
		want := map[string]int{"before": 1 + losses, "after": 1}[arm]
		if got := member.Alive(); got != want {
			t.Errorf("an hour later %d leases are alive, want %d", got, want)
		}
		if !member.Holds(key) {
			t.Error("an hour later the entry is gone")
		}
	})
}

// A service that calls Revoke needs no context for each lease: the library forgets a lease that it is told has
// expired.
func TestARevokeEndsTheRenewalsAsWell(t *testing.T) {
	keep(t, func(t *testing.T, _ string, member *registrytest.Member, client *clientv3.Client) {
		lose(member)
		const orphan = 1 // leases are numbered
		if _, err := client.Revoke(t.Context(), orphan); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Second)
		revoked := member.Renewals()
		time.Sleep(time.Hour)
		if after := member.Renewals(); after[0] != revoked[0] || !member.Holds(key) {
			t.Errorf("revoked, the orphan is renewed %d times; the entry is there: %v", after[0]-revoked[0], member.Holds(key))
		}
	})
}

// Without the library's own bug an orphan would be renewed as often as any other lease.
func TestTheOrphanIsRenewedTwiceASecond(t *testing.T) {
	keep(t, func(t *testing.T, arm string, member *registrytest.Member, _ *clientv3.Client) {
		lose(member)
		before := member.Renewals()
		time.Sleep(time.Hour)
		after := member.Renewals()
		if len(before) != 2 || len(after) != 2 {
			t.Fatalf("%d and then %d leases were granted, want 2", len(before), len(after))
		}
		orphan, used := after[0]-before[0], after[1]-before[1]
		if want := map[string]int{"before": 7200, "after": 0}[arm]; orphan < want-10 || orphan > want+10 {
			t.Errorf("in an hour the orphan was renewed %d times, want about %d", orphan, want)
		}
		if used < 1000 || used > 2000 { // each TTL/3, rounded up to the library's rounds of 500 ms
			t.Errorf("in an hour the lease in use was renewed %d times", used)
		}
	})
}
