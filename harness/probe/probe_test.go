package probe

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/chaos/network"
	"aftershock/harness/cluster"
	"aftershock/internal/clock"
)

// linked boots a cluster of one, and gives the link through which a client reaches it.
func linked(t *testing.T) (*network.ClientLink, string) {
	t.Helper()
	root, err := os.MkdirTemp("/dev/shm", "aftershock-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(root) })
	c, err := cluster.StartEmbedded(patience(t), cluster.Config{
		Members: 1, Tick: 50 * time.Millisecond, Election: 500 * time.Millisecond, DataRoot: root,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	address, err := c.Pin("collector", "n1")
	if err != nil {
		t.Fatal(err)
	}
	link, err := c.ClientLink("collector")
	if err != nil {
		t.Fatal(err)
	}
	return link, address
}

func patience(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func dial(t *testing.T, address string) *Prober {
	t.Helper()
	p, err := Dial(patience(t), "collector", address, Access{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// await waits until a condition holds of what a prober has done.
func await(t *testing.T, p *Prober, what string, holds func(succeeded, failed int) bool) {
	t.Helper()
	ctx := patience(t)
	for {
		succeeded, failed := count(p)
		if holds(succeeded, failed) {
			return
		}
		select {
		case <-time.After(time.Millisecond):
		case <-ctx.Done():
			t.Fatalf("%s: %d succeeded, %d failed", what, succeeded, failed)
		}
	}
}

func count(p *Prober) (succeeded, failed int) {
	for _, one := range p.Probes() {
		if one.OK {
			succeeded++
		} else {
			failed++
		}
	}
	return succeeded, failed
}

func (p *Prober) isRunning() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.running
}

func (p *Prober) areOut() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out
}

func TestAProberProbesWhileAFaultIsUnderWay(t *testing.T) {
	link, address := linked(t)
	p := dial(t, address)
	if p.isRunning() || len(p.Probes()) > 0 {
		t.Fatalf("it probes a calm service: %+v", p.Probes())
	}
	p.Begin("e1")
	p.Begin("e2")
	await(t, p, "an open link", func(succeeded, _ int) bool { return succeeded >= 3 })
	cut := clock.Now()
	link.Up.Cut()
	await(t, p, "a cut one", func(_, failed int) bool { return failed >= 3 })
	p.End("e1", clock.Now())
	if !p.isRunning() {
		t.Error("it stopped with the first of two faults")
	}
	healed := clock.Now()
	link.Up.Heal()
	p.End("e2", healed)
	await(t, p, "the end", func(int, int) bool { return !p.isRunning() })

	o := Outages(p.Probes(), []Life{{Injected: cut, Effective: cut, Recovered: healed}})[0]
	if o.Began != cut || o.Served < healed || o.LongestGap < Deadline || o.Failed < 3 || o.Sent <= o.Failed {
		t.Errorf("cut at %d, healed at %d: %+v", cut, healed, o)
	}
	succeeded, _ := count(p)
	p.Begin("e3")
	await(t, p, "another fault", func(again, _ int) bool { return again > succeeded })
}

// Nothing outlives a prober, not even what has waited for an answer.
func TestAClosedProberHasCutOffWhatWasOut(t *testing.T) {
	link, address := linked(t)
	p := dial(t, address)
	link.Down.Cut()
	p.Begin("e1")
	await(t, p, "a cut link", func(int, int) bool { return p.areOut() >= 3 })
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if succeeded, failed := count(p); succeeded > 0 || failed < 3 || p.areOut() > 0 || p.isRunning() {
		t.Errorf("%d succeeded, %d failed, %d are out", succeeded, failed, p.areOut())
	}
	p.Begin("e2")
	if p.isRunning() {
		t.Error("a closed prober probes")
	}
}

// A fault may be over before the first probe is due, as a quick transfer is, and is still probed for.
func TestAFaultThatIsOverBeforeTheFirstProbe(t *testing.T) {
	_, address := linked(t)
	p := dial(t, address)
	injected := clock.Now()
	over := clock.Now()
	p.End("e1", over)
	if p.isRunning() {
		t.Error("it probes for a fault that it was not told to probe for")
	}
	p.Begin("e1")
	await(t, p, "the end", func(int, int) bool { return !p.isRunning() })
	if o := Outages(p.Probes(), []Life{{Injected: injected, Recovered: over}})[0]; o.LongestGap <= 0 || o.Sent == 0 {
		t.Errorf("injected at %d, over at %d: %+v", injected, over, o)
	}
}

// What was sent before the end of a fault and is answered after it says nothing of when it was over.
func TestOneSentBeforeTheEndIsNotTheLast(t *testing.T) {
	link, address := linked(t)
	p := dial(t, address)
	link.Down.Cut()
	p.Begin("e1")
	await(t, p, "a cut link", func(int, int) bool { return p.areOut() >= 2 })
	link.Down.Heal()
	over := clock.Now()
	p.End("e1", over)
	await(t, p, "the end", func(int, int) bool { return !p.isRunning() })
	later := func(one Probe) bool { return one.OK && one.Started >= over }
	if !slices.ContainsFunc(p.Probes(), later) {
		t.Errorf("over at %d, and no probe was started then and succeeded: %+v", over, p.Probes())
	}
}

// A link that answers nothing has at most as many probes out as fit into their deadline.
func TestProbesThatAreOutAreBounded(t *testing.T) {
	link, address := linked(t)
	p := dial(t, address)
	link.Up.Cut()
	p.Begin("e1")
	most := 0
	await(t, p, "a cut link", func(_, failed int) bool {
		most = max(most, p.areOut())
		return failed >= 20
	})
	if most > atOnce || most < 2 {
		t.Errorf("%d were out at the most, of at most %d", most, atOnce)
	}
}

func TestAProberThatReachesNoMember(t *testing.T) {
	link, address := linked(t)
	link.Up.Cut()
	// With a user, clientv3.New itself waits for a token, for as long as its own context goes on (client/v3 3.7.3, client.go).
	for _, as := range []Access{{}, {User: "root", Password: "secret"}} {
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		if p, err := Dial(ctx, "collector", address, as); err == nil || !strings.HasPrefix(err.Error(), "probe client collector: ") {
			t.Errorf("as %q: %v, %v", as.User, p, err)
		}
		cancel()
	}
}
