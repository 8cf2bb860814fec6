package watchlease

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

var arms = map[string]func(part.Wire) registry.Registrar{
	"before": newShared, "isolation": newIsolated, "article": newArticle, "bounded": newBounded,
}

// keep runs all arms, each with a member of its own, and calls check when the entry is there and the watch stands.
func keep(t *testing.T, check func(t *testing.T, arm string, member *registrytest.Member)) {
	for name, arm := range arms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			member, wire := registrytest.New(t)
			var keeping sync.WaitGroup
			defer keeping.Wait()
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			keeping.Go(func() { arm(wire).Keep(ctx, key, "here", ttl) })
			eventually(t, "the entry is there", func() bool { return member.Holds(key) })
			eventually(t, "a watch stands", func() bool { return member.Watching() == 1 })
			check(t, name, member)
		})
	}
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	for deadline := time.Now().Add(20 * time.Second); !holds(); <-poll.C {
		if time.Now().After(deadline) {
			t.Fatalf("not in 20 s: %s", what)
		}
	}
}

// stays waits until the lease has been renewed a few times more: the entry is there for longer than what is left of a TTL.
func stays(t *testing.T, member *registrytest.Member) {
	t.Helper()
	before := member.Renewals()[0]
	eventually(t, "the lease is renewed again", func() bool { return member.Renewals()[0] >= before+3 })
	if !member.Holds(key) {
		t.Error("the entry is gone")
	}
}

func goes(t *testing.T, member *registrytest.Member) {
	t.Helper()
	eventually(t, "the entry is gone", func() bool { return !member.Holds(key) })
}

func TestWithoutAFaultOnlyTheArticlesCodeLosesTheEntry(t *testing.T) {
	t.Parallel()
	keep(t, func(t *testing.T, arm string, member *registrytest.Member) {
		if arm != "article" {
			stays(t, member)
			return
		}
		goes(t, member)
		if got := member.Renewals()[0]; got > 0 {
			t.Errorf("the lease was renewed %d times", got)
		}
	})
}

func TestIsolationKeepsTheEntryWhenTheWatchLosesItsLeader(t *testing.T) {
	t.Parallel()
	keep(t, func(t *testing.T, arm string, member *registrytest.Member) {
		member.LoseLeader()
		eventually(t, "the watch has ended", func() bool { return member.Watching() == 0 })
		member.FindLeader()
		eventually(t, "the handler watches anew, as it does in every arm", func() bool { return member.Watching() == 1 })
		if arm == "isolation" || arm == "bounded" {
			stays(t, member)
		} else {
			goes(t, member)
		}
	})
}

// At the article's own scale, in the bubble's time. The watches of Keep cannot run in it, and have no part in this.
func TestATimeOutOnTheRenewalsLosesTheEntryATTLAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		member, wire := registrytest.New(t)
		ctx, cancel := context.WithTimeout(t.Context(), advised)
		defer cancel()
		register(ctx, wire.Client, key, "here", ttl)
		if !member.Holds(key) {
			t.Errorf("the entry is gone when the time-out of %v ends its renewals", advised)
		}
		if n := member.Renewals()[0]; n < int(advised/ttl) {
			t.Errorf("it was renewed %d times in %v", n, advised)
		}
		time.Sleep(ttl + time.Millisecond)
		if member.Holds(key) {
			t.Error("a TTL later it is still there")
		}
	})
}

// With the watch, and with a time-out of one and a half TTLs: nothing happens to the cluster, and the entry goes.
func TestOnlyTheBoundedArmLosesTheEntryWithTime(t *testing.T) {
	t.Parallel()
	member, wire := registrytest.New(t)
	var keeping sync.WaitGroup
	defer keeping.Wait()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	keeping.Go(func() { bounded{wire.Client, ttl * 3 / 2}.Keep(ctx, key, "here", ttl) })
	eventually(t, "the lease is renewed", func() bool { return len(member.Renewals()) > 0 && member.Renewals()[0] > 0 })
	goes(t, member)
	if member.Watching() != 1 {
		t.Error("the watch has ended with the lease")
	}
}
