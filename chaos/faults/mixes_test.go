package faults_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// randomMix is a mix of all faults that there are, with everything about it drawn: whom they hit and for how long,
// how many at a time and how close.
func randomMix(rng *rand.Rand) plan.Spec {
	between := func(low, high time.Duration) time.Duration { return low + time.Duration(rng.Int64N(int64(high-low))) }
	pick := func(words ...string) string { return words[rng.IntN(len(words))] }
	spec := plan.Spec{Members: 3, Clients: []plan.ClientSpec{
		{Name: "a", Pin: pick("leader", "follower", "n1")}, {Name: "b", Pin: pick("leader", "n2", "n3")},
	}, Mix: &plan.Mix{
		Until: between(20*time.Second, 40*time.Second), Calm: between(time.Millisecond, 500*ms),
		Jitter:  between(0, 500*ms),
		Overlap: 1 + rng.IntN(4),
	}}
	for _, r := range faults.Rules() {
		if scripts[r.Name] == nil { // TestEveryFaultHasAScript says which
			continue
		}
		c := plan.Choice{FaultSpec: plan.FaultSpec{Fault: r.Name}, Weight: 1 + rng.IntN(5)}
		switch {
		case r.Aim == plan.AtClient:
			c.Target = pick("client.a", "client.b")
		case r.Role == plan.Leads:
			c.Target = "leader"
		case r.Role == plan.Follows:
			c.Target = "follower"
		case r.Aim == plan.AtMember:
			c.Target = pick("leader", "follower", "n1", "n2", "n3", "client.a", "client.b")
		}
		if r.Moves {
			c.To = "follower"
		}
		if r.PinnedWith != "" && rng.IntN(2) == 0 {
			c.Target, c.Params = pick("client.a", "client.b"), plan.Params{"on": "clients"}
		}
		if r.Held {
			c.For = between(longEnough[r.Name]+1500*ms, longEnough[r.Name]+5*time.Second)
		}
		spec.Mix.Choices = append(spec.Mix.Choices, c)
	}
	return spec
}

// longEnough is what a few faults need beside others' 1.5 s: they have more to do before their effect is seen.
var longEnough = map[string]time.Duration{
	"lease-storm": 2500 * ms, "quota-exceeded": time.Second, "lagging-follower": time.Second,
	"rolling-restart": 2 * time.Second, "version-upgrade": 2 * time.Second, "version-downgrade": 2 * time.Second,
	"watch-storm": time.Second, "large-values": time.Second,
}

// playOnModel plays a plan on a model of its own, in synthetic time.
func playOnModel(p plan.Plan) error {
	pins := map[string]string{}
	for _, c := range p.Clients { // the model is led by n1 at the start
		pins[c.Name] = map[string]string{"leader": "n1", "follower.0": "n2", "follower.1": "n3"}[c.Pin]
		if pins[c.Name] == "" {
			pins[c.Name] = c.Pin
		}
	}
	m := newModel(pins)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { m.run(ctx) })
	defer running.Wait()
	defer cancel()
	time.Sleep(time.Second)
	return chaos.Play(ctx, clock.Now(), p.Events, m, scripted(m), func(chaos.Moment) {})
}

// Whatever is drawn, no fault of a mix finds that another one has taken what it needs.
func TestNoMixIsLostToItsOwnPlan(t *testing.T) {
	const mixes, shares = 2000, 4
	for share := range uint64(shares) {
		t.Run(fmt.Sprint("share ", share), func(t *testing.T) {
			t.Parallel()
			came := map[string]int{}
			for seed := share; seed < mixes; seed += shares {
				for _, e := range playMix(t, seed) {
					came[e.Fault]++
				}
			}
			for name := range scripts {
				if came[name] < mixes/shares/50 {
					t.Errorf("%s came %d times in %d mixes", name, came[name], mixes/shares)
				}
			}
		})
	}
}

func playMix(t *testing.T, seed uint64) []plan.Event {
	t.Helper()
	p := plan.Expand("mix", randomMix(rand.New(rand.NewPCG(seed, 1))), faults.Rules(), seed, 1)
	has := []plan.Feature{plan.TLS, plan.Quota, plan.Snapshots, plan.Next}
	err := plan.Check([]plan.Plan{p}, faults.Rules(), []string{"n1", "n2", "n3"}, has)
	if err == nil {
		synctest.Test(t, func(*testing.T) { err = playOnModel(p) })
	}
	if err != nil {
		t.Fatalf("seed %d: %v\n%s", seed, err, plan.Format([]plan.Plan{p}))
	}
	return p.Events
}

// The model itself loses what the planner refuses; or the property above would show nothing.
func TestTheModelLosesWhatCollides(t *testing.T) {
	for says, events := range map[string][]plan.Event{
		"the client of a dead leader": {event("leader-kill", "leader", sec, 6*sec),
			event("client-cut", "client.bystander", 2*sec, 2*sec)},
		"the links of an isolated member": {event("isolate-one", "n1", sec, 6*sec),
			event("link-latency", "n1", 2*sec, 2*sec)},
		"connections of a dead follower": {
			event("follower-kill", "follower.1", sec, 4*sec),
			event("client-half-open", "client.collector", 2*sec, 2*sec)},
		"a follower by name that leads": {event("follower-kill", "n1", sec, 2*sec)},
		"leases that are extended":      {event("lease-storm", "", sec, 4*sec), moved("follower.0", 3*sec)},
		"a reset of a dead member": {event("member-replace", "n2", sec, 4*sec),
			event("link-reset", "n2", 2*sec, 0)},
		"a backup of a paused member": {event("follower-pause", "follower.0", sec, 4*sec),
			event("snapshot-save", "n2", 2*sec, 0)},
		"load without a leader": {event("partition-ring", "", sec, 6*sec), event("large-values", "", 2*sec, 2*sec)},
		"a leader's client elsewhere": {moved("follower.0", sec),
			on(event("client-cut", "client.bystander", 2*sec, sec), "only", "leader")},
		"a member without clients": {on(event("link-latency", "n3", sec, sec), "on", "clients")},
	} {
		p := trial(events...)[0]
		p.Clients = p.Clients[:4]
		p.Clients[2].Pin = "follower.1"
		if says == "a member without clients" {
			p.Clients = p.Clients[:2]
		}
		synctest.Test(t, func(*testing.T) {
			if err := playOnModel(p); !errors.Is(err, chaos.ErrNoEffect) && !errors.Is(err, chaos.ErrNotRecovered) {
				t.Errorf("%s: %v", says, err)
			}
		})
	}
}
