package collector_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"aftershock/harness"
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/followers"
	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/fixes"
	relistherd "aftershock/scenarios/fixes/relist-herd"
	watchcompaction "aftershock/scenarios/fixes/watch-compaction"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// eavesdropped are followers of whom it is known what they tell.
type eavesdropped struct {
	mu    sync.Mutex
	seeds []uint64
	keys  []map[string]bool        // follower -> what it has told of
	told  map[uint64]*atomic.Int64 // seed -> how often it has told of something
}

func (e *eavesdropped) seams(seams collector.Seams) collector.Seams {
	inner := seams.NewFollower
	e.told = map[uint64]*atomic.Int64{}
	seams.NewFollower = func(on part.Wire, seed uint64) followers.Follower {
		e.mu.Lock()
		defer e.mu.Unlock()
		keys, told := map[string]bool{}, &atomic.Int64{}
		e.seeds, e.keys, e.told[seed] = append(e.seeds, seed), append(e.keys, keys), told
		return following{inner(on, seed), keys, told}
	}
	return seams
}

type following struct {
	followers.Follower
	keys map[string]bool
	told *atomic.Int64
}

func (f following) Follow(ctx context.Context, prefix string, seen func(*mvccpb.KeyValue)) {
	f.Follower.Follow(ctx, prefix, func(kv *mvccpb.KeyValue) {
		f.keys[strings.TrimPrefix(string(kv.Key), prefix)] = true
		seen(kv)
		f.told.Add(1)
	})
}

// allTell waits until each has told so many times more.
func (e *eavesdropped) allTell(t *testing.T, times int64) {
	t.Helper()
	for seed, told := range e.told {
		least := told.Load() + times
		eventually(t, fmt.Sprintf("follower %d tells of changes", seed), func() bool { return told.Load() >= least })
	}
}

func TestFollowersAreToldOfTheWholeDirectoryAndOfItsChanges(t *testing.T) {
	const size, entries = 3, 250
	var all eavesdropped
	s := around(t, boot(t, 1), "n1")
	s.Settings[followers.Setting], s.Settings[followers.Directory], s.Seed = size, entries, 40
	service, err := collector.New(all.seams(repaired())).Start(t.Context(), s.Env)
	if err != nil {
		t.Fatal(err)
	}
	all.allTell(t, 3)
	if err := service.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if slices.Sort(all.seeds); !slices.Equal(all.seeds, []uint64{40, 41, 42}) {
		t.Errorf("the seeds are %d", all.seeds)
	}
	for i, keys := range all.keys {
		if len(keys) != entries+1 || !keys["changing"] || !keys["entry-00000"] || !keys["entry-00249"] {
			t.Errorf("follower %d is told of %d keys, want %d", i, len(keys), entries+1)
		}
	}
}

func TestWithoutTheSettingThereAreNoFollowers(t *testing.T) {
	var all eavesdropped
	start(t, around(t, boot(t, 1), "n1"), all.seams(repaired()))
	if len(all.seeds) > 0 {
		t.Errorf("%d followers were made", len(all.seeds))
	}
}

// blind sees nothing. On request, it ends the patience of the test that starts the service.
type blind struct{ giveUp context.CancelFunc }

func (b blind) Follow(context.Context, string, func(*mvccpb.KeyValue)) { b.giveUp() }

func TestAServiceWhoseFollowersSeeNothingDoesNotStart(t *testing.T) {
	s := around(t, boot(t, 1), "n1")
	s.Settings[followers.Setting] = 2
	before := goroutines()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	seams := repaired()
	seams.NewFollower = func(part.Wire, uint64) followers.Follower { return blind{cancel} }
	service, err := collector.New(seams).Start(ctx, s.Env)
	if err == nil || !strings.Contains(err.Error(), "2 followers of 2 see nothing") || service != nil {
		t.Errorf("service %v, error %v", service, err)
	}
	eventually(t, "a start that failed leaves no goroutine", func() bool { return goroutines() <= before })
}

