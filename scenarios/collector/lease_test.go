package collector_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/harness"
	"aftershock/results"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/registry"
	"aftershock/scenarios/fixes"
	keepalivesupervisor "aftershock/scenarios/fixes/keepalive-supervisor"
	orphanlease "aftershock/scenarios/fixes/orphan-lease"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// registered surrounds a service that keeps an entry in the registry.
func registered(s *surroundings, ttl int) *surroundings {
	s.Settings = harness.Settings{collector.SeriesSetting: series, registry.Setting: ttl}
	s.declare(collector.New(repaired(), registry.Counters...).Describe().Counters)
	return s
}

// scripted is a registrar that does what a test tells it to.
type scripted struct {
	client *clientv3.Client
	script func(context.Context, *clientv3.Client)
}

func (s scripted) Keep(ctx context.Context, _, _ string, _ time.Duration) { s.script(ctx, s.client) }

func TestTheEntryIsLookedAtWhateverTheRegistrarSays(t *testing.T) {
	c := boot(t, 1)
	s := registered(around(t, c, "n1"), 60)
	lost, unregistered := s.counters[registry.Lost], s.counters[registry.Unregistered]
	seams := repaired()
	var started atomic.Bool // the entry has been looked at
	var through atomic.Bool // the script, whose own last renewal is counted before it is answered
	seams.NewRegistrar = func(on part.Wire) registry.Registrar {
		return scripted{on.Client, func(ctx context.Context, client *clientv3.Client) {
			for loss := range uint64(2) {
				lease, err := registry.Enter(ctx, client, registry.Key, "here", time.Minute)
				if err != nil {
					t.Error(err)
				}
				eventually(t, "the entry has been looked at for a while", func() bool {
					got, err := client.KeepAliveOnce(ctx, lease)
					return err == nil && got.TTL == 60 && s.counters[registry.Renewals].Load() >= 10*(loss+1) &&
						started.Load()
				})
				if loss == 1 {
					break
				}
				if _, err := client.Delete(ctx, registry.Key); err != nil {
					t.Error(err)
				}
				eventually(t, "the loss is counted", func() bool { return lost.Load() == 1 })
				eventually(t, "the time without it is counted", func() bool { return unregistered.Load() > 0 })
			}
			through.Store(true)
			<-ctx.Done()
		}}
	}
	service, err := collector.New(seams, registry.Counters...).Start(t.Context(), s.Env)
	if err != nil {
		t.Fatal(err)
	}
	started.Store(true)
	eventually(t, "the script has finished", through.Load)
	if err := service.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if got := lost.Load(); got != 1 {
		t.Errorf("the entry was lost %d times, want 1", got)
	}
	if got := s.counters[registry.LeasesLeft].Load(); got != 1 {
		t.Errorf("%d leases are left, and the first of two is not in use", got)
	}
}

func TestTheServiceComesBackIntoTheRegistryOnlyAfter(t *testing.T) {
	for _, arm := range []results.Arm{results.Before, results.After} {
		t.Run(string(arm), func(t *testing.T) {
			c := boot(t, 1)
			s := registered(around(t, c, "n1"), 1)
			service, err := collector.New(fixes.Seams(keepalivesupervisor.Fix, arm), registry.Counters...).
				Start(t.Context(), s.Env)
			if err != nil {
				t.Fatal(err)
			}
			admin := administrator(t, c.Endpoints()[0].ClientURL)
			first := entry(t, admin)
			if _, err := admin.Revoke(t.Context(), first); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the loss is counted", func() bool { return s.counters[registry.Lost].Load() == 1 })
			eventually(t, "the time without it is counted",
				func() bool { return s.counters[registry.Unregistered].Load() > 0 })
			if arm == results.After {
				eventually(t, "the entry is back", func() bool { return entry(t, admin) != clientv3.NoLease })
			}
			if err := service.Stop(t.Context()); err != nil {
				t.Error(err)
			}
			if back := entry(t, admin) != clientv3.NoLease; back != (arm == results.After) {
				t.Errorf("the entry is back: %v", back)
			}
			// What never came back was away for at least as long as was seen.
			if n, want := s.counters[registry.UnregisteredAtEnd].Load(),
				map[results.Arm]uint64{results.Before: 1}[arm]; n != want {
				t.Errorf("at the end %d entries are not there, want %d", n, want)
			}
		})
	}
}

// entry gives the lease that the entry is under; none when it is not there.
func entry(t *testing.T, client *clientv3.Client) clientv3.LeaseID {
	t.Helper()
	got, err := client.Get(t.Context(), registry.Key)
	if err != nil {
		t.Fatal(err)
	}
	for _, kv := range got.Kvs {
		return clientv3.LeaseID(kv.Lease)
	}
	return clientv3.NoLease
}

func TestALossOfTheLeaderLeavesALeaseOnlyBefore(t *testing.T) {
	for _, arm := range []results.Arm{results.Before, results.After} {
		t.Run(string(arm), func(t *testing.T) {
			c := boot(t, 3)
			follower, err := chaos.Resolve(c, "follower.0")
			if err != nil {
				t.Fatal(err)
			}
			s := registered(around(t, c, follower), 5)
			service, err := collector.New(fixes.Seams(orphanlease.Fix, arm), registry.Counters...).
				Start(t.Context(), s.Env)
			if err != nil {
				t.Fatal(err)
			}
			admin := administrator(t, c.Endpoints()[0].ClientURL)
			first := entry(t, admin)
			heal := isolate(t, c, follower)
			await(t, s, harness.LeaderGone)
			heal()
			eventually(t, "the entry is under another lease", func() bool {
				now := entry(t, admin)
				return now != clientv3.NoLease && now != first
			})
			if arm == results.After {
				eventually(t, "the first lease expires", func() bool {
					left, err := admin.TimeToLive(t.Context(), first)
					return err == nil && left.TTL < 0
				})
			} else { // three renewals a second are of two leases, and one alone is not renewed so often in all the time
				enough := s.counters[registry.Renewals].Load() + 18
				eventually(t, "two leases are renewed for longer than a TTL", func() bool {
					return s.counters[registry.Renewals].Load() >= enough
				})
			}
			if err := service.Stop(t.Context()); err != nil {
				t.Error(err)
			}
			if got, want := s.counters[registry.LeasesLeft].Load(),
				map[results.Arm]uint64{results.Before: 1}[arm]; got != want {
				t.Errorf("%d leases are left, want %d", got, want)
			}
		})
	}
}
