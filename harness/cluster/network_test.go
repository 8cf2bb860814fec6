package cluster

import (
	"context"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/internal/clock"
	"aftershock/internal/slow"
)

// overHTTPAndTLS runs a test on a three-member cluster of each kind.
func overHTTPAndTLS(t *testing.T, test func(*testing.T, *Processes, chaos.Leadership, string)) {
	t.Helper()
	for name, tls := range map[string]bool{"http": false, "tls": true} {
		t.Run(name, func(t *testing.T) {
			shape := config(t, 3)
			shape.TLS = tls
			c := start(t, shape)
			leader, ok := c.Leader()
			if !ok {
				t.Fatal("no leader after the boot")
			}
			follower := c.names[0]
			if follower == leader.Member {
				follower = c.names[1]
			}
			test(t, c, leader, follower)
			if refused, total := c.peers.Refused(); total > 0 {
				t.Fatalf("the peer network refused %d connections: %+v", total, refused)
			}
		})
	}
}

func partition(t *testing.T, c *Processes, g chaos.Grudge) (heal func(), at clock.Nanos) {
	t.Helper()
	at = clock.Now()
	heal, err := c.Partition(g)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(heal)
	return heal, at
}

func await(t *testing.T, c Cluster, after clock.Nanos, what string, match func(chaos.Observation) bool) chaos.Observation {
	t.Helper()
	o, err := c.Await(patience(t), after, match)
	if err != nil {
		t.Fatalf("%s: %v; seen: %+v", what, err, c.Observations())
	}
	return o
}

func TestAnIsolatedLeaderStepsDownAndTheOthersElect(t *testing.T) {
	slow.Boots(t)
	overHTTPAndTLS(t, func(t *testing.T, c *Processes, leader chaos.Leadership, _ string) {
		g := chaos.Grudge{}
		for _, m := range c.names {
			if m != leader.Member {
				g[m] = []string{leader.Member}
				g[leader.Member] = append(g[leader.Member], m)
			}
		}
		heal, at := partition(t, c, g)
		elected := await(t, c, at, "the others elect", func(o chaos.Observation) bool {
			return o.Member != leader.Member && o.Leader != leader.Member && o.Follows(o.Leader)
		})
		await(t, c, at, "the old leader steps down", func(o chaos.Observation) bool {
			return o.Member == leader.Member && o.Kind == chaos.Lost
		})
		if elected.Term <= leader.Term {
			t.Fatalf("elected in term %d, not after %d", elected.Term, leader.Term)
		}
		if err := c.Write(patience(t)); err != nil {
			t.Fatalf("the majority does not write: %v", err)
		}
		healed := clock.Now()
		heal()
		await(t, c, healed, "the old leader follows the new", func(o chaos.Observation) bool {
			return o.Member == leader.Member && o.Follows(elected.Leader)
		})
	})
}

func TestAFollowerThatIsNotHeardKeepsTheTerm(t *testing.T) {
	slow.Boots(t)
	overHTTPAndTLS(t, func(t *testing.T, c *Processes, leader chaos.Leadership, follower string) {
		_, at := partition(t, c, chaos.Grudge{leader.Member: {follower}})
		watching, cancel := context.WithTimeout(context.Background(), 4*c.config.Election)
		defer cancel()
		if o, err := c.Await(watching, at, func(chaos.Observation) bool { return true }); err == nil {
			t.Fatalf("a member noticed: %+v", o)
		}
		if now, ok := c.Leader(); !ok || now != leader {
			t.Fatalf("leadership went from %+v to %+v", leader, now)
		}
	})
}

func TestAFollowerThatDoesNotHearTheLeaderUnfollowsAndComesBack(t *testing.T) {
	slow.Boots(t)
	overHTTPAndTLS(t, func(t *testing.T, c *Processes, leader chaos.Leadership, follower string) {
		heal, at := partition(t, c, chaos.Grudge{follower: {leader.Member}})
		await(t, c, at, "the follower loses its leader", func(o chaos.Observation) bool {
			return o.Member == follower && o.Kind == chaos.Lost
		})
		healed := clock.Now()
		heal()
		await(t, c, healed, "the follower follows again", func(o chaos.Observation) bool {
			return o.Member == follower && o.Follows(leader.Member)
		})
		if now, ok := c.Leader(); !ok || now.Term != leader.Term {
			t.Fatalf("the term went from %d to %d: a pre-candidate that only one member hears raised it", leader.Term, now.Term)
		}
	})
}

func TestAPinnedClientReachesAnIsolatedMember(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	address, err := c.Pin("tenant", "n2")
	if err != nil {
		t.Fatal(err)
	}
	if member, ok := c.Pinned("tenant"); !ok || member != "n2" {
		t.Fatalf("pinned to %q, %v", member, ok)
	}
	through := newControl([]Endpoint{{Member: "n2", ClientURL: "http://" + address}})
	defer through.close()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := through.write(ctx, "n2"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Pin("tenant", "n7"); err == nil {
		t.Fatal("a client was pinned to a member that does not exist")
	}
}

func TestAClientLinkIsCutAndHealed(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 1))
	address, err := c.Pin("tenant", "n1")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := c.Pin("tenant", "n1"); err != nil || again != address {
		t.Fatalf("pinned again at %s (%v), not at %s", again, err, address)
	}
	link, err := c.ClientLink("tenant")
	if err != nil {
		t.Fatal(err)
	}
	through := newControl([]Endpoint{{Member: "n1", ClientURL: "http://" + address}})
	defer through.close()
	if err := through.write(patience(t), "n1"); err != nil {
		t.Fatal(err)
	}
	for name, direction := range map[string]interface {
		Cut()
		Heal()
	}{"up": link.Up, "down": link.Down} {
		direction.Cut()
		stalled, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
		if err := through.write(stalled, "n1"); err == nil {
			t.Errorf("%s: a write came through a cut link", name)
		}
		cancel()
		direction.Heal()
		if err := through.write(patience(t), "n1"); err != nil {
			t.Errorf("%s: after the heal: %v", name, err)
		}
	}
}
