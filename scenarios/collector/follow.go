package collector

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

const (
	// directory is what the followers follow.
	directory = prefix + "directory/"
	// changing is the key below it that another client changes, once in changePeriod.
	changing     = directory + "changing"
	changePeriod = 100 * time.Millisecond
	// changePatience bounds one change. No follower has to see one that fails.
	changePatience = time.Second
	// entrySize is how large the value of each other key is, in bytes.
	entrySize = 256
	// silenceBound is how long an acknowledged change may take to every follower: a hundred times what it takes when
	// nothing is wrong.
	silenceBound = 200 * time.Millisecond
	// silencePeriod is how often the observer checks whether it has taken longer.
	silencePeriod = 10 * time.Millisecond
	// behindBound is how long before the end a change must have been acknowledged for every follower that keeps up to
	// have seen it: a follower pauses for a second at most before it asks again.
	behindBound = 1500 * time.Millisecond
)

// following is the part that follows a directory: so many followers, a client that changes a key of it past all links,
// and an observer that checks whether the followers see the changes.
//
// A follower is silent while a change that was acknowledged more than silenceBound ago has a higher revision than all
// that it has told of. SilentWatch is that time of all followers together. It is looked at once in silencePeriod, and
// what passed since the last look is added for each follower that is silent then. So neither the follower nor its watch
// reports it: a watch that has ended, one that is open and gets nothing, and one that is not made yet count alike.
//
// FollowersBehind are followers that have not come back by the end. A follower that gives up asks its member for
// nothing, and would look like one that asks at a good moment.
type following struct {
	size        int
	newFollower func(on Wire, seed uint64) Follower
	on          Wire
	truth       func() (*clientv3.Client, error)
	asked       *asked
	running     sync.WaitGroup

	seen []atomic.Int64 // follower -> the highest revision that it has told of
	told chan struct{}  // that one of them has told of something; holds one
	due  changes
}

func newFollowing(
	followers, size int, newFollower func(Wire, uint64) Follower, on Wire, truth func() (*clientv3.Client, error),
) *following {
	return &following{
		size: size, newFollower: newFollower, on: on, truth: truth, asked: &asked{count: on.Count},
		seen: make([]atomic.Int64, followers), told: make(chan struct{}, 1),
	}
}

// start returns when every follower has seen what is there.
func (f *following) start(ctx context.Context) error {
	writer, err := f.truth()
	if err != nil {
		return fmt.Errorf("followers: %w", err)
	}
	patience, cancel := context.WithTimeout(ctx, connectPatience)
	defer cancel()
	first, err := f.fill(patience, writer)
	if err != nil {
		return fmt.Errorf("followers: fill the directory: %w", err)
	}
	if f.on.Client, err = f.on.Dial(f.on.Links[:1], f.asked.observe); err != nil {
		return fmt.Errorf("followers: %w", err)
	}
	for i := range f.seen {
		f.running.Go(func() {
			f.newFollower(f.on, f.on.Seed+uint64(i)).Follow(ctx, directory, func(kv *mvccpb.KeyValue) { f.see(i, kv.ModRevision) })
		})
	}
	for f.silent(first) > 0 {
		select {
		case <-f.told:
		case <-patience.Done():
			return fmt.Errorf("%d followers of %d see nothing", f.silent(first), len(f.seen))
		}
	}
	f.asked.began.Store(true)
	f.running.Go(func() { f.change(ctx, writer) })
	f.running.Go(func() { f.look(ctx) })
	return nil
}

// fill writes the directory, and gives the revision of the key that changes, which is the highest.
func (f *following) fill(ctx context.Context, writer *clientv3.Client) (revision int64, err error) {
	const atOnce = 100 // etcd takes 128 operations a transaction
	value := strings.Repeat("v", entrySize)
	for from := 0; from < f.size; from += atOnce {
		var puts []clientv3.Op
		for i := from; i < min(from+atOnce, f.size); i++ {
			puts = append(puts, clientv3.OpPut(fmt.Sprintf("%sentry-%05d", directory, i), value))
		}
		if _, err := writer.Txn(ctx).Then(puts...).Commit(); err != nil {
			return 0, err
		}
	}
	response, err := writer.Put(ctx, changing, "")
	if err != nil {
		return 0, err
	}
	return response.Header.Revision, nil
}

// see records what a follower has reported.
func (f *following) see(follower int, revision int64) {
	f.seen[follower].Store(max(revision, f.seen[follower].Load()))
	select {
	case f.told <- struct{}{}:
	default:
	}
}

// change changes the key, past all links and by way of any member: one that has lost its leader refuses at once.
func (f *following) change(ctx context.Context, writer *clientv3.Client) {
	every := time.NewTicker(changePeriod)
	defer every.Stop()
	for n := 1; ; n++ {
		select {
		case <-every.C:
		case <-ctx.Done():
			return
		}
		patience, cancel := context.WithTimeout(clientv3.WithRequireLeader(ctx), changePatience)
		if response, err := writer.Put(patience, changing, strconv.Itoa(n)); err == nil {
			f.due.add(response.Header.Revision, time.Now())
		}
		cancel()
	}
}

// look adds up for how long followers have been silent, and counts those that are behind in the end.
func (f *following) look(ctx context.Context) {
	every := time.NewTicker(silencePeriod)
	defer every.Stop()
	for last := time.Now(); ; {
		select {
		case <-every.C:
		case <-ctx.Done():
			now := time.Now()
			f.on.Count(FollowersBehind, uint64(f.silent(f.due.by(now.Add(-behindBound)))))
			f.on.Count(SilentAtEnd, uint64(f.silent(f.due.by(now.Add(-silenceBound)))))
			return
		}
		now := time.Now()
		f.on.Count(SilentWatch, uint64(f.silent(f.due.by(now.Add(-silenceBound))))*uint64(now.Sub(last)))
		last = now
	}
}

// silent counts the followers that have not reported a revision that they should have seen.
func (f *following) silent(revision int64) (n int) {
	for i := range f.seen {
		if f.seen[i].Load() < revision {
			n++
		}
	}
	return n
}

func (f *following) operation(string) operation { return nil }

func (f *following) close(context.Context) error {
	f.running.Wait()
	return nil
}

// changes are those that were acknowledged, the oldest first. Its methods are called by two goroutines.
type changes struct {
	mu  sync.Mutex
	all []change
}

// change is one. Its revision is the highest that was acknowledged up to then: answers of different members may come in
// another order.
type change struct {
	revision int64
	at       time.Time
}

func (c *changes) add(revision int64, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n := len(c.all); n > 0 {
		revision = max(revision, c.all[n-1].revision)
	}
	c.all = append(c.all, change{revision, at})
}

// by gives the highest revision that was acknowledged by then; 0 for none.
func (c *changes) by(then time.Time) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, c := range slices.Backward(c.all) {
		if !c.at.After(then) {
			return c.revision
		}
	}
	return 0
}
