// Package chaostest gives tests of faults, and of what plays them, a cluster without members.
package chaostest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/network"
	"aftershock/internal/clock"
)

// Cluster is a target of names alone: it lists what is done to it, and its members then say what its script has them
// say. Its fields are set before a fault acts on it, or within Change.
type Cluster struct {
	chaos.Incapable
	Names []string          // of the members
	Led   chaos.Leadership  // no member means that there is none
	Obeys bool              // a transfer makes a leader, who says so
	Pins  map[string]string // client -> member
	// Script is what an operation such as "transfer n2" sets off. At is how long after it.
	Script map[string][]chaos.Observation
	Fails  map[string]error         // operation -> its error
	Takes  map[string]time.Duration // operation -> how long it takes to return

	Links map[string]*network.ClientLink // client -> its link

	peers *network.PeerNetwork // the links between members, which carry nothing; nil for none
	mu    sync.Mutex
	seen  []chaos.Observation
	grown chan struct{}
	done  []string
}

// New is a cluster of three, in which n1 leads term 4 and the client collector is pinned to n2.
func New() *Cluster {
	return &Cluster{
		Names: []string{"n1", "n2", "n3"}, Led: chaos.Leadership{Member: "n1", Term: 4},
		Pins:   map[string]string{"collector": "n2"},
		Script: map[string][]chaos.Observation{}, Fails: map[string]error{}, Takes: map[string]time.Duration{},
		grown: make(chan struct{}),
		Incapable: chaos.Incapable{Because: func(a chaos.Ability) error {
			return fmt.Errorf("the scripted cluster cannot: %s", a)
		}},
	}
}

// After is what a member says that long after an operation.
func After(d time.Duration, member string, kind chaos.ObservationKind, leader string, term uint64) chaos.Observation {
	return chaos.Observation{At: clock.Nanos(d), Member: member, Kind: kind, Leader: leader, Term: term}
}

// Members lists Names.
func (c *Cluster) Members() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.Names)
}

// Leader gives Led, and false while it names no member.
func (c *Cluster) Leader() (chaos.Leadership, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.Led, c.Led.Member != ""
}

// Clients lists the clients of Pins in order.
func (c *Cluster) Clients() []string { return slices.Sorted(maps.Keys(c.Pins)) }

// Pinned gives the member of Pins.
func (c *Cluster) Pinned(client string) (string, bool) {
	member, ok := c.Pins[client]
	return member, ok
}

// Await waits for an observation, among those that were said already too.
func (c *Cluster) Await(
	ctx context.Context, after clock.Nanos, match func(chaos.Observation) bool,
) (chaos.Observation, error) {
	for {
		c.mu.Lock()
		seen, grown := slices.Clone(c.seen), c.grown
		c.mu.Unlock()
		for _, o := range seen {
			if o.At > after && match(o) {
				return o, nil
			}
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return chaos.Observation{}, fmt.Errorf("not observed: %w", context.Cause(ctx))
		}
	}
}

// Say has a member say something, at the time that the observation has.
func (c *Cluster) Say(o chaos.Observation) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = append(c.seen, o)
	close(c.grown)
	c.grown = make(chan struct{})
}

// Act does an operation, with a context that has to be alive, and sets off what its script says.
func (c *Cluster) Act(ctx context.Context, what string) error {
	c.mu.Lock()
	c.done = append(c.done, what)
	err := c.Fails[what]
	c.mu.Unlock()
	if err != nil {
		return err
	}
	for _, o := range c.Script[what] {
		time.AfterFunc(time.Duration(o.At), func() {
			o.At = clock.Now()
			c.Say(o)
		})
	}
	time.Sleep(c.Takes[what])
	return ctx.Err()
}

// Transfer does "transfer n2". A cluster that obeys then has a leader who says so.
func (c *Cluster) Transfer(ctx context.Context, to string) error {
	err := c.Act(ctx, "transfer "+to)
	if err == nil && c.Obeys {
		c.mu.Lock()
		c.Led = chaos.Leadership{Member: to, Term: c.Led.Term + 1}
		o := chaos.Observation{At: clock.Now() + 1, Member: to, Kind: chaos.Elected, Leader: to, Term: c.Led.Term}
		c.mu.Unlock()
		c.Say(o)
	}
	return err
}

