package cluster

import (
	"context"
	"errors"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
	"aftershock/internal/slow"
)

// prevented is a fault whose harm does not come about, and why not.
type prevented struct {
	plan.FaultSpec
	why  string
	deaf []string // requests of etcd's API that are answered, and not done
}

// to is an event with the member that takes over.
func to(s plan.FaultSpec, member string) plan.FaultSpec {
	s.To = member
	return s
}

// A fault that calls itself effective because of what it did is found out here: it can do nothing, and is told that
// it did.
func TestNoFaultTakesItsOwnWordForItsHarm(t *testing.T) {
	slow.Alone(t) // a member that is starved looks like one that is harmed
	shape := config(t, 3)
	shape.TLS, shape.Quota, shape.SnapshotCount = true, 64<<20, 100
	c := start(t, shape)
	if _, err := c.Pin("tenant", "n1"); err != nil {
		t.Fatal(err)
	}
	var together, alone []prevented
	for _, f := range faultCases {
		if f.alone {
			alone = append(alone, f.prevented)
		} else {
			together = append(together, f.prevented)
		}
	}
	hurtNoOne(t, together, func(p prevented) chaos.Target { return tamed(t, c, p.deaf) })
	for _, p := range alone {
		hurtsNoOne(t, tamed(t, c, p.deaf), p)
	}
	if err := c.Write(patience(t)); err != nil {
		t.Error(err)
	}
}

func TestEveryFaultHasATestOfPreventedHarm(t *testing.T) {
	for _, f := range faults.All() {
		tested := slices.ContainsFunc(faultCases, func(c faultCase) bool { return c.prevented.Fault == f.Name })
		if tested == (f.Unavailable != "") {
			t.Errorf("%s: is there a case in which its harm is prevented? %t", f.Name, tested)
		}
	}
}

// hurtNoOne plays faults beside each other.
func hurtNoOne(t *testing.T, all []prevented, on func(prevented) chaos.Target) {
	t.Helper()
	var targets []chaos.Target
	for _, p := range all {
		targets = append(targets, on(p))
	}
	var playing sync.WaitGroup
	for i, p := range all {
		playing.Go(func() { hurtsNoOne(t, targets[i], p) })
	}
	playing.Wait()
}

// hurtsNoOne plays one fault, which must end without effect, with nothing left of it.
func hurtsNoOne(t *testing.T, target chaos.Target, p prevented) {
	t.Helper()
	events := plan.Expand("test", plan.Spec{Members: 3, Faults: []plan.FaultSpec{p.FaultSpec}}, faults.Rules(), 1,
		1).Events
	err := chaos.Play(t.Context(), clock.Now(), events, target, faults.Find, func(m chaos.Moment) {
		if m.Stage == chaos.Effective || m.Stage == chaos.Done {
			t.Errorf("%s, and %s is %s: %s", p.why, p.Fault, m.Stage, m.Observed)
		}
	})
	if !errors.Is(err, chaos.ErrNoEffect) || errors.Is(err, chaos.ErrUnhealed) {
		t.Errorf("%s, and the error of %s is %v", p.why, p.Fault, err)
	}
}

// What other faults leave of the harm that one means to do.
func TestHarmThatOthersPreventIsWithoutEffect(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	leader, _ := c.Leader()
	dead, _ := chaos.Resolve(c, "follower.0")
	other, _ := chaos.Resolve(c, "follower.1")
	silent, err := c.Pin("silent", other)
	if err != nil {
		t.Fatal(err)
	}
	idle, err := net.Dial("tcp", silent)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { idle.Close() })
	talk(t, c, leader.Member)
	link, err := c.ClientLink("tenant")
	if err != nil {
		t.Fatal(err)
	}
	defer link.Cut()()
	if _, err := c.Crash(patience(t), dead); err != nil {
		t.Fatal(err)
	}
	stop := keepMoving(c, leader.Member, other)
	defer stop()
	clients := plan.Params{"on": "clients"}
	hurtNoOne(t, []prevented{
		{spec("follower-kill", dead, time.Second, nil), "it was dead before", nil},
		{spec("leader-kill", dead, time.Second, nil), "it was dead before", nil},
		{spec("follower-pause", dead, time.Second, nil), "it was dead before", nil},
		{spec("isolate-one", dead, time.Second, nil), "it was dead before", nil},
		{spec("link-reset", dead, 0, nil), "it was dead before", nil},
		{spec("snapshot-save", dead, 0, nil), "it was dead before", nil},
		{spec("client-cut", "client.tenant", time.Second, nil), "it was cut off before", nil},
		{spec("client-cut", "client.silent", time.Second, nil), silentOne, nil},
		{spec("client-half-open", "client.silent", time.Second, nil), silentOne, nil},
		{spec("link-latency", leader.Member, time.Second, clients), "what is late is late because of a cut", nil},
		{spec("link-bandwidth", leader.Member, time.Second, clients), "what waits waits for a cut", nil},
	}, func(prevented) chaos.Target { return c })
	hurtsNoOne(t, c, prevented{spec("lease-storm", "", 6*time.Second, plan.Params{"leases": "20"}),
		"each new leader gives the leases their time again", nil})
}

// Who is cut off already has no leader that a second cut could take from it.
func TestACutOfWhatIsCutOffIsWithoutEffect(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	leader, _ := c.Leader()
	follower, _ := chaos.Resolve(c, "follower.0")
	other, _ := chaos.Resolve(c, "follower.1")
	at := clock.Now()
	heal, err := c.Partition(chaos.Grudge{follower: {leader.Member, other}, leader.Member: {follower},
		other: {follower}})
	if err != nil {
		t.Fatal(err)
	}
	defer heal()
	await(t, c, at, "it loses its leader",
		func(o chaos.Observation) bool { return o.Member == follower && o.Kind == chaos.Lost })
	hurtNoOne(t, []prevented{
		{spec("isolate-one", follower, time.Second, nil), "it was cut off before", nil},
		{spec("flapping-partition", follower, time.Second, nil), "it was cut off before", nil},
		{spec("link-latency", follower, time.Second, nil), "it was cut off before", nil},
		{spec("link-bandwidth", follower, time.Second, nil), "it was cut off before", nil},
	}, func(prevented) chaos.Target { return c })
}

// keepMoving moves leadership between two members, more often than a lease of 2 s expires, until it is stopped.
func keepMoving(c *Processes, a, b string) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		pace := time.NewTicker(500 * time.Millisecond)
		defer pace.Stop()
		for ctx.Err() == nil {
			to := a
			if leader, ok := c.Leader(); ok && leader.Member == a {
				to = b
			}
			moving, moved := context.WithTimeout(ctx, time.Second)
			_ = c.Transfer(moving, to) // one that fails is made up for by the next
			moved()
			select {
			case <-pace.C:
			case <-ctx.Done():
			}
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}
