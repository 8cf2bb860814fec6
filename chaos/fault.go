// Package chaos hurts an etcd cluster on purpose and observes that it did.
//
// A fault is injected, waited for until it is observed to take effect, held for as long as the plan says, healed, and
// waited for until the cluster has recovered; every moment is recorded. One fault, one file; All lists them.
package chaos

import (
	"context"

	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// Fault is one way to hurt. It is a value in All, not a registration.
type Fault struct {
	Name    string
	Summary string // one sentence: what happens to the cluster
	// Held tells whether the fault lasts until it is healed (and so needs for=...), or is over once it took effect.
	Held bool
	// Moves tells whether the fault moves leadership to a place that the plan names (and so needs to=...).
	Moves bool
	// Needs names the Target's abilities that Inject uses, so that a runtime without them refuses the plan before
	// anything starts.
	Needs []Ability
	// Inject starts the harm and returns what undoes and observes it. On error nothing is left injected.
	Inject func(ctx context.Context, t Target, e plan.Event) (Ongoing, error)
}

// Ongoing is a fault that has been injected.
type Ongoing interface {
	// Resolved gives what the event's symbolic targets turned out to be, such as target=n2 term=4.
	Resolved() map[string]string
	// Effective waits until the harm is observed, and returns when that was.
	Effective(ctx context.Context) (clock.Nanos, error)
	// Heal undoes the harm. It may be called more than once.
	Heal(ctx context.Context) error
	// Recovered waits until the cluster is observed to be whole again, and returns when that was.
	Recovered(ctx context.Context) (clock.Nanos, error)
}

// Ability is something a Target can or cannot do to its members.
type Ability string

// The abilities that faults need.
const (
	CanTransfer  Ability = "transfer leadership"
	CanCrash     Ability = "crash a member"
	CanIsolate   Ability = "cut a member off in both directions"
	CanCutOneWay Ability = "cut one direction of a link"
)

// Target is what faults act upon: a cluster, seen through the few things that can be done to it.
type Target interface {
	Topology
	Observer
	Surgeon
}

// Topology resolves symbolic targets at the moment an event fires.
type Topology interface {
	// Members lists the member names in order.
	Members() []string
	// Leader gives the leader that a majority follows, and false while there is none.
	Leader() (Leadership, bool)
	// Pinned gives the member to which a client is pinned.
	Pinned(client string) (string, bool)
}

// Observer tells what raft itself said.
type Observer interface {
	// Await returns the first observation after the given moment that matches, waiting for it if need be.
	Await(ctx context.Context, after clock.Nanos, match func(Observation) bool) (Observation, error)
}

// Surgeon does things to members. Each has an Ability; calling one that the target lacks is an error.
type Surgeon interface {
	Transfer(ctx context.Context, to string) error
	Crash(ctx context.Context, member string) (clock.Nanos, error)
	Restart(ctx context.Context, member string) error
	// Partition applies a grudge: to each member, the members that it does not hear. Heal releases all that was held.
	Partition(Grudge) (heal func(), err error)
	Able(Ability) error
}

// Grudge maps a member to the members whose bytes do not reach it (Jepsen's term, jepsen/nemesis.clj).
type Grudge map[string][]string

// Leadership is a term and who leads it.
type Leadership struct {
	Member string `json:"member"`
	Term   uint64 `json:"term"`
}

// ObservationKind says which of raft's three sentences about its leader a member logged (raft/v3 node.go).
type ObservationKind string

// The kinds of observation.
const (
	Elected ObservationKind = "leader-elected" // "elected leader": had none, has one
	Changed ObservationKind = "leader-changed" // "changed leader from": had one, has another
	Lost    ObservationKind = "leader-lost"    // "lost leader": had one, has none
	Exited  ObservationKind = "member-exited"  // the member's process ended
	Started ObservationKind = "member-started" // the member serves clients
	Joined  ObservationKind = "member-joined"  // became a voting member
	Left    ObservationKind = "member-left"    // is no member any more
)

// Observation is one thing that one member was seen to do.
type Observation struct {
	At     clock.Nanos     `json:"at"`
	Member string          `json:"member"`
	Kind   ObservationKind `json:"kind"`
	Leader string          `json:"leader,omitempty"` // the new leader; for Lost the one that was lost
	Term   uint64          `json:"term,omitempty"`
}

// Follows tells whether the observation says that its member now has this leader.
func (o Observation) Follows(leader string) bool {
	return (o.Kind == Elected || o.Kind == Changed) && o.Leader == leader
}
