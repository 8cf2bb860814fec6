package chaos_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/network"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// fake is a target that lists what is done to it, and whose members then say what its script has them say.
type fake struct {
	chaos.Incapable
	members []string
	leader  chaos.Leadership // no member means that there is none
	obeys   bool             // a transfer makes a leader, who says so
	pinned  map[string]string
	// script is what an operation such as "transfer n2" sets off. At is how long after it.
	script map[string][]chaos.Observation
	fails  map[string]error         // operation -> its error
	takes  map[string]time.Duration // operation -> how long it takes to return

	peers *network.PeerNetwork           // the links between members, which carry nothing; nil for none
	wires map[string]*network.ClientLink // client -> its link

	mu    sync.Mutex
	seen  []chaos.Observation
	grown chan struct{}
	done  []string
}

// cluster is a fake of three in which n1 leads term 4.
func cluster() *fake {
	return &fake{
		members: []string{"n1", "n2", "n3"}, leader: chaos.Leadership{Member: "n1", Term: 4},
		pinned: map[string]string{"collector": "n2"},
		script: map[string][]chaos.Observation{}, fails: map[string]error{}, takes: map[string]time.Duration{},
		grown:     make(chan struct{}),
		Incapable: chaos.Incapable{Because: func(a chaos.Ability) error { return fmt.Errorf("the fake cannot: %s", a) }},
	}
}

// after is what a member says that long after an operation.
func after(d time.Duration, member string, kind chaos.ObservationKind, leader string, term uint64) chaos.Observation {
	return chaos.Observation{At: clock.Nanos(d), Member: member, Kind: kind, Leader: leader, Term: term}
}

func (f *fake) Members() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.members)
}

func (f *fake) Leader() (chaos.Leadership, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.leader, f.leader.Member != ""
}

func (f *fake) Clients() []string { return slices.Sorted(maps.Keys(f.pinned)) }

func (f *fake) Pinned(client string) (string, bool) {
	member, ok := f.pinned[client]
	return member, ok
}

func (f *fake) Await(
	ctx context.Context, after clock.Nanos, match func(chaos.Observation) bool,
) (chaos.Observation, error) {
	for {
		f.mu.Lock()
		seen, grown := slices.Clone(f.seen), f.grown
		f.mu.Unlock()
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

func (f *fake) say(o chaos.Observation) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen = append(f.seen, o)
	close(f.grown)
	f.grown = make(chan struct{})
}

// act does an operation, with a context that has to be alive, and sets off what its script says.
func (f *fake) act(ctx context.Context, what string) error {
	f.mu.Lock()
	f.done = append(f.done, what)
	err := f.fails[what]
	f.mu.Unlock()
	if err != nil {
		return err
	}
	for _, o := range f.script[what] {
		time.AfterFunc(time.Duration(o.At), func() {
			o.At = clock.Now()
			f.say(o)
		})
	}
	time.Sleep(f.takes[what])
	return ctx.Err()
}

func (f *fake) Transfer(ctx context.Context, to string) error {
	err := f.act(ctx, "transfer "+to)
	if err == nil && f.obeys {
		f.mu.Lock()
		f.leader = chaos.Leadership{Member: to, Term: f.leader.Term + 1}
		o := chaos.Observation{At: clock.Now() + 1, Member: to, Kind: chaos.Elected, Leader: to, Term: f.leader.Term}
		f.mu.Unlock()
		f.say(o)
	}
	return err
}

func (f *fake) Add(ctx context.Context, member string, learner bool) error {
	what := "add " + member
	if learner {
		what += " as a learner"
	}
	err := f.act(ctx, what)
	if err == nil {
		f.change(func() { f.members = append(f.members, member) })
	}
	return err
}

func (f *fake) Promote(ctx context.Context, member string) error {
	return f.act(ctx, "promote "+member)
}

func (f *fake) Remove(ctx context.Context, member string) error {
	err := f.act(ctx, "remove "+member)
	if err == nil {
		f.change(func() { f.members = slices.DeleteFunc(f.members, func(m string) bool { return m == member }) })
	}
	return err
}

func (f *fake) change(act func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	act()
}

func (f *fake) Crash(ctx context.Context, member string) (clock.Nanos, error) {
	err := f.act(ctx, "crash "+member)
	return clock.Now(), err
}

func (f *fake) Restart(ctx context.Context, member string) error {
	return f.act(ctx, "restart "+member)
}

func (f *fake) Stop(ctx context.Context, member string) (clock.Nanos, error) {
	err := f.act(ctx, "stop "+member)
	return clock.Now(), err
}

func (f *fake) Pause(member string) error {
	return f.act(context.Background(), "pause "+member)
}

func (f *fake) Resume(member string) error {
	return f.act(context.Background(), "resume "+member)
}

func (f *fake) Partition(g chaos.Grudge) (func(), error) {
	ctx := context.Background()
	what := fmt.Sprint("partition ", map[string][]string(g))
	return func() { _ = f.act(ctx, "heal") }, f.act(ctx, what)
}

// wire gives the members links, for faults that watch some.
func (f *fake) wire(t *testing.T) *fake {
	t.Helper()
	silent := map[string]string{}
	for _, m := range f.members {
		silent[m] = ""
	}
	var err error
	if f.peers, err = network.Listen(silent); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.peers.Close)
	return f
}

func (f *fake) PeerLink(from, to string) (*network.Link, error) {
	if f.peers == nil {
		return f.Incapable.PeerLink(from, to)
	}
	return f.peers.Link(from, to)
}

func (f *fake) ClientLink(client string) (*network.ClientLink, error) {
	if l, ok := f.wires[client]; ok {
		return l, nil
	}
	return f.Incapable.ClientLink(client)
}

func (f *fake) ResetPeers(a, b string) (int, error) {
	if f.peers == nil {
		return f.Incapable.ResetPeers(a, b)
	}
	return f.peers.Reset(a, b)
}

func (f *fake) Able(chaos.Ability) error { return nil }

func (f *fake) operations() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.done)
}

// isolated is the operation that partition-leader does to a cluster of three.
const isolated = "partition map[n1:[n2 n3] n2:[n1] n3:[n1]]"

// inject finds a fault and injects it.
func inject(t *testing.T, f *fake, e plan.Event) (chaos.Ongoing, error) {
	t.Helper()
	fault, err := chaos.Find(e.Fault)
	if err != nil {
		t.Fatal(err)
	}
	return fault.Inject(t.Context(), f, e)
}

// observed is a condition on how long after something a moment was, in the words of a table: "5ms", or "none".
func observed(since clock.Nanos, wait func(context.Context) (chaos.Sight, error)) string {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	sight, err := wait(ctx)
	if err != nil {
		return "none"
	}
	return sight.At.Sub(since).String()
}
