package cluster

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/faults"
	"aftershock/chaos/network"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
	"aftershock/internal/slow"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// watched is a target that notes which abilities are used.
type watched struct {
	chaos.Target
	mu   sync.Mutex
	used map[chaos.Ability]bool
}

func (w *watched) uses(a chaos.Ability) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.used[a] = true
}

func (w *watched) Transfer(ctx context.Context, to string) error {
	w.uses(chaos.CanTransfer)
	return w.Target.Transfer(ctx, to)
}

func (w *watched) Crash(ctx context.Context, member string) (clock.Nanos, error) {
	w.uses(chaos.CanCrash)
	return w.Target.Crash(ctx, member)
}

func (w *watched) Stop(ctx context.Context, member string) (clock.Nanos, error) {
	w.uses(chaos.CanStop)
	return w.Target.Stop(ctx, member)
}

func (w *watched) Pause(member string) error {
	w.uses(chaos.CanPause)
	return w.Target.Pause(member)
}

func (w *watched) Partition(g chaos.Grudge) (func(), error) {
	ability := chaos.CanIsolate
	for hearer, unheard := range g {
		for _, m := range unheard {
			if !slices.Contains(g[m], hearer) {
				ability = chaos.CanCutOneWay
			}
		}
	}
	w.uses(ability)
	return w.Target.Partition(g)
}

func (w *watched) PeerLink(from, to string) (*network.Link, error) {
	w.uses(chaos.CanShapePeers)
	return w.Target.PeerLink(from, to)
}

func (w *watched) ResetPeers(a, b string) (int, error) {
	w.uses(chaos.CanShapePeers)
	return w.Target.ResetPeers(a, b)
}

func (w *watched) ClientLink(client string) (*network.ClientLink, error) {
	w.uses(chaos.CanCutClients)
	return w.Target.ClientLink(client)
}

func (w *watched) Admin(member string) (*clientv3.Client, error) {
	w.uses(chaos.CanAdminister)
	return w.Target.Admin(member)
}

func (w *watched) Add(ctx context.Context, member string, learner bool) error {
	w.uses(chaos.CanReshape)
	return w.Target.Add(ctx, member, learner)
}

func (w *watched) Promote(ctx context.Context, member string) error {
	w.uses(chaos.CanReshape)
	return w.Target.Promote(ctx, member)
}

func (w *watched) Remove(ctx context.Context, member string) error {
	w.uses(chaos.CanReshape)
	return w.Target.Remove(ctx, member)
}

func (w *watched) Restore(ctx context.Context, snapshot string) error {
	w.uses(chaos.CanRestore)
	return w.Target.Restore(ctx, snapshot)
}

func (w *watched) Next() (string, error) {
	w.uses(chaos.CanSwitch)
	return w.Target.Next()
}

func (w *watched) Switch(member string) error {
	w.uses(chaos.CanSwitch)
	return w.Target.Switch(member)
}

func (w *watched) Reissue(holder string, life chaos.Life) (string, error) {
	w.uses(chaos.CanReissue)
	return w.Target.Reissue(holder, life)
}

func (w *watched) Serial(ctx context.Context, member string, side chaos.Side) (string, error) {
	w.uses(chaos.CanReissue)
	return w.Target.Serial(ctx, member, side)
}

func (w *watched) Handshake(ctx context.Context, client string) error {
	w.uses(chaos.CanReissue)
	return w.Target.Handshake(ctx, client)
}

// features are what a cluster was set up with, by which faults are allowed.
func features(c Config) []plan.Feature {
	var has []plan.Feature
	if c.TLS {
		has = append(has, plan.TLS)
	}
	if c.Quota > 0 {
		has = append(has, plan.Quota)
	}
	if c.SnapshotCount > 0 {
		has = append(has, plan.Snapshots)
	}
	if c.Next != nil {
		has = append(has, plan.Next)
	}
	return has
}

// spec is an event as a scenario would write it: what is not given has its default.
func spec(fault, target string, held time.Duration, params plan.Params) plan.FaultSpec {
	return plan.FaultSpec{Fault: fault, Target: target, For: held, Params: params}
}

// playFault plays one fault on a real cluster: its effect and its recovery must be observed, in their order, it must use
// no ability that it does not say it needs, and the cluster must write afterwards. It returns the fault's moments.
func playFault(t *testing.T, c *Processes, s plan.FaultSpec) map[chaos.Stage]chaos.Moment {
	t.Helper()
	played.Add(1)
	fault, err := faults.Find(s.Fault)
	if err != nil {
		t.Fatal(err)
	}
	p := plan.Expand("test", plan.Spec{Members: len(c.Members()), Faults: []plan.FaultSpec{s}}, faults.Rules(), 1, 1)
	leader, _ := c.Leader()
	for _, client := range c.Clients() {
		pin, _ := c.Pinned(client)
		if pin == leader.Member && pin != s.Target {
			pin = "leader"
		}
		p.Clients = append(p.Clients, plan.Client{Name: client, Pin: pin})
	}
	if err := plan.Check([]plan.Plan{p}, faults.Rules(), c.Members(), features(c.config)); err != nil {
		t.Fatal(err)
	}
	target := &watched{Target: c, used: map[chaos.Ability]bool{}}
	reached := map[chaos.Stage]chaos.Moment{}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err = chaos.Play(ctx, clock.Now(), p.Events, target, faults.Find, func(m chaos.Moment) { reached[m.Stage] = m })
	if err != nil {
		t.Fatalf("%v; reached %+v; seen: %+v", err, reached, c.Observations())
	}
	stage, other := chaos.Effective, chaos.Done
	if fault.Harmless {
		stage, other = other, stage
	}
	if reached[stage].At < reached[chaos.Injected].At || reached[chaos.Recovered].At < reached[stage].At ||
		reached[stage].Observed == "" || reached[other].At != 0 {
		t.Errorf("stages out of order, or nothing was observed: %+v", reached)
	}
	for used := range target.used {
		if !slices.Contains(fault.NeedsOf(p.Events[0].Params), used) {
			t.Errorf("%s used the ability %q, and does not say that it needs it", s.Fault, used)
		}
	}
	if err := c.Write(patience(t)); err != nil {
		t.Error(err)
	}
	select {
	case err := <-c.Deaths():
		t.Errorf("the fault looks like an accident: %v", err)
	default:
	}
	if !t.Failed() {
		observed.Store(s.Fault, true)
	}
	return reached
}

func TestTheFirstFaultsHaveTheirEffectAndAreOver(t *testing.T) {
	slow.Boots(t)
	for _, s := range []plan.FaultSpec{
		{Fault: "leader-transfer", Target: "leader", To: "follower.1"},
		spec("partition-leader", "leader", 2500*time.Millisecond, nil),
		spec("leader-kill", "leader", 2500*time.Millisecond, nil),
	} {
		t.Run(s.Fault, func(t *testing.T) { playFault(t, start(t, config(t, 3)), s) })
	}
}
