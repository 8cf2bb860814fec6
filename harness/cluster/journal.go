package cluster

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"aftershock/chaos"
	"aftershock/internal/clock"
)

// journal collects what the members were observed to do, and answers who leads.
type journal struct {
	members int

	mu        sync.Mutex
	grown     chan struct{} // closed and replaced with every entry
	entries   []chaos.Observation
	following map[string]chaos.Leadership // member -> the leader it follows
}

func newJournal(members int) *journal {
	return &journal{members: members, grown: make(chan struct{}), following: map[string]chaos.Leadership{}}
}

func (j *journal) add(o chaos.Observation) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = append(j.entries, o)
	switch o.Kind {
	case chaos.Elected, chaos.Changed:
		j.following[o.Member] = chaos.Leadership{Member: o.Leader, Term: o.Term}
	case chaos.Lost, chaos.Exited:
		delete(j.following, o.Member)
	case chaos.Started, chaos.Joined, chaos.Left:
	}
	close(j.grown)
	j.grown = make(chan struct{})
}

// Leader gives the leader of the newest term that a majority of all members follows.
func (j *journal) Leader() (chaos.Leadership, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.leader()
}

func (j *journal) leader() (chaos.Leadership, bool) {
	votes := map[chaos.Leadership]int{}
	for _, l := range j.following {
		votes[l]++
		if votes[l] > j.members/2 {
			return l, true
		}
	}
	return chaos.Leadership{}, false
}

// awaitLeader waits until a majority follows a leader.
func (j *journal) awaitLeader(ctx context.Context) (chaos.Leadership, error) {
	for {
		j.mu.Lock()
		leader, ok := j.leader()
		grown := j.grown
		j.mu.Unlock()
		if ok {
			return leader, nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return leader, fmt.Errorf("no majority follows a leader: %w", context.Cause(ctx))
		}
	}
}

// Await returns the first entry later than after that matches. "First" is by arrival: members report through pipes of
// their own, and two entries a few microseconds apart may arrive in either order.
func (j *journal) Await(ctx context.Context, after clock.Nanos, match func(chaos.Observation) bool) (chaos.Observation, error) {
	for seen := 0; ; {
		j.mu.Lock()
		entries, grown := j.entries[seen:], j.grown
		j.mu.Unlock()
		for _, o := range entries {
			if o.At > after && match(o) {
				return o, nil
			}
		}
		seen += len(entries)
		select {
		case <-grown:
		case <-ctx.Done():
			return chaos.Observation{}, fmt.Errorf("not observed: %w", context.Cause(ctx))
		}
	}
}

// Observations returns a copy of all entries.
func (j *journal) Observations() []chaos.Observation {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.entries)
}
