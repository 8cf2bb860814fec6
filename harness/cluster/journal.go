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
	mu        sync.Mutex
	voters    map[string]bool // learners follow a leader too, and count for nothing
	grown     chan struct{}   // closed and replaced with every entry
	entries   []chaos.Observation
	following map[string]chaos.Leadership // member -> the leader it follows
}

func newJournal(voters []string) *journal {
	j := &journal{voters: map[string]bool{}, grown: make(chan struct{}), following: map[string]chaos.Leadership{}}
	for _, name := range voters {
		j.voters[name] = true
	}
	return j
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
	case chaos.Joined:
		j.voters[o.Member] = true
	case chaos.Left:
		delete(j.voters, o.Member) // what it goes on saying until it ends is nobody's majority
	case chaos.Started, chaos.LogCompacted, chaos.SnapshotApplied:
	}
	close(j.grown)
	j.grown = make(chan struct{})
}

// votes tells whether a member has a vote.
func (j *journal) votes(member string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.voters[member]
}

// Leader gives the leader that a majority of all voters follows.
func (j *journal) Leader() (chaos.Leadership, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.leader()
}

func (j *journal) leader() (chaos.Leadership, bool) {
	votes := map[chaos.Leadership]int{}
	for member, l := range j.following {
		if !j.voters[member] || !j.voters[l.Member] { // a leader that was removed leads until it has ended, to no end
			continue
		}
		votes[l]++
		if votes[l] > len(j.voters)/2 {
			return l, true
		}
	}
	return chaos.Leadership{}, false
}

func anyLeader(chaos.Leadership) bool { return true }

// awaitLeader waits until a majority follows a leader that will do.
func (j *journal) awaitLeader(ctx context.Context, willDo func(chaos.Leadership) bool) (chaos.Leadership, error) {
	for {
		j.mu.Lock()
		leader, ok := j.leader()
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
