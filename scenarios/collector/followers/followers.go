// Package followers is the part of the collector that follows a directory in etcd: it lists the keys and watches their
// changes. Its seam is the follower, of which it has many.
package followers

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"aftershock/scenarios/collector/part"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

const (
	// directory is what the followers follow.
	directory = part.Prefix + "directory/"
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

// The settings of a scenario.
const (
	Setting   = "followers" // how many follow a directory that another client changes
	Directory = "directory" // how many keys that directory has beside the one that changes
)

// Part is the part with these followers.
func Part(newFollower func(on part.Wire, seed uint64) Follower) part.Part {
	return part.Part{
		Seam: "NewFollower",
		Settings: []part.Setting{
			{Name: Setting, Most: 1000, Clustered: "without one there is nothing to follow"},
			{Name: Directory, Most: 10_000},
		},
		Figures: []string{Silent, Behind, Compacted, Relists, RelistPeak},
		New:     func(on part.Base) part.Life { return newFollowing(on, newFollower) },
	}
}

// following is so many followers of a directory, a client that changes a key of it past all links, and an observer that
// checks whether the followers see the changes.
//
// A follower is silent while a change that was acknowledged more than silenceBound ago has a higher revision than all
// that it has told of. Silent is that time of all followers together. It is looked at once in silencePeriod, and what
// passed since the last look is added for each follower that is silent then. So neither the follower nor its watch
// reports it: a watch that has ended, one that is open and gets nothing, and one that is not made yet count alike.
//
// Behind are followers that have not come back by the end. A follower that gives up asks its member for nothing, and
// would look like one that asks at a good moment.
type following struct {
	part.Base
	newFollower func(on part.Wire, seed uint64) Follower
	asked       asked
	running     sync.WaitGroup

	seen []atomic.Int64 // follower -> the highest revision that it has told of
	told chan struct{}  // that one of them has told of something; holds one
	due  changes
}

func newFollowing(on part.Base, newFollower func(part.Wire, uint64) Follower) *following {
	return &following{
		Base: on, newFollower: newFollower, asked: asked{count: on.Count},
		seen: make([]atomic.Int64, on.Settings[Setting]), told: make(chan struct{}, 1),
	}
}

// Start returns when every follower has seen what is there.
func (f *following) Start(ctx context.Context) error {
	writer, err := f.Truth()
	if err != nil {
		return fmt.Errorf("followers: %w", err)
	}
	patience, cancel := context.WithTimeout(ctx, part.Patience)
	defer cancel()
	first, err := f.fill(patience, writer)
	if err != nil {
		return fmt.Errorf("followers: fill the directory: %w", err)
	}
	on := f.Wire
	if on.Client, err = on.Dial(on.Links[:1], f.asked.observe); err != nil {
		return fmt.Errorf("followers: %w", err)
	}
	for i := range f.seen {
		f.running.Go(func() {
			seen := func(kv *mvccpb.KeyValue) { f.see(i, kv.ModRevision) }
			f.newFollower(on, on.Seed+uint64(i)).Follow(ctx, directory, seen)
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
	for from := 0; from < f.Settings[Directory]; from += atOnce {
		var puts []clientv3.Op
		for i := from; i < min(from+atOnce, f.Settings[Directory]); i++ {
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
			f.Count(Behind, uint64(f.silent(f.due.by(now.Add(-behindBound)))))
			f.Count(SilentAtEnd, uint64(f.silent(f.due.by(now.Add(-silenceBound)))))
			return
		}
		now := time.Now()
		f.Count(Silent, uint64(f.silent(f.due.by(now.Add(-silenceBound))))*uint64(now.Sub(last)))
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

func (f *following) Close(context.Context) error {
	f.running.Wait()
	return nil
}
