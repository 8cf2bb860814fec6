package relistherd

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/scenarios/collector/followers"
	"aftershock/scenarios/collector/part"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/mvccpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc/metadata"
)

var arms = map[string]func(part.Wire, uint64) followers.Follower{"before": newBefore, "after": newAfter}

// member has lost its leader for a while, and then ends the watches that stand.
type member struct {
	clientv3.KV
	clientv3.Watcher
	t        *testing.T
	lost     time.Time // when watches end
	found    time.Time // when lists are answered again
	mu       sync.Mutex
	lists    map[time.Duration]int // how long after the loss -> how many
	standing int                   // watches, after the leader was found
	from     []int64
}

func (m *member) requiresLeader(ctx context.Context) {
	if header, _ := metadata.FromOutgoingContext(ctx); !slices.Equal(header.Get("hasleader"), []string{"true"}) {
		m.t.Error("a request does not require a leader")
	}
}

func (m *member) Get(ctx context.Context, _ string, _ ...clientv3.OpOption) (*clientv3.GetResponse, error) {
	m.requiresLeader(ctx)
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	if !now.Before(m.lost) {
		m.lists[now.Sub(m.lost)]++
	}
	if !now.Before(m.lost) && now.Before(m.found) {
		return nil, rpctypes.ErrNoLeader
	}
	return &clientv3.GetResponse{
		Header: &etcdserverpb.ResponseHeader{Revision: 7}, Kvs: []*mvccpb.KeyValue{{ModRevision: 3}, {ModRevision: 5}},
	}, nil
}

func (m *member) Watch(ctx context.Context, key string, options ...clientv3.OpOption) clientv3.WatchChan {
	m.requiresLeader(ctx)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.from = append(m.from, clientv3.OpGet(key, options...).Rev())
	channel := make(chan clientv3.WatchResponse, 1)
	channel <- clientv3.WatchResponse{Events: []*clientv3.Event{{Kv: &mvccpb.KeyValue{ModRevision: 8}}}}
	var end context.CancelFunc = func() {}
	if time.Now().Before(m.lost) {
		ctx, end = context.WithDeadline(ctx, m.lost)
	} else {
		m.standing++
	}
	context.AfterFunc(ctx, func() {
		end()
		close(channel)
	})
	return channel
}

// herd has so many followers go through a loss, and gives how many lists there were 10 ms by 10 ms.
func herd(t *testing.T, arm string, size int) (perWindow map[time.Duration]int) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		lost := time.Now().Add(time.Second)
		m := &member{t: t, lost: lost, found: lost.Add(2200 * time.Millisecond), lists: map[time.Duration]int{}}
		client := clientv3.NewCtxClient(ctx)
		client.KV, client.Watcher = m, m
		seen := make([][]int64, size)
		var following sync.WaitGroup
		for i := range size {
			following.Go(func() {
				arms[arm](part.Wire{Client: client}, uint64(i)).Follow(ctx, "directory/", func(kv *mvccpb.KeyValue) {
					seen[i] = append(seen[i], kv.ModRevision)
				})
			})
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if m.standing != size {
			t.Errorf("%s: %d watches stand in the end, want %d", arm, m.standing, size)
		}
		cancel()
		following.Wait()
		for i, revisions := range seen {
			if want := []int64{3, 5, 8, 3, 5, 8}; !slices.Equal(revisions, want) {
				t.Errorf("%s: follower %d has seen %d, want %d", arm, i, revisions, want)
			}
		}
		if i := slices.IndexFunc(m.from, func(r int64) bool { return r != 8 }); i >= 0 {
			t.Errorf("%s: a watch begins at revision %d, want that of the list and one", arm, m.from[i])
		}
		perWindow = map[time.Duration]int{}
		for at, n := range m.lists {
			perWindow[at.Truncate(10*time.Millisecond)] += n
		}
	})
	return perWindow
}

func TestAPauseThatIsTheSameForAllKeepsThemInStep(t *testing.T) {
	const size = 200
	for at, n := range herd(t, "before", size) {
		if n != size || at%pause != 0 {
			t.Errorf("%v after the loss there are %d lists, want %d at each multiple of %v", at, n, size, pause)
		}
	}
}

func TestADrawnPauseSpreadsThemAndAsksForNoMore(t *testing.T) {
	const size = 200
	total := func(perWindow map[time.Duration]int) (n int) {
		for _, lists := range perWindow {
			n += lists
		}
		return n
	}
	before, after := herd(t, "before", size), herd(t, "after", size)
	for at, n := range after {
		if n > size/10 {
			t.Errorf("%v after the loss there are %d lists of %d followers in 10 ms", at, n, size)
		}
	}
	if b, a := total(before), total(after); float64(a) > 1.15*float64(b) || float64(a) < 0.85*float64(b) {
		t.Errorf("%d lists before and %d after: the mean pause is another", b, a)
	}
}

func TestFollowersOfDifferentSeedsWaitDifferently(t *testing.T) {
	draw := func(seed uint64) int64 { return newAfter(part.Wire{}, seed).(after).rng.Int64() }
	first, again, other := draw(1), draw(1), draw(2)
	if first != again || first == other {
		t.Errorf("seed 1 draws %d and %d, seed 2 draws %d", first, again, other)
	}
}
