package network_test

import (
	"strings"
	"testing"

	"aftershock/chaos/network"
)

func trio(t testing.TB) *network.PeerNetwork {
	return listenPeers(t, map[string]string{"n1": "127.0.0.1:1", "n2": "127.0.0.2:1", "n3": "[::1]:1"})
}

// held lists the links that are cut.
func held(t *testing.T, n *network.PeerNetwork) string {
	t.Helper()
	var held []string
	for _, from := range []string{"n1", "n2", "n3"} {
		for _, to := range []string{"n1", "n2", "n3"} {
			if from != to && linkOf(t, n, from, to).Held() {
				held = append(held, linkOf(t, n, from, to).String())
			}
		}
	}
	return strings.Join(held, ", ")
}

func TestPartitionCutsWhatIsNotHeard(t *testing.T) {
	noneLeft(t)
	n := trio(t)
	for _, c := range []struct {
		name   string
		grudge map[string][]string
		want   string
	}{
		{"nothing", nil, ""},
		{"one way", map[string][]string{"n1": {"n2"}}, "n2 -> n1"},
		{"named twice", map[string][]string{"n1": {"n2", "n2"}}, "n2 -> n1"},
		{"isolate n1", map[string][]string{"n1": {"n2", "n3"}, "n2": {"n1"}, "n3": {"n1"}},
			"n1 -> n2, n1 -> n3, n2 -> n1, n3 -> n1"},
		{"bridge over n2", map[string][]string{"n1": {"n3"}, "n3": {"n1"}}, "n1 -> n3, n3 -> n1"},
		{"n3 is deaf", map[string][]string{"n3": {"n2", "n1"}}, "n1 -> n3, n2 -> n3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			heal, err := n.Partition(c.grudge)
			if err != nil {
				t.Fatal(err)
			}
			if got := held(t, n); got != c.want {
				t.Errorf("held: %s; want %s", got, c.want)
			}
			heal()
			if got := held(t, n); got != "" {
				t.Errorf("held after the heal: %s", got)
			}
		})
	}
}

func TestPartitionsNest(t *testing.T) {
	noneLeft(t)
	n := trio(t)
	outer := must[func()](t)(n.Partition(map[string][]string{"n1": {"n2", "n3"}}))
	inner := must[func()](t)(n.Partition(map[string][]string{"n1": {"n2"}, "n2": {"n1"}}))
	outer()
	outer() // must not undo the cut of the other partition
	if got := held(t, n); got != "n1 -> n2, n2 -> n1" {
		t.Errorf("held after the first heal: %s", got)
	}
	inner()
	inner()
	if got := held(t, n); got != "" {
		t.Errorf("held after both heals: %s", got)
	}
	linkOf(t, n, "n2", "n1").Cut()
	outer()
	if got := held(t, n); got != "n2 -> n1" {
		t.Errorf("held after a later cut and an old heal: %s", got)
	}
}

func TestPartitionChecksAllNamesFirst(t *testing.T) {
	noneLeft(t)
	n := trio(t)
	for _, c := range []struct {
		grudge map[string][]string
		want   string
	}{
		{map[string][]string{"n1": {"n2"}, "n33": {"n1"}}, `unknown member "n33"; did you mean "n3"? (allowed: n1, n2, n3)`},
		{map[string][]string{"n1": {"n2", "leader"}}, `grudge of n1: unknown member "leader" (allowed: n1, n2, n3)`},
		{map[string][]string{"n1": {"n2"}, "n2": {"n2"}}, "grudge of n2: member n2 has no link to itself"},
	} {
		if _, err := n.Partition(c.grudge); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Partition(%v): %v, want %s", c.grudge, err, c.want)
		}
		if got := held(t, n); got != "" {
			t.Errorf("Partition(%v) failed and left cut: %s", c.grudge, got)
		}
	}
}
