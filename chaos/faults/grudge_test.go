package faults

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"aftershock/chaos"
)

func names(n int) []string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("n%d", i+1))
	}
	return all
}

func TestGrudges(t *testing.T) {
	for _, c := range []struct {
		name      string
		got, want chaos.Grudge
	}{
		{"isolate", isolate(names(3), "n2"), chaos.Grudge{"n1": {"n2"}, "n2": {"n1", "n3"}, "n3": {"n2"}}},
		{"isolate the only one", isolate(names(1), "n1"), chaos.Grudge{}},
		{"split", split([]string{"n1"}, []string{"n3", "n2"}),
			chaos.Grudge{"n1": {"n2", "n3"}, "n2": {"n1"}, "n3": {"n1"}}},
		{"split from no member", split(names(2), nil), chaos.Grudge{}},
		{"one way", oneWay([]string{"n1"}, names(3)), chaos.Grudge{"n2": {"n1"}, "n3": {"n1"}}},
		{"one way into one", oneWay(names(3), []string{"n3"}), chaos.Grudge{"n3": {"n1", "n2"}}},
		{"merge cuts a link once", merge(isolate(names(3), "n1"), isolate(names(3), "n2")),
			chaos.Grudge{"n1": {"n2", "n3"}, "n2": {"n1", "n3"}, "n3": {"n1", "n2"}}},
		{"a ring of 2", majoritiesRing(names(2)), chaos.Grudge{}},
		{"a ring of 3", majoritiesRing(names(3)), chaos.Grudge{"n1": {"n2"}, "n2": {"n3"}, "n3": {"n1"}}},
		{"a ring of 4", majoritiesRing(names(4)), chaos.Grudge{"n1": {"n3"}, "n2": {"n4"}, "n3": {"n1"}, "n4": {"n2"}}},
		{"a ring of 5", majoritiesRing(names(5)),
			chaos.Grudge{"n1": {"n3", "n4"}, "n2": {"n4", "n5"}, "n3": {"n1", "n5"}, "n4": {"n1", "n2"},
				"n5": {"n2", "n3"}}},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, c.got, c.want)
		}
	}
}

// hears lists whom a member hears, itself included.
func hears(g chaos.Grudge, members []string, m string) []string {
	return slices.DeleteFunc(slices.Clone(members), func(other string) bool { return cuts(g, other, m) })
}

func TestInARingEachMemberHearsAMajorityAndNoTwoTheSame(t *testing.T) {
	for n := 2; n <= 9; n++ {
		members := names(n)
		for seed := range uint64(20) {
			g := majoritiesRing(shuffled(members, rand.New(rand.NewPCG(seed, 0))))
			heard := map[string]string{}
			for _, m := range members {
				h := hears(g, members, m)
				if len(h) != majority(n) || !slices.Contains(h, m) {
					t.Fatalf("%d members: %s hears %v in %v", n, m, h, g)
				}
				if other, ok := heard[listed(h)]; ok && n > 2 {
					t.Fatalf("%d members: %s and %s both hear %v", n, m, other, h)
				}
				heard[listed(h)] = m
			}
			mutual := n != 3 && n != 6 && n != 7
			for _, m := range members {
				if e := exchanges(g, members, m); (e >= majority(n)) != mutual {
					t.Fatalf("%d members: %s exchanges with %d, mutual is %v: %v", n, m, e, mutual, g)
				}
			}
		}
	}
}

