package faults_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/chaostest"
	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// five is a fake of five members with links, of which n1 leads.
func five(t *testing.T) *chaostest.Cluster {
	t.Helper()
	f := chaostest.New()
	f.Names = []string{"n1", "n2", "n3", "n4", "n5"}
	return f.Wire(t)
}

func TestADrawDecidesWhoIsCutOff(t *testing.T) {
	for _, fault := range []string{"partition-majority", "partition-halves", "partition-bridge", "partition-ring",
		"swizzle"} {
		done := func(draw int) string {
			f := five(t)
			params := plan.Params{"draw": strconv.Itoa(draw), "step": "10ms"}
			ongoing, err := inject(t, f, plan.Event{Fault: fault, Params: params})
			if err != nil {
				t.Fatal(err)
			}
			if err := ongoing.Heal(t.Context()); err != nil {
				t.Fatal(err)
			}
			return strings.Join(f.Operations(), ", ")
		}
		different := map[string]bool{}
		for draw := range 8 {
			first := done(draw)
			different[first] = true
			if again := done(draw); again != first {
				t.Errorf("%s: draw %d did %s, and then %s", fault, draw, first, again)
			}
		}
		if len(different) < 2 {
			t.Errorf("%s does the same for every draw: %v", fault, different)
		}
	}
}

func TestAPartitionNeedsALeader(t *testing.T) {
	for _, f := range faults.All() {
		if f.Group != chaos.OfPartition {
			continue
		}
		leaderless := chaostest.New().Wire(t)
		leaderless.Led = chaos.Leadership{}
		e := plan.Event{Fault: f.Name, Target: "leader"}
		if f.Aim == plan.AtCluster {
			e.Target = ""
		}
		_, err := inject(t, leaderless, e)
		if err == nil || !strings.Contains(err.Error(), "no majority follows a leader") ||
			len(leaderless.Operations()) > 0 {
			t.Errorf("%s: did %q, error %v", f.Name, leaderless.Operations(), err)
		}
	}
}

func TestIsolateOneCutsOffAFollower(t *testing.T) {
	for _, c := range []struct {
		name string
		says []chaos.Observation
		want string
	}{
		{"it loses its leader", []chaos.Observation{after(600*ms, "n3", chaos.Lost, "n1", 4)}, "600ms"},
		{"another does", []chaos.Observation{after(600*ms, "n2", chaos.Lost, "n1", 4)}, "none"},
		{"silence", nil, "none"},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := chaostest.New()
			f.Script["partition map[n1:[n3] n2:[n3] n3:[n1 n2]]"] = c.says
			at := clock.Now()
			ongoing, err := inject(t, f, plan.Event{Fault: "isolate-one", Target: "follower.1"})
			if err != nil {
				t.Fatal(err)
			}
			if r := ongoing.Resolved(); r["target"] != "n3" || r["leader"] != "n1" || r["term"] != "4" {
				t.Errorf("resolved %v", r)
			}
			if got := observed(at, ongoing.Effective); got != c.want {
				t.Errorf("%s: effective after %s, want %s", c.name, got, c.want)
			}
		})
	}
}

func TestPartitionOneWayCutsOneDirection(t *testing.T) {
	for direction, want := range map[string]string{
		"out-of": "partition map[n2:[n1] n3:[n1]]", "into": "partition map[n1:[n2 n3]]",
	} {
		f := chaostest.New().Wire(t)
		e := plan.Event{Fault: "partition-one-way", Target: "leader", Params: plan.Params{"direction": direction}}
		if _, err := inject(t, f, e); err != nil {
			t.Error(err)
		}
		chaostest.Compare(t, direction, f.Operations(), []string{want})
	}
}

func TestPartitionMajorityPutsTheLeaderOnItsSide(t *testing.T) {
	for _, side := range []string{"minority", "majority"} {
		for draw := range 6 {
			f := five(t)
			params := plan.Params{"leader": side, "draw": strconv.Itoa(draw)}
			ongoing, err := inject(t, f, plan.Event{Fault: "partition-majority", Params: params})
			if err != nil {
				t.Fatal(err)
			}
			few := strings.Split(ongoing.Resolved()["minority"], ",")
			if len(few) != 2 || slices.Contains(few, "n1") != (side == "minority") {
				t.Errorf("the leader is to be in the %s, the minority is %v", side, few)
			}
		}
	}
}

func TestASwizzleThatIsInterruptedLeavesNothingCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := chaostest.New()
		f.Fails[chaostest.Isolated] = errors.New("no such link")
		for draw := range 8 {
			e := plan.Event{Fault: "swizzle", Params: plan.Params{"step": "10ms", "draw": strconv.Itoa(draw)}}
			if ongoing, err := inject(t, f, e); err == nil || ongoing != nil {
				t.Errorf("ongoing %v, error %v", ongoing, err)
			}
		}
		cuts, heals := 0, 0
		for _, did := range f.Operations() {
			switch {
			case did == "heal":
				heals++
			case did != chaostest.Isolated:
				cuts++
			}
		}
		if cuts != heals || cuts == 0 {
			t.Errorf("%d cuts and %d heals: %q", cuts, heals, f.Operations())
		}
	})
}

func TestASwizzlesHealWithoutTimeReconnectsAllAtOnce(t *testing.T) {
	f := five(t)
	e := plan.Event{Fault: "swizzle", Params: plan.Params{"step": "10ms", "draw": "3"}}
	ongoing, err := inject(t, f, e)
	if err != nil {
		t.Fatal(err)
	}
	cuts := len(f.Operations())
	over, cancel := context.WithCancel(t.Context())
	cancel()
	for range 2 {
		if err := ongoing.Heal(over); err != nil {
			t.Error(err)
		}
	}
	if heals := len(f.Operations()) - cuts; heals != cuts {
		t.Errorf("%d cuts and %d heals: %q", cuts, heals, f.Operations())
	}
}

func TestAFlappingPartitionEndsWithItsHeal(t *testing.T) {
	f := chaostest.New().Wire(t)
	params := plan.Params{"period": "50ms", "duty": "50"}
	ongoing, err := inject(t, f, plan.Event{Fault: "flapping-partition", Target: "n1", Params: params})
	if err != nil {
		t.Fatal(err)
	}
	for len(f.Operations()) < 5 {
		time.Sleep(ms)
	}
	for range 2 {
		if err := ongoing.Heal(t.Context()); err != nil {
			t.Error(err)
		}
	}
	did := f.Operations()
	flaps := strings.Count(strings.Join(did, " "), "partition")
	healed := strings.Count(strings.Join(did, " "), "heal")
	if did[len(did)-1] != "heal" || healed < flaps {
		t.Errorf("%d cuts and %d heals: %q", flaps, healed, did)
	}
}