// Add does "add n4", or "add n4 as a learner", and appends to Names.
func (c *Cluster) Add(ctx context.Context, member string, learner bool) error {
	what := "add " + member
	if learner {
		what += " as a learner"
	}
	err := c.Act(ctx, what)
	if err == nil {
		c.Change(func() { c.Names = append(c.Names, member) })
	}
	return err
}

// Promote does "promote n4".
func (c *Cluster) Promote(ctx context.Context, member string) error {
	return c.Act(ctx, "promote "+member)
}

// Remove does "remove n3", and takes it from Names.
func (c *Cluster) Remove(ctx context.Context, member string) error {
	err := c.Act(ctx, "remove "+member)
	if err == nil {
		c.Change(func() { c.Names = slices.DeleteFunc(c.Names, func(m string) bool { return m == member }) })
	}
	return err
}

// Change changes fields while faults may be at work.
func (c *Cluster) Change(act func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	act()
}

// Crash does "crash n1".
func (c *Cluster) Crash(ctx context.Context, member string) (clock.Nanos, error) {
	err := c.Act(ctx, "crash "+member)
	return clock.Now(), err
}

// Restart does "restart n1".
func (c *Cluster) Restart(ctx context.Context, member string) error {
	return c.Act(ctx, "restart "+member)
}

// Stop does "stop n1".
func (c *Cluster) Stop(ctx context.Context, member string) (clock.Nanos, error) {
	err := c.Act(ctx, "stop "+member)
	return clock.Now(), err
}

// Next is a version that is newer than any.
func (c *Cluster) Next() (string, error) { return "9.9.9", nil }

// Switch does "switch n1".
func (c *Cluster) Switch(member string) error {
	return c.Act(context.Background(), "switch "+member)
}

// Pause does "pause n1".
func (c *Cluster) Pause(member string) error {
	return c.Act(context.Background(), "pause "+member)
}

// Resume does "resume n1".
func (c *Cluster) Resume(member string) error {
	return c.Act(context.Background(), "resume "+member)
}

// Partition does "partition map[...]", and its heal does "heal".
func (c *Cluster) Partition(g chaos.Grudge) (func(), error) {
	ctx := context.Background()
	what := fmt.Sprint("partition ", map[string][]string(g))
	return func() { _ = c.Act(ctx, "heal") }, c.Act(ctx, what)
}

// Wire gives the members links, for faults that watch some.
func (c *Cluster) Wire(t *testing.T) *Cluster {
	t.Helper()
	silent := map[string]string{}
	for _, m := range c.Names {
		silent[m] = ""
	}
	var err error
	if c.peers, err = network.Listen(silent); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.peers.Close)
	return c
}

// PeerLink gives a link that Wire made.
func (c *Cluster) PeerLink(from, to string) (*network.Link, error) {
	if c.peers == nil {
		return c.Incapable.PeerLink(from, to)
	}
	return c.peers.Link(from, to)
}

// ClientLink gives a link of Links.
func (c *Cluster) ClientLink(client string) (*network.ClientLink, error) {
	if l, ok := c.Links[client]; ok {
		return l, nil
	}
	return c.Incapable.ClientLink(client)
}

// ResetPeers resets connections between members that have links.
func (c *Cluster) ResetPeers(a, b string) (int, error) {
	if c.peers == nil {
		return c.Incapable.ResetPeers(a, b)
	}
	return c.peers.Reset(a, b)
}

// Able says of every ability that it is there.
func (c *Cluster) Able(chaos.Ability) error { return nil }

// Operations lists what was done so far, such as "crash n1".
func (c *Cluster) Operations() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.done)
}

// Isolated is what isolating n1 does to New's cluster, as Operations lists it.
const Isolated = "partition map[n1:[n2 n3] n2:[n1] n3:[n1]]"

// Compare fails a test in which two lists differ, and shows both.
func Compare(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant:\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
