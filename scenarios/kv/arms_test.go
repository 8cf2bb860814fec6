package kv

import (
	"slices"
	"testing"
	"time"

	"aftershock/results"
)

func TestWhatArmsDifferIn(t *testing.T) {
	for name, c := range map[string]struct {
		arms  Arms
		names []string
		says  string
	}{
		"the same": {Arms{Server{SnapshotCount: 5}, Server{SnapshotCount: 5}}, nil, ""},
		"a value": {
			Arms{Server{SnapshotCount: 5}, Server{SnapshotCount: 6}}, []string{"snapshot-count"},
			"snapshot-count: 5 -> 6",
		},
		"one is set": {
			Arms{Server{}, Server{NoFsync: true, BatchInterval: time.Second}},
			[]string{"backend-batch-interval", "fsync"},
			"backend-batch-interval: usual -> 1s, fsync: usual -> false",
		},
		"a feature": {
			Arms{Server{Features: map[string]bool{"A": true}}, Server{Features: map[string]bool{"A": false}}},
			[]string{"A"}, "A: true -> false",
		},
	} {
		names, says := c.arms.Differing()
		if !slices.Equal(names, c.names) || says != c.says {
			t.Errorf("%s: %q, %q; want %q, %q", name, names, says, c.names, c.says)
		}
	}
}

// Each arm's members run their own server, and two arms with one server test the harness.
func TestArmsAreServers(t *testing.T) {
	of := func(arms *Arms) results.Fix {
		c := all
		c.Arms = arms
		fixes, err := Fixes(c.Target())
		if err != nil || len(fixes) != 1 {
			t.Fatal(fixes, err)
		}
		if arms != nil {
			for _, side := range []results.Arm{results.Before, results.After} {
				got, want := fixes[0].Workload(side).Describe().Server, arms.of(side)
				if got.Election != want.Election {
					t.Errorf("%s: %+v, want %+v", side, got, want)
				}
			}
		}
		return fixes[0].Fix
	}
	two := of(&Arms{Server{Election: time.Second}, Server{Election: 2 * time.Second}})
	if two.Instrument || two.Against != "" || two.Summary != "election-timeout: 1s -> 2s" {
		t.Errorf("two servers: %+v", two)
	}
	if one := of(&Arms{}); !one.Instrument || one.Against != "" {
		t.Errorf("one server twice: %+v", one)
	}
	if none := of(nil); none.Instrument || none.Against != results.Steady {
		t.Errorf("no arms: %+v", none)
	}
}
