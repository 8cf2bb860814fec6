package cluster

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"aftershock/chaos"
	"aftershock/internal/clock"
)

// journal collects observations of the members, and says who leads.
type journal struct {
	mu        sync.Mutex
	grown     chan struct{} // closed and replaced with every entry
	entries   []chaos.Observation
	following *chaos.Following
}

func newJournal(voters []string) *journal {
	return &journal{grown: make(chan struct{}), following: chaos.NewFollowing(voters)}
}

func (j *journal) add(o chaos.Observation) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = append(j.entries, o)
	j.following.Take(o)
	close(j.grown)
	j.grown = make(chan struct{})
}

// votes tells whether a member has a vote.
func (j *journal) votes(member string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.following.Votes(member)
}

// Leader gives the leader that the cluster follows.
func (j *journal) Leader() (chaos.Leadership, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.following.Leader()
}

func anyLeader(chaos.Leadership) bool { return true }

// awaitLeader waits until the cluster follows an acceptable leader.
func (j *journal) awaitLeader(ctx context.Context, willDo func(chaos.Leadership) bool) (chaos.Leadership, error) {
	for {
		j.mu.Lock()
		leader, ok := j.following.Leader()
		grown := j.grown
		j.mu.Unlock()
		if ok && willDo(leader) {
			return leader, nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return leader, fmt.Errorf("%w: %w", chaos.ErrNoLeader, context.Cause(ctx))
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
