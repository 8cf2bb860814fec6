package keepalivesupervisor

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/registry"
	"aftershock/scenarios/collector/registry/registrytest"
)

const (
	key = "aftershock/registry/1"
	ttl = 3 * time.Second
)

var arms = map[string]func(part.Wire) registry.Registrar{"before": newBefore, "after": newAfter}

func TestTheEntryIsThereForAsLongAsItsLeaseIsRenewed(t *testing.T) {
	for name, arm := range arms {
		synctest.Test(t, func(t *testing.T) {
			member, wire := registrytest.New(t)
			var keeping sync.WaitGroup
			ctx, stop := context.WithCancel(t.Context())
			keeping.Go(func() { arm(wire).Keep(ctx, key, "here", ttl) })
			for range 100 {
				time.Sleep(ttl)
				if !member.Holds(key) {
					t.Fatalf("%s: the entry is gone, and nothing has happened", name)
				}
			}
			stop()
			keeping.Wait()
			time.Sleep(2 * ttl)
			if member.Holds(key) {
				t.Errorf("%s: the entry outlives the service", name)
			}
		})
	}
}

func TestAnEntryThatWasLostComesBackOnlyAfter(t *testing.T) {
	for name, arm := range arms {
		synctest.Test(t, func(t *testing.T) {
			member, wire := registrytest.New(t)
			var keeping sync.WaitGroup
			ctx, stop := context.WithCancel(t.Context())
			keeping.Go(func() { arm(wire).Keep(ctx, key, "here", ttl) })
			time.Sleep(time.Second)
			for range 3 {
				member.LoseLeader()
				time.Sleep(3 * ttl)
				if member.Holds(key) {
					t.Fatalf("%s: a lease that cannot be renewed has not expired", name)
				}
				member.FindLeader()
				time.Sleep(longest + registry.EnterPatience)
				if got, want := member.Holds(key), name == "after"; got != want {
					t.Errorf("%s: the entry is back: %v", name, got)
				}
			}
			if got := member.Alive(); got > 1 {
				t.Errorf("%s: %d leases are alive, and there is one entry", name, got)
			}
			stop()
			keeping.Wait()
		})
	}
}

func TestAServiceThatStopsWhileThereIsNoLeaderDoesNotWaitForOne(t *testing.T) {
	for name, arm := range arms {
		synctest.Test(t, func(t *testing.T) {
			member, wire := registrytest.New(t)
			member.LoseLeader()
			ctx, stop := context.WithCancel(t.Context())
			time.AfterFunc(10*time.Millisecond, stop)
			began := time.Now()
			arm(wire).Keep(ctx, key, "here", ttl)
			if took := time.Since(began); took > 100*time.Millisecond { // of the bubble's time
				t.Errorf("%s: stopping took %v", name, took)
			}
		})
	}
}