// What the library really does: a connection that is half-open, a compaction meanwhile, and a reset.
func TestAWatchThatComesBackAfterACompactionIsCountedInBothArms(t *testing.T) {
	for _, arm := range []results.Arm{results.Before, results.After} {
		t.Run(string(arm), func(t *testing.T) { compactMeanwhile(t, arm) })
	}
}

func compactMeanwhile(t *testing.T, arm results.Arm) {
	const size = 3
	c := boot(t, 1)
	s := around(t, c, "n1")
	s.Settings[followers.Setting] = size
	counters := []ops.Counter{
		{Name: followers.Silent}, {Name: followers.Compacted}, {Name: collector.ConfigCompacted},
		{Name: followers.Relists}, {Name: followers.RelistPeak},
	}
	s.declare(counters)
	var all eavesdropped
	service, err := collector.New(all.seams(fixes.Seams(watchcompaction.Fix, arm)), counters...).Start(t.Context(), s.Env)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := service.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	all.allTell(t, 1)
	if n := s.counters[followers.Compacted].Load() + s.counters[followers.Relists].Load(); n > 0 {
		t.Errorf("before anything happens %d watches and lists are counted", n)
	}

	link, err := c.ClientLink("collector")
	if err != nil {
		t.Fatal(err)
	}
	connections, heal := link.HalfOpen()
	defer heal()
	if connections == 0 {
		t.Fatal("the service has no connection")
	}
	compactAll(t, administrator(t, c.Endpoints()[0].ClientURL))
	heal()

	compacted, silent := s.counters[followers.Compacted], s.counters[followers.Silent]
	eventually(t, "every watch is told of the compaction", func() bool { return compacted.Load() >= size })
	own := s.counters[collector.ConfigCompacted]
	eventually(t, "so is the service's own, whatever the arm", func() bool { return own.Load() == 1 })
	relists := s.counters[followers.Relists]
	if arm == results.Before {
		least := silent.Load() + 1
		eventually(t, "no follower sees anything any more", func() bool { return silent.Load() >= least })
		if n := relists.Load(); n > 0 {
			t.Errorf("%d lists after the compaction", n)
		}
		return
	}
	all.allTell(t, 3)
	if n := relists.Load(); n < size {
		t.Errorf("%d lists after the compaction, want %d", n, size)
	}
	if n := s.counters[followers.RelistPeak].Load(); n < 1 {
		t.Error("lists were served, and none is of the peak")
	}
}

// A list that is refused costs nothing, however many there are at one moment.
func TestListsThatAreRefusedAreNoPeak(t *testing.T) {
	const size = 3
	c := boot(t, 3)
	s := around(t, c, "n1")
	s.Settings[followers.Setting] = size
	counters := []ops.Counter{{Name: followers.Relists}, {Name: followers.RelistPeak}}
	s.declare(counters)
	start(t, s, fixes.Seams(relistherd.Fix, results.Before), counters...)
	isolate(t, c, "n1")
	relists, peak := s.counters[followers.Relists], s.counters[followers.RelistPeak]
	eventually(t, "each has asked twice without a leader", func() bool { return relists.Load() >= 2*size })
	if n := peak.Load(); n > 0 {
		t.Errorf("of lists that were refused %d are of the peak", n)
	}
}

// compactAll compacts away everything that was written before a change of its own. Another key's history does as well.
func compactAll(t *testing.T, client *clientv3.Client) {
	t.Helper()
	for range 10 { // past whatever the size saw last
		if _, err := client.Put(t.Context(), harness.Prefix+"another", ""); err != nil {
			t.Fatal(err)
		}
	}
	last, err := client.Put(t.Context(), harness.Prefix+"another", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Compact(t.Context(), last.Header.Revision); err != nil {
		t.Fatal(err)
	}
}
