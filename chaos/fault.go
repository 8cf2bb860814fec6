// Package chaos hurts an etcd cluster on purpose and observes that it did. It holds the contract of a fault, what can
// be done to a cluster (Target), and the player of plans. It knows no single fault: aftershock/chaos/faults lists them.
//
// A fault is injected and observed to take effect, held for as long as the plan says, healed, and the cluster is
// observed to recover. Every moment is recorded.
package chaos

import (
	"context"
	"maps"
	"slices"

	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// Fault is one way to hurt a cluster. It is a value in a list, not a registration.
type Fault struct {
	plan.FaultRule
	Group   Group
	Summary string // one sentence: what happens to the cluster
	// Needs names the Target's abilities that Inject uses, so that a runtime without them refuses the plan before
	// anything starts.
	Needs []Ability
	// NeedsWith is what it needs besides, with a parameter's value, such as "on=clients": links with clients are ours
	// on any cluster, and those between its members are not.
	NeedsWith map[string][]Ability
	// Harmless is maintenance or load that is meant to hurt no one. It ends in Done and not in Effective: a trial
	// measures what it costs others.
	Harmless bool
	// Lasting says which changes stay when the fault is healed; "" when none do. On an external cluster it needs an
	// allowance of its own.
	Lasting string
	// Inject starts the harm and returns the Ongoing that undoes and observes it. On error nothing is left injected.
	Inject func(ctx context.Context, t Target, e plan.Event) (Ongoing, error)
}

// NeedsOf lists what Inject uses with these parameters; those that are not given have their defaults.
func (f Fault) NeedsOf(given plan.Params) []Ability {
	all := f.Needs
	for _, value := range slices.Sorted(maps.Keys(f.NeedsWith)) {
		if f.Has(given, value) {
			all = slices.Concat(all, f.NeedsWith[value])
		}
	}
	return all
}

// Ways lists the parameters' values, such as "on=clients", with which a runtime has all that the fault needs. A fault
// that always needs the same has one way, "". There is none where the runtime lacks something in each.
func (f Fault) Ways(able func(Ability) error) (ways []string) {
	lacks := func(a Ability) bool { return able(a) != nil }
	if slices.ContainsFunc(f.Needs, lacks) {
		return nil
	}
	if len(f.NeedsWith) == 0 {
		return []string{""}
	}
	for _, value := range slices.Sorted(maps.Keys(f.NeedsWith)) {
		if !slices.ContainsFunc(f.NeedsWith[value], lacks) {
			ways = append(ways, value)
		}
	}
	return ways
}

// reached is the stage of a fault that has done what it is for: Done or Effective.
func (f Fault) reached() Stage {
	if f.Harmless {
		return Done
	}
	return Effective
}

// Group is what a fault hurts, for the catalogue.
type Group string

// The groups, in the order in which they are shown.
const (
	OfProcess    Group = "process"
	OfElection   Group = "election"
	OfPartition  Group = "partition"
	OfLink       Group = "link"
	OfStorage    Group = "storage"
	OfMembership Group = "membership"
	OfLoad       Group = "load"
	OfSecurity   Group = "security"
	OfMachine    Group = "machine" // clock, disk, packets: what takes more than an ordinary user's rights
)

// Ongoing is a fault that has been injected.
type Ongoing interface {
	// Resolved says to what the event's symbolic targets were resolved, such as target=n2 term=4.
	Resolved() map[string]string
	// Effective waits until the harm is observed, from outside of the fault: by a client, a watcher, the other end of a
	// connection, or in raft's words. For a harmless fault it waits until the work is done.
	Effective(ctx context.Context) (Sight, error)
	// Heal undoes the harm. It may be called more than once, and is called again when it fails.
	Heal(ctx context.Context) error
	// Recovered waits until the cluster is observed to be whole again.
	Recovered(ctx context.Context) (Sight, error)
}

// Sight is when something was seen, and what it was: "n2 lost its leader n1".
type Sight struct {
	At  clock.Nanos
	Saw string
}

// And joins two sights; its moment is the later one.
func (s Sight) And(other Sight) Sight {
	s.At = max(s.At, other.At)
	if s.Saw != "" {
		s.Saw += ", "
	}
	s.Saw += other.Saw
	return s
}
