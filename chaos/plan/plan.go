// Package plan expands a seed and a fault spec into the events of one trial pair, as values and as text.
//
// It is pure: no goroutine, clock or file. The same spec, seed and pair give the same plan to the byte; both arms of a
// pair replay it.
package plan

import (
	"slices"
	"time"
)

// Spec is what a scenario says about its faults, before a seed has fixed the details.
type Spec struct {
	// Members is the size of the cluster: a "follower" is drawn from one fewer.
	Members int
	// Clients names the clients that are pinned to one member each, and the symbolic member each is pinned to.
	Clients []ClientSpec
	Faults  []FaultSpec
	Mix     *Mix `json:",omitempty"` // faults chosen at random beside them; nil for none
}

// Holds tells whether any fault is held for a time, or may be: without one there is no time under a trigger.
func (s Spec) Holds() bool {
	held := func(f FaultSpec) bool { return f.For > 0 }
	return slices.ContainsFunc(s.Faults, held) || s.Mix != nil &&
		slices.ContainsFunc(s.Mix.Choices, func(c Choice) bool { return held(c.FaultSpec) })
}

// ClientSpec pins a client: Pin is "leader", "follower" (the seed picks which) or a member name.
type ClientSpec struct {
	Name string
	Pin  string
}

// FaultSpec is one fault of a scenario. At runs from the trial's epoch.
type FaultSpec struct {
	Fault  string        // a name from faults.All
	Target string        // "leader", "follower", "client.<name>" (the member it is pinned to), or a member name
	To     string        // where leadership goes, for faults that move it; the same words as Target; may be empty
	At     time.Duration // earliest start
	Jitter time.Duration // the seed adds a uniform share of this to At
	For    time.Duration // how long the fault is held after it was injected; 0 for faults that are not held
	Params Params        `json:",omitempty"` // the given ones; the others have their defaults
	Repeat int           `json:",omitempty"` // how often it happens; 0 is once
	Every  time.Duration `json:",omitempty"` // from one At to the next, before the jitter
	Line   int           `json:"-"`          // of the scenario's file; 0 when that is not known
}

// Mix chooses faults at random until its time is over.
type Mix struct {
	From    time.Duration // from the trial's epoch
	Until   time.Duration // every fault has ended by then
	Calm    time.Duration // the least time between two faults that would collide, and between two on one track
	Jitter  time.Duration // the seed adds a uniform share of this to each calm
	Overlap int           // how many faults may be under way at a time: the number of tracks
	Choices []Choice
}

// Choice is a fault of a mix. At, Jitter, Repeat and Every of it are not used.
type Choice struct {
	FaultSpec
	Weight int  // how often it is chosen, relative to the others
	Alone  bool `json:",omitempty"` // nothing else is under way meanwhile, whether it would collide or not
}

// Plan is the expanded list of events for one pair.
type Plan struct {
	Scenario string
	Seed     uint64
	Pair     int // from 1
	Clients  []Client
	Events   []Event // in the order of At
}

// Client is a pinned client with the seed's choice made: Pin is "leader", "follower.<k>" (the k-th follower by name,
// counted from 0 when the trial starts) or a member name.
type Client struct {
	Name string
	Pin  string
}

// Event is one fault to inject. Its targets stay symbolic; they are resolved when it fires, and the resolution is
// recorded. "follower.<k>" is then the k-th member by name, from 0, among those that do not lead at that moment.
type Event struct {
	ID     string // e1, e2, ... in the order of At
	Fault  string
	Target string        // "leader", "follower.<k>", "client.<name>", a member name, or nothing where the fault has no target
	To     string        // the same words; may be empty
	At     time.Duration // from the trial's epoch
	For    time.Duration
	Params Params // every one that the fault has
}
