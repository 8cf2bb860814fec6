package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// FaultRule is what plans need to know about a fault of the catalogue.
type FaultRule struct {
	Name   string
	Held   bool // lasts until it is healed, and so needs for=
	Moves  bool // moves leadership, and so needs to=
	Aim    Aim
	Params []Param
	// Draws says that the fault makes choices of its own: Expand draws the number from which they come.
	Draws bool
	// Takes is what the fault needs to itself, or leaves to no other fault. It collides with all that take or use the
	// same at that time.
	Takes []Resource
	// With is what it takes besides, with a parameter's value, such as "on=clients".
	With map[string][]Resource
	// Uses is what only has to be there: several faults may use it at the same time, but no other may take it then.
	Uses []Resource
	// Onset is how long it may take until the effect of a held fault is seen. The fault uses its resources until then,
	// and again from its heal on. With 0 it uses them all the time.
	Onset time.Duration
	// Role is what its target has to be; LeadsWith is a parameter's value with which it has to lead, such as
	// "only=leader".
	Role      Role
	LeadsWith string
	// PinnedWith is a parameter's value with which a client has to be pinned to the target.
	PinnedWith string
	// Deposes tells that its target, which led, follows another one afterwards.
	Deposes bool
	// Room is how long a fault that is not held may be at work. Nothing that it collides with begins meanwhile.
	Room time.Duration
	// Settle is how long the cluster may take to be itself again afterwards. What the fault takes and uses is not
	// free before.
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

// The resources. Those of a member are kept apart where two targets cannot be one: by name, or by where clients are
// pinned. Other targets are symbolic until an event fires, and a fault of the leader and one of a follower may well hit
// the same member. A member that is gone, or suspended, has none of them: neither links nor storage.
const (
	Quorum      Resource = "quorum"       // who is up, who hears whom, who leads
	PeerLinks   Resource = "peer-links"   // how members hear each other, and how fast
	ClientLinks Resource = "client-links" // how clients reach a member, and that it answers
	Storage     Resource = "storage"      // a member's backend: its revisions, its alarms, its file
	Load        Resource = "load"         // extra requests
)

// ofMembers tells whether each member has the resource for itself.
func (r Resource) ofMembers() bool { return r == ClientLinks || r == Storage }

// Role is what a fault's target has to be when it is hit.
type Role int

// The roles.
const (
	AnyRole Role = iota
	Leads
	Follows
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
	Next      Feature = "next"           // another etcd to which members can be changed
)

// Length is how long an event of this fault keeps what it takes: as long as it is held, or its room.
func (r FaultRule) Length(held time.Duration) time.Duration {
	if r.Held {
		return held
	}
	return r.Room
}

// AllTakes lists what it takes with any of its parameters' values.
func (r FaultRule) AllTakes() []Resource {
	all := slices.Clone(r.Takes)
	for _, value := range slices.Sorted(maps.Keys(r.With)) {
		for _, resource := range r.With[value] {
			if !slices.Contains(all, resource) {
				all = append(all, resource)
			}
		}
	}
	return all
}

// OnlyUses lists what it uses and does not take.
func (r FaultRule) OnlyUses() []Resource {
	takes := r.AllTakes()
	return slices.DeleteFunc(slices.Clone(r.Uses), func(u Resource) bool { return slices.Contains(takes, u) })
}

// takes gives what it takes with these parameters; those that are not given have their defaults.
func (r FaultRule) takes(given Params) []Resource {
	all := r.Takes
	for value, more := range r.With {
		if r.Has(given, value) {
			all = slices.Concat(all, more)
		}
	}
	return all
}

// Has tells whether a parameter has the value that "name=value" says. One that is not given has its default.
func (r FaultRule) Has(given Params, value string) bool {
	name, want, _ := strings.Cut(value, "=")
	return value != "" && complete(r.Params, given)[name] == want
}

// role gives what its target has to be with these parameters.
func (r FaultRule) role(given Params) Role {
	if r.Has(given, r.LeadsWith) {
		return Leads
	}
	return r.Role
}

// Fits refuses a cluster that is not fit for the fault, and a fault that is not available.
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
