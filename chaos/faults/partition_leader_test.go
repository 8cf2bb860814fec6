package faults_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/chaostest"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

var partitionOfLeader = plan.Event{Fault: "partition-leader", Target: "leader"}

func TestPartitionLeaderRefusesAClusterOfOne(t *testing.T) {
	f := chaostest.New()
	f.Names = []string{"n1"}
	_, err := inject(t, f, partitionOfLeader)
	want := "a cluster of one has no peers to be cut off from"
	if err == nil || err.Error() != want || len(f.Operations()) > 0 {
		t.Errorf("did %q, error %v\nwant nothing done, error %s", f.Operations(), err, want)
	}
}

func TestPartitionLeaderCutsBothDirections(t *testing.T) {
	for size, want := range map[int]string{
		2: "partition map[n1:[n2] n2:[n1]]",
		3: chaostest.Isolated,
		5: "partition map[n1:[n2 n3 n4 n5] n2:[n1] n3:[n1] n4:[n1] n5:[n1]]",
	} {
		f := chaostest.New()
		f.Names = []string{"n1", "n2", "n3", "n4", "n5"}[:size]
		if _, err := inject(t, f, partitionOfLeader); err != nil {
			t.Error(err)
		}
		chaostest.Compare(t, fmt.Sprint("done to a cluster of ", size), f.Operations(), []string{want})
	}
}

func TestPartitionLeaderIsEffective(t *testing.T) {
	deposed := after(685*ms, "n1", chaos.Lost, "n1", 4)
	for _, c := range []struct {
		name    string
		members int
		says    []chaos.Observation
		want    string
	}{
		{"the old leader is the last to know", 3, []chaos.Observation{
			after(619*ms, "n2", chaos.Elected, "n2", 5), deposed,
		}, "685ms"},
		{"the others are the last", 3, []chaos.Observation{deposed, after(900*ms, "n3", chaos.Elected, "n2", 5)},
			"900ms"},
		{"the others change without a gap", 3, []chaos.Observation{
			after(619*ms, "n2", chaos.Changed, "n2", 5), deposed,
		}, "685ms"},
		{"no leader is elected", 3, []chaos.Observation{deposed, after(617*ms, "n2", chaos.Lost, "n1", 4)}, "none"},
		{"the others still follow it", 3, []chaos.Observation{deposed, after(700*ms, "n2", chaos.Elected, "n1", 4)},
			"none"},
		{"the others elect, but it does not step down", 3, []chaos.Observation{
			after(619*ms, "n2", chaos.Elected, "n2", 5),
		}, "none"},
		{"the loss of another", 3, []chaos.Observation{
			after(617*ms, "n2", chaos.Lost, "n1", 4), after(619*ms, "n2", chaos.Elected, "n2", 5),
		}, "none"},
		{"of two no majority is left, so no election is waited for", 2, []chaos.Observation{deposed}, "685ms"},
		{"of four a majority is left", 4, []chaos.Observation{deposed}, "none"},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := chaostest.New()
			f.Names = []string{"n1", "n2", "n3", "n4"}[:c.members]
			at := clock.Now()
			ongoing, err := inject(t, f, partitionOfLeader)
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range c.says {
				time.AfterFunc(time.Duration(o.At), func() {
					o.At = clock.Now()
					f.Say(o)
				})
			}
			if got := observed(at, ongoing.Effective); got != c.want {
				t.Errorf("%s: effective after %s, want %s", c.name, got, c.want)
			}
		})
	}
}

func TestAPartitionRecoversOnceAllFollowOneLeader(t *testing.T) {
	for _, c := range []struct {
		name string
		says []chaos.Observation // after the heal; n2 and n3 follow n2 in term 5 already
		want string
	}{
		{"the new leader", []chaos.Observation{after(7*ms, "n1", chaos.Elected, "n2", 5)}, "7ms"},
		{"another election", []chaos.Observation{
			after(9*ms, "n1", chaos.Elected, "n1", 6), after(11*ms, "n3", chaos.Changed, "n1", 6),
			after(10*ms, "n2", chaos.Changed, "n1", 6),
		}, "11ms"},
		{"one still follows another", []chaos.Observation{
			after(9*ms, "n1", chaos.Elected, "n1", 6), after(11*ms, "n3", chaos.Changed, "n1", 6),
		}, "none"},
		{"the same leader in another term", []chaos.Observation{after(7*ms, "n1", chaos.Elected, "n2", 6)}, "none"},
		{"one finds a leader and loses it", []chaos.Observation{
			after(7*ms, "n1", chaos.Elected, "n2", 5), after(7*ms, "n3", chaos.Lost, "n2", 5),
		}, "none"},
		{"one ends", []chaos.Observation{
			after(6*ms, "n3", chaos.Exited, "", 0), after(7*ms, "n1", chaos.Elected, "n2", 5),
		}, "none"},
		{"only the others say something", []chaos.Observation{after(3*ms, "n2", chaos.Changed, "n3", 6)}, "none"},
		{"silence", nil, "none"},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := chaostest.New()
			f.Script["heal"] = c.says
			ongoing, err := inject(t, f, partitionOfLeader)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(ms)
			f.Say(chaos.Observation{At: clock.Now(), Member: "n1", Kind: chaos.Lost, Leader: "n1", Term: 4})
			for _, m := range []string{"n2", "n3"} {
				f.Say(chaos.Observation{At: clock.Now(), Member: m, Kind: chaos.Changed, Leader: "n2", Term: 5})
			}
			time.Sleep(ms)
			at := clock.Now()
			for range 2 { // a second heal moves nothing
				if err := ongoing.Heal(context.Background()); err != nil {
					t.Error(err)
				}
				f.Script["heal"] = nil
				time.Sleep(20 * ms)
			}
			if got := observed(at, ongoing.Recovered); got != c.want {
				t.Errorf("%s: recovered after %s, want %s", c.name, got, c.want)
			}
		})
	}
}

func TestAPartitionThatWasNotNoticedRecoversAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := chaostest.New()
		ongoing, err := inject(t, f, partitionOfLeader)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(ms)
		at := clock.Now()
		if err := ongoing.Heal(context.Background()); err != nil {
			t.Error(err)
		}
		if got := observed(at, ongoing.Recovered); got != "0s" {
			t.Errorf("recovered after %s", got)
		}
	})
}