func TestHalvesAndBridgesTakeEachMemberOnce(t *testing.T) {
	for n := 2; n <= 9; n++ {
		members := names(n)
		for seed := range uint64(20) {
			rng := rand.New(rand.NewPCG(seed, 0))
			a, b := halves(members, rng)
			left, over, right := bridge(members, rng)
			few, many := minority(members, "n2", seed%2 == 0, rng)
			for what, all := range map[string][]string{
				"halves": slices.Concat(a, b), "bridge": slices.Concat(left, []string{over}, right),
				"minority": slices.Concat(few, many),
			} {
				if slices.Sort(all); !slices.Equal(all, members) {
					t.Errorf("%s of %v: %v", what, members, all)
				}
			}
			if len(a) != n/2 || len(left) != n/2 || 2*len(few) >= n || 2*(len(few)+1) < n {
				t.Errorf("%d members: a half %v, left of the bridge %v, a minority %v", n, a, left, few)
			}
			if slices.Contains(few, "n2") != (seed%2 == 0 && n > 2) {
				t.Errorf("%d members, seed %d: the minority is %v", n, seed, few)
			}
			g := split(left, right)
			if exchanges(g, members, over) != n {
				t.Errorf("the bridge %s is cut off: %v", over, g)
			}
		}
	}
}

func TestASwizzleHealsInAnotherOrderThanItCuts(t *testing.T) {
	for n := 2; n <= 9; n++ {
		members := names(n)
		for seed := range uint64(50) {
			there, back := swizzled(members, rand.New(rand.NewPCG(seed, 0)))
			same := slices.Equal(there, back)
			slices.Sort(there)
			slices.Sort(back)
			if same || !slices.Equal(there, back) || len(there) < 2 || len(slices.Compact(there)) != len(back) {
				t.Fatalf("%d members, seed %d: cut %v, healed %v", n, seed, there, back)
			}
		}
	}
}

func TestConsequence(t *testing.T) {
	one, five := []string{"n1"}, names(5)
	for _, c := range []struct {
		name    string
		g       chaos.Grudge
		members int
		want    consequence
	}{
		{"the leader isolated", isolate(names(3), "n1"), 3, consequence{deposed: true, elects: true}},
		{"of two", isolate(names(2), "n1"), 2, consequence{deposed: true}},
		{"a follower isolated", isolate(names(3), "n3"), 3, consequence{lose: []string{"n3"}}},
		{"both followers of three isolated", merge(isolate(names(3), "n2"), isolate(names(3), "n3")), 3,
			consequence{deposed: true}},
		{"no member hears the leader", oneWay(one, five[1:]), 5, consequence{deposed: true, elects: true}},
		{"the leader hears no member", oneWay(five[1:], one), 5, consequence{deposed: true, elects: true}},
		{"one follower does not hear it", oneWay(one, five[4:]), 5, consequence{lose: []string{"n5"}}},
		{"it does not hear one follower", oneWay(five[4:], one), 5, consequence{}},
		{"with a minority", split(five[:2], five[2:]), 5, consequence{deposed: true, elects: true}},
		{"with a majority", split(five[:3], five[3:]), 5, consequence{lose: []string{"n4", "n5"}}},
		{"halves of four", split(five[:2], five[2:4]), 4, consequence{deposed: true}},
		{"the leader is the bridge", split(five[1:3], five[3:]), 5, consequence{}},
		{"it is on one side of the bridge", split(five[:2], five[3:]), 5, consequence{lose: []string{"n4", "n5"}}},
		{"a ring of five", majoritiesRing(five), 5, consequence{lose: []string{"n3", "n4"}}},
		{"a ring of three", majoritiesRing(names(3)), 3, consequence{deposed: true}},
		{"nothing is cut", chaos.Grudge{}, 3, consequence{}},
	} {
		if got := consequenceOf(c.g, names(c.members), "n1"); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestTheLeadersCutLinksAreWatchedOrElseAll(t *testing.T) {
	for _, c := range []struct {
		name string
		g    chaos.Grudge
		want []direction
	}{
		{"the leader's", split(names(2), []string{"n3"}), []direction{{"n3", "n1"}, {"n1", "n3"}}},
		{"others only", split([]string{"n2"}, []string{"n3"}), []direction{{"n3", "n2"}, {"n2", "n3"}}},
		{"one way", oneWay(names(1), names(3)), []direction{{"n1", "n2"}, {"n1", "n3"}}},
	} {
		if got := telling(c.g, "n1"); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
