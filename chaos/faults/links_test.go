package faults_test

import (
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/chaostest"
	"aftershock/chaos/faults"
	"aftershock/chaos/network"
	"aftershock/chaos/plan"
)

func TestParametersAreValidAndDrawsDifferBySeed(t *testing.T) {
	for _, f := range faults.All() {
		for _, p := range f.Params {
			values := append([]string{p.Default}, p.Choices...)
			if p.Kind != plan.OneOf {
				values = append(values, p.Low, p.High)
			}
			for _, v := range values {
				if err := p.Check(v); err != nil {
					t.Errorf("%s: %v", f.Name, err)
				}
			}
		}
		if !f.Draws {
			continue
		}
		s := plan.Spec{Members: 3, Faults: []plan.FaultSpec{{Fault: f.Name}}}
		draw := func(seed uint64) uint64 {
			return plan.Expand("test", s, faults.Rules(), seed, 1).Events[0].Params.Seed()
		}
		if one, again, two := draw(1), draw(1), draw(2); one != again || one == two {
			t.Errorf("%s draws %d, %d and %d for seeds 1, 1 and 2", f.Name, one, again, two)
		}
	}
}

// talking is a fake whose client collector is pinned to n2, which echoes, over a real link; dial opens a connection on
// it.
func talking(t *testing.T) (f *chaostest.Cluster, dial func() net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				defer c.Close()
				_, _ = io.Copy(c, c)
			})
		}
	})
	link, err := network.ListenClient("collector", "n2", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		link.Close()
		l.Close()
		serving.Wait()
	})
	f = chaostest.New().Wire(t)
	f.Links = map[string]*network.ClientLink{"collector": link}
	return f, func() net.Conn {
		c, err := net.Dial("tcp", link.Addr())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		echo(t, c)
		return c
	}
}

// echo fails unless what is sent comes back.
func echo(t *testing.T, c net.Conn) {
	t.Helper()
	if _, err := c.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(c, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
}

func TestLinkFaultsRefuseWhatWouldHaveNoEffect(t *testing.T) {
	for _, c := range []struct {
		fault, target string
		params        plan.Params
		want          string
	}{
		{"client-cut", "client.collectr", nil,
			`unknown client to hit "client.collectr"; did you mean "client.collector"? (allowed: client.collector)`},
		{"client-half-open", "n2", nil, `unknown client to hit "n2" (allowed: client.collector)`},
		{"client-cut", "client.collector", plan.Params{"only": "leader"},
			`client collector is pinned to n2, which does not lead (leader: "n1")`},
		{"client-half-open", "client.collector", nil, "collector -> n2 has no connection that could be half-open"},
		{"link-latency", "n3", plan.Params{"on": "clients", "latency": "1ms"},
			"no client is pinned to n3, and so it has no links with any"},
		{"link-reset", "n2", plan.Params{"on": "peers"}, "no connection is open on 4 links of n2"},
		{"link-reset", "n2", plan.Params{"on": "clients"}, "no connection is open on 2 links of n2"},
		{"link-slow-start", "n2", plan.Params{"on": "clients", "start": "1KiB", "doubling": "200ms"},
			"no connection is open on 2 links of n2"},
		{"link-bandwidth", "n4", nil, `unknown target "n4"; did you mean "n1"?`},
	} {
		f, _ := talking(t)
		ongoing, err := inject(t, f, plan.Event{Fault: c.fault, Target: c.target, Params: c.params})
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || ongoing != nil {
			t.Errorf("%s of %s: ongoing %v, error %v\nwant %s", c.fault, c.target, ongoing, err, c.want)
		}
	}
}

func TestAShapeIsUndoneByTheHealAndByAFailure(t *testing.T) {
	const slow = 200 * time.Millisecond
	f, dial := talking(t)
	c := dial()
	link := f.Links["collector"]
	params := plan.Params{"on": "clients", "latency": slow.String(), "jitter": "0s", "draw": "1"}
	ongoing, err := inject(t, f, plan.Event{Fault: "link-latency", Target: "n2", Params: params})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	echo(t, c)
	if took := time.Since(began); took < 2*slow {
		t.Errorf("an echo took %v over links of %v there and back", took, slow)
	}
	live(t, ongoing)
	before := delays(link)
	if echo(t, c); delays(link) != before {
		t.Error("what passes after the heal is delayed")
	}

	params = plan.Params{"on": "clients", "start": "1KiB", "doubling": "200ms"}
	link.Reset() // so that slow start finds none, and fails
	if _, err := inject(t, f, plan.Event{Fault: "link-slow-start", Target: "n2", Params: params}); err == nil {
		t.Fatal("no error")
	}
	throttled := link.Up.Throttled() + link.Down.Throttled()
	dial()
	if now := link.Up.Throttled() + link.Down.Throttled(); now != throttled || delays(link) != before {
		t.Errorf("a fault that was not injected has left its shape: bytes waited %v", now-throttled)
	}
}

// What waits behind a cut is late for the cut's sake: a latency on the same link hurts none until the cut is over.
func TestALatencyBehindACutIsWithoutEffect(t *testing.T) {
	f, dial := talking(t)
	c := dial()
	link := f.Links["collector"]
	heal := link.Cut()
	params := plan.Params{"on": "clients", "latency": "1ms", "jitter": "0s", "draw": "1"}
	ongoing, err := inject(t, f, plan.Event{Fault: "link-latency", Target: "n2", Params: params})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	for delays(link) == 0 { // the shape has let go of it, and the cut holds it
		time.Sleep(ms)
	}
	if sight, err := briefly(t, ongoing); err == nil || !strings.Contains(err.Error(), "nothing was held up on 2 "+
		"links of n2") {
		t.Errorf("behind a cut: %q, %v", sight.Saw, err)
	}
	heal()
	live(t, ongoing)
}

func delays(l *network.ClientLink) int64 {
	up, _ := l.Up.Delayed()
	down, _ := l.Down.Delayed()
	return up + down
}

// live leads a fault that was injected to its end.
func live(t *testing.T, ongoing chaos.Ongoing) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, err := ongoing.Effective(ctx); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := ongoing.Heal(ctx); err != nil {
			t.Error(err)
		}
	}
}
