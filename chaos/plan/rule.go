package plan

import (
	"fmt"
	"slices"
	"time"
)

// FaultRule is what plans need to know about a fault of the catalogue.
type FaultRule struct {
	Name   string
	Held   bool // lasts until it is healed, and so needs for=
	Moves  bool // moves leadership, and so needs to=
	Aim    Aim
	Params []Param
	// Draws tells that the fault makes choices of its own: Expand draws a number for it, from which they come.
	Draws bool
	// Takes is what the fault needs to itself: two faults that take the same collide when their times overlap.
	Takes []Resource
	// Room is how long a fault that is not held may be at work. Nothing that it collides with begins meanwhile.
	Room time.Duration
	// Settle is how long the cluster may take to be itself again afterwards: a mix leaves it that much more calm.
	Settle time.Duration
	// Members is the smallest cluster that it can be done to; 0 is any.
	Members int
	// Wants is what the cluster must have been set up with.
	Wants []Feature
	// Unavailable says what the fault would need that no runtime has. Plans with such a fault are refused.
	Unavailable string
}

// Aim is what a fault's target is.
type Aim int

// The aims.
const (
	AtMember  Aim = iota // a member, in any of the words for one
	AtClient             // a client of the plan: client.<name>
	AtCluster            // the whole cluster: there is no target=
)

// Resource is something that a fault needs to itself while it lasts.
type Resource string

// The resources. Targets are symbolic until an event fires, so they are the cluster's and not a member's: a fault of the
// leader and one of a follower may well hit the same member.
const (
	Quorum      Resource = "quorum"       // who is up, who hears whom, who leads
	PeerLinks   Resource = "peer-links"   // how fast members hear each other
	ClientLinks Resource = "client-links" // how clients reach members
	Storage     Resource = "storage"      // backend, revisions, alarms
	Load        Resource = "load"         // extra requests
)

// everything is what a fault takes that is to be alone.
var everything = []Resource{Quorum, PeerLinks, ClientLinks, Storage, Load}

// Feature is something that a cluster has only when its scenario says so.
type Feature string

// The features, each named like the field of a scenario's cluster that gives it.
const (
	TLS       Feature = "tls"            // members and clients authenticate each other
	Quota     Feature = "quota"          // a backend quota small enough to be filled
	Snapshots Feature = "snapshot-count" // a raft log short enough to be overtaken
)

// Length is how long an event of this fault keeps what it takes: as long as it is held, or its room.
func (r FaultRule) Length(held time.Duration) time.Duration {
	if r.Held {
		return held
	}
	return r.Room
}

// Fits refuses a cluster that the fault cannot be done to, and a fault that nobody can do.
func (r FaultRule) Fits(members int, has []Feature) error {
	if r.Unavailable != "" {
		return fmt.Errorf("%s is not available: it needs %s", r.Name, r.Unavailable)
	}
	if members < r.Members {
		return fmt.Errorf("%s needs %d members, the cluster has %d", r.Name, r.Members, members)
	}
	for _, f := range r.Wants {
		if !slices.Contains(has, f) {
			return fmt.Errorf("%s needs %q in the scenario's section \"cluster\"", r.Name, f)
		}
	}
	return nil
}

// Common gives a resource that both need to themselves.
func Common(a, b []Resource) (Resource, bool) {
	for _, r := range a {
		if slices.Contains(b, r) {
			return r, true
		}
	}
	return "", false
}

func (r FaultRule) param(name string) (Param, bool) {
	for _, p := range r.Params {
		if p.Name == name {
			return p, true
		}
	}
	return Param{}, false
}

// find finds a rule by the fault's name.
func find(rules []FaultRule, name string) (FaultRule, bool) {
	for _, r := range rules {
		if r.Name == name {
			return r, true
		}
	}
	return FaultRule{}, false
}

func faultNames(rules []FaultRule) []string {
	names := make([]string, len(rules))
	for i, r := range rules {
		names[i] = r.Name
	}
	return names
}
