package watchlease

import (
	"context"
	"sync"
	"testing"
	"time"

	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/registrytest"
)

const (
	key = "aftershock/registry/1"
	ttl = 3 * time.Second
)

var arms = map[string]func(collector.Wire) collector.Registrar{
	"before": newShared, "isolation": newIsolated, "article": newArticle,
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

func TestOnlyIsolationKeepsTheEntryWhenTheWatchLosesItsLeader(t *testing.T) {
	t.Parallel()
	keep(t, func(t *testing.T, arm string, member *registrytest.Member) {
		member.LoseLeader()
		eventually(t, "the watch has ended", func() bool { return member.Watching() == 0 })
		member.FindLeader()
		eventually(t, "the handler watches anew, as it does in every arm", func() bool { return member.Watching() == 1 })
		if arm == "isolation" {
			stays(t, member)
		} else {
			goes(t, member)
		}
	})
}
