package cluster

import (
	"context"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/slow"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

// talker is a pinned client that writes, one write after the other, until the test ends.
type talker struct {
	client *clientv3.Client

	mu      sync.Mutex
	slowest time.Duration // of the writes that were answered
	failed  int
}

// talk pins a client to a member and lets it write. It has written once when talk returns.
func talk(t *testing.T, c Cluster, member string) *talker {
	t.Helper()
	address, err := c.Pin("tenant", member)
	if err != nil {
		t.Fatal(err)
	}
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{"http://" + address}, Logger: zap.NewNop()})
	if err != nil {
		t.Fatal(err)
	}
	w := &talker{client: client}
	if _, err := client.Put(patience(t), "aftershock/test", "0"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var writing sync.WaitGroup
	writing.Go(func() { w.write(ctx) })
	t.Cleanup(func() {
		cancel()
		writing.Wait()
		client.Close()
	})
	return w
}

func (w *talker) write(ctx context.Context) {
	pace := time.NewTicker(10 * time.Millisecond)
	defer pace.Stop()
	for ctx.Err() == nil {
		writing, cancel := context.WithTimeout(ctx, time.Second)
		began := time.Now()
		_, err := w.client.Put(writing, "aftershock/test", "1")
		cancel()
		w.mu.Lock()
		if err != nil {
			w.failed++
		} else {
			w.slowest = max(w.slowest, time.Since(began))
		}
		w.mu.Unlock()
		select {
		case <-pace.C:
		case <-ctx.Done():
		}
	}
}

func (w *talker) worst() (slowest time.Duration, failed int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.slowest, w.failed
}

func TestSlowLinksHoldUpPeersAndClients(t *testing.T) {
	slow.Boots(t)
	for _, c := range []struct {
		fault  string
		params plan.Params
		saw    string
	}{
		{"link-latency", plan.Params{"latency": "100ms"}, " delayed "},
		{"link-bandwidth", plan.Params{"rate": "4KiB"}, " made bytes wait "},
		{"link-slow-start", nil, " made bytes wait "},
	} {
		for _, on := range []string{"peers", "clients"} {
			t.Run(c.fault+" on "+on, func(t *testing.T) {
				cluster := start(t, config(t, 3))
				leader, _ := cluster.Leader()
				w := talk(t, cluster, leader.Member)
				params := plan.Params{"on": on}
				maps.Copy(params, c.params)
				reached := playFault(t, cluster, spec(c.fault, "leader", 3*time.Second, params))
				sawEffect(t, reached, c.saw)
				if of := strings.Contains(reached[chaos.Effective].Observed, "tenant"); of != (on == "clients") {
					t.Errorf("on=%s: observed was %q", on, reached[chaos.Effective].Observed)
				}
				if slowest, failed := w.worst(); c.fault == "link-latency" && failed == 0 && slowest < 200*time.Millisecond {
					t.Errorf("the slowest write took %v, over links of 100ms there and back", slowest)
				}
			})
		}
	}
}

func TestAResetOfAllConnectionsIsGotOver(t *testing.T) {
	slow.Boots(t)
	for _, on := range []string{"peers", "clients"} {
		t.Run(on, func(t *testing.T) {
			c := start(t, config(t, 3))
			talk(t, c, "n2")
			reached := playFault(t, c, spec("link-reset", "n2", 0, plan.Params{"on": on}))
			sawEffect(t, reached, "n2 lost ")
			if n := reached[chaos.Injected].Resolved["connections"]; n == "" || n == "0" {
				t.Errorf("%q connections were reset", n)
			}
		})
	}
}

func TestAClientIsCutOffFromItsMemberOnly(t *testing.T) {
	slow.Boots(t)
	c := steady(t, 3)
	leader, _ := c.Leader()
	talk(t, c, leader.Member)
	reached := playFault(t, c, spec("client-cut", "client.tenant", 2*time.Second, plan.Params{"only": "leader"}))
	sawEffect(t, reached, "bytes are held up on 1 link")
	if said := held(c, reached); len(said) > 0 {
		t.Errorf("the members noticed: %+v", said)
	}
}

func TestAClientIsStrandedWithAnIsolatedMember(t *testing.T) {
	slow.Boots(t)
	for _, role := range []string{"leader", "follower.0"} {
		t.Run(role, func(t *testing.T) {
			c := start(t, config(t, 3))
			member, err := chaos.Resolve(c, role)
			if err != nil {
				t.Fatal(err)
			}
			w := talk(t, c, member)
			reached := playFault(t, c, spec("client-stranded", "client.tenant", heldFor, nil))
			sawEffect(t, reached, member+" lost its leader")
			sawEffect(t, reached, "tenant still reaches it")
			if _, failed := w.worst(); failed == 0 {
				t.Error("no write failed while its member was isolated")
			}
		})
	}
}

func TestAHalfOpenClientIsResetByTheHeal(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	w := talk(t, c, "n1")
	reached := playFault(t, c, spec("client-half-open", "client.tenant", 2*time.Second, nil))
	sawEffect(t, reached, "lost its other side")
	if was := reached[chaos.Recovered].Observed; !strings.Contains(was, "tenant is connected again") ||
		strings.Contains(was, " 0 bytes") {
		t.Errorf("recovered was %q", was)
	}
	if _, failed := w.worst(); failed == 0 {
		t.Error("no write failed while none was answered")
	}
}
