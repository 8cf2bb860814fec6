package harness

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/internal/clock"
	"aftershock/results"
)

// says is an observation in words: "685 n1 lost n1 4" or "550 n1 exited", in milliseconds.
func says(t testing.TB, lines ...string) (all []chaos.Observation) {
	t.Helper()
	kinds := map[string]chaos.ObservationKind{
		"elected": chaos.Elected, "changed": chaos.Changed, "lost": chaos.Lost, "exited": chaos.Exited,
		"started": chaos.Started, "joined": chaos.Joined, "left": chaos.Left,
	}
	for _, line := range lines {
		var at int
		var o chaos.Observation
		var kind string
		n, _ := fmt.Sscan(line, &at, &o.Member, &kind, &o.Leader, &o.Term)
		if o.At, o.Kind = clock.Nanos(at)*1e6, kinds[kind]; o.Kind == "" || n != 3 && n != 5 {
			t.Fatalf("cannot read %q", line)
		}
		all = append(all, o)
	}
	return all
}

// calm is a cluster of three that follows n1.
var calm = []string{"1 n1 elected n1 4", "2 n2 elected n1 4", "2 n3 elected n1 4"}

func TestBetween(t *testing.T) {
	five := []string{"n1", "n2", "n3", "n4", "n5"}
	for _, c := range []struct {
		name     string
		members  []string // three when nil
		lines    []string // after the boot
		from, to int      // ms
		want     string   // lost, elected, without; in ms
	}{
		{"nothing happens", nil, nil, 10, 5000, "0 0 0"},
		{"a transfer, without a moment between", nil,
			[]string{"100 n2 changed n2 5", "101 n1 changed n2 5", "103 n3 changed n2 5"}, 99, 103, "101 101 0"},
		{"a transfer, as members that campaign tell it", nil,
			[]string{"100 n2 lost n1 5", "101 n1 lost n1 5", "101 n3 lost n1 5", "103 n2 elected n2 5", "105 n1 elected n2 5", "106 n3 elected n2 5"},
			99, 106, "101 105 4"},
		{"the leader is isolated, and believes in itself for a while", nil,
			[]string{"617 n2 lost n1 4", "618 n3 lost n1 4", "619 n2 elected n2 5", "621 n3 elected n2 5", "685 n1 lost n1 4", "5007 n1 elected n2 5"},
			10, 5007, "618 621 3"},
		{"the leader hears no member and steps down before its followers notice", nil,
			[]string{"500 n1 lost n1 4", "600 n2 lost n1 4", "600 n3 lost n1 4", "602 n3 elected n3 5", "603 n2 elected n3 5"},
			10, 5000, "500 603 103"},
		{"the leader is killed: a majority that follows the dead follows no leader", nil,
			[]string{"15 n1 exited", "560 n2 lost n1 4", "561 n3 lost n1 4", "570 n3 elected n3 5", "572 n2 elected n3 5", "3000 n1 started", "3010 n1 elected n3 5"},
			10, 3010, "15 572 557"},
		{"the leader is paused and says nothing", nil,
			[]string{"700 n2 lost n1 4", "702 n3 lost n1 4", "705 n2 elected n2 5", "707 n3 elected n2 5", "4001 n1 changed n2 5"},
			10, 4001, "702 707 5"},
		{"a follower is killed", nil, []string{"15 n3 exited", "900 n3 started", "910 n3 elected n1 4"}, 10, 910, "0 0 0"},
		{"two followers are killed: two of three make no majority", nil,
			[]string{"15 n2 exited", "16 n3 exited", "600 n1 lost n1 4", "900 n2 started", "950 n2 elected n2 5", "951 n1 elected n2 5"},
			10, 951, "16 951 935"},
		{"five, of which three are left", five,
			[]string{"3 n4 elected n1 4", "3 n5 elected n1 4", "15 n4 exited", "16 n5 exited"}, 10, 900, "0 0 0"},
		{"five, of which two are left", five,
			[]string{"3 n4 elected n1 4", "3 n5 elected n1 4", "15 n4 exited", "16 n5 exited", "17 n3 exited"}, 10, 900, "17 0 883"},
		{"a single member", []string{"n1"}, []string{"15 n1 exited", "100 n1 started", "120 n1 elected n1 5"}, 10, 120, "15 120 105"},
		{"no leader is elected", nil, []string{"15 n1 exited"}, 10, 1010, "15 0 995"},
		{"lost before the fault: only the election is its own", nil,
			[]string{"15 n1 exited", "572 n2 elected n2 5", "573 n3 elected n2 5"}, 100, 600, "0 573 473"},
		{"lost after it", nil, []string{"700 n1 exited"}, 100, 600, "0 0 0"},
		{"lost and elected twice: the first is told, and the time of both", nil,
			[]string{"100 n1 exited", "150 n2 changed n2 5", "160 n3 changed n2 5", "200 n1 started", "210 n1 elected n2 5", "300 n2 exited",
				"390 n1 changed n3 6", "400 n3 elected n3 6"},
			10, 500, "100 160 160"},
		{"the ends belong to the span", nil,
			[]string{"100 n1 exited", "150 n2 changed n2 5", "160 n3 changed n2 5"}, 100, 160, "100 160 60"},
		{"a majority of four is three", nil,
			[]string{"20 n4 elected n1 4", "30 n4 joined", "40 n2 exited", "50 n3 exited"}, 10, 100, "50 0 50"},
		{"a learner follows, and does not vote", nil,
			[]string{"20 n4 elected n1 4", "40 n2 exited", "50 n3 exited"}, 10, 100, "50 0 50"},
		{"one that left is not missed", nil,
			[]string{"20 n3 exited", "30 n3 left", "40 n2 exited", "50 n2 left"}, 10, 100, "40 50 10"},
		{"the leader leaves", nil,
			[]string{"30 n1 left", "31 n1 lost n1 4", "40 n2 changed n2 5", "41 n3 changed n2 5"}, 10, 100, "30 41 11"},
	} {
		t.Run(c.name, func(t *testing.T) {
			members := c.members
			if members == nil {
				members = five[:3]
			}
			at := func(ms int) clock.Nanos { return clock.Nanos(ms) * 1e6 }
			got := between(reigns(says(t, append(slices.Clone(calm), c.lines...)...), members), at(c.from), at(c.to))
			text := fmt.Sprint(got.lost/1e6, got.elected/1e6, got.without.Milliseconds())
			if text != c.want {
				t.Errorf("lost, elected, without: %s, want %s", text, c.want)
			}
		})
	}
}

// Whatever members say, in whatever order it arrives: the time without a leader is what asking at every moment gives, and
// that of two spans which meet is the sum of theirs.
func TestBetweenAgreesWithAskingAtEveryMoment(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 11))
	for range 500 {
		seen := anything(rng)
		arrived := slices.Clone(seen)
		rng.Shuffle(len(arrived), func(i, j int) { arrived[i], arrived[j] = arrived[j], arrived[i] })
		all := reigns(arrived, []string{"n1", "n2", "n3"})

		from, to := clock.Nanos(rng.IntN(100)), clock.Nanos(100+rng.IntN(300))
		var want time.Duration
		for at := from; at < to; at++ {
			if asked(seen, at) == (chaos.Leadership{}) {
				want++
			}
		}
		middle := from + clock.Nanos(rng.Int64N(int64(to-from)))
		whole, first, second := between(all, from, to), between(all, from, middle), between(all, middle, to)
		switch {
		case whole.without != want:
			t.Errorf("without a leader for %d, asking gives %d", whole.without, want)
		case first.without+second.without != whole.without:
			t.Errorf("%d and %d are not %d", first.without, second.without, whole.without)
		case whole.lost != 0 && (whole.lost < from || whole.lost > to || asked(seen, whole.lost-1) == chaos.Leadership{} ||
			asked(seen, whole.lost-1) == asked(seen, whole.lost)):
			t.Errorf("lost at %d: before %v, then %v", whole.lost, asked(seen, whole.lost-1), asked(seen, whole.lost))
		case whole.elected != 0 && (whole.elected < max(from, whole.lost) || whole.elected > to || asked(seen, whole.elected) == chaos.Leadership{}):
			t.Errorf("elected at %d, lost at %d", whole.elected, whole.lost)
		case want > 0 && want < to.Sub(from) && whole.lost == 0 && whole.elected == 0:
			t.Errorf("without a leader for %d of %d, and neither lost nor elected", want, to.Sub(from))
		}
		if t.Failed() {
			t.Fatalf("[%d, %d] of %v", from, to, seen)
		}
	}
}

// anything is what members of a cluster might say, one thing at a moment.
func anything(rng *rand.Rand) (seen []chaos.Observation) {
	kinds := []chaos.ObservationKind{
		chaos.Elected, chaos.Elected, chaos.Elected, chaos.Changed, chaos.Lost, chaos.Exited, chaos.Started, chaos.Joined, chaos.Left,
	}
	member := func() string { return fmt.Sprint("n", 1+rng.IntN(4)) }
	for at := clock.Nanos(1); len(seen) < 60; at += clock.Nanos(1 + rng.IntN(10)) {
		o := chaos.Observation{At: at, Member: member(), Kind: kinds[rng.IntN(len(kinds))]}
		if strings.HasPrefix(string(o.Kind), "leader-") {
			o.Leader, o.Term = fmt.Sprint("n", 1+rng.IntN(2)), uint64(1+rng.IntN(2))
		}
		seen = append(seen, o)
	}
	return seen
}

// asked is the definition: what each member said last, up to a moment.
func asked(seen []chaos.Observation, at clock.Nanos) chaos.Leadership {
	voters := map[string]bool{"n1": true, "n2": true, "n3": true}
	last := map[string]chaos.Observation{}
	for _, o := range seen {
		if o.At > at {
			break
		}
		switch o.Kind {
		case chaos.Joined:
			voters[o.Member] = true
		case chaos.Left:
			delete(voters, o.Member)
			delete(last, o.Member)
		case chaos.Elected, chaos.Changed, chaos.Lost, chaos.Exited:
			last[o.Member] = o
		case chaos.Started, chaos.LogCompacted, chaos.SnapshotApplied:
		}
	}
	for _, leader := range last {
		if !voters[leader.Leader] {
			continue // a removed member does not lead, whatever it says until it ends
		}
		votes := 0
		for m := range voters {
			if o := last[m]; o.Follows(leader.Leader) && o.Term == leader.Term {
				votes++
			}
		}
		if self := last[leader.Leader]; 2*votes > len(voters) && self.Follows(leader.Leader) && self.Term == leader.Term {
			return chaos.Leadership{Member: leader.Leader, Term: leader.Term}
		}
	}
	return chaos.Leadership{}
}

// A leader that is followed once more was not elected again, and terms begin anew when a cluster is restored.
func TestElectionsAreCountedByLeadership(t *testing.T) {
	of := func(member string, term uint64) chaos.Leadership { return chaos.Leadership{Member: member, Term: term} }
	all := []reign{
		{}, {10, of("n1", 2)}, // before the epoch
		{110, chaos.Leadership{}}, {120, of("n1", 2)}, // followed again
		{200, chaos.Leadership{}}, {210, of("n2", 3)}, // under a fault
		{300, of("n3", 4)},                            // by itself
		{410, chaos.Leadership{}}, {420, of("n1", 2)}, // restored from a snapshot, under a fault
	}
	faults := []results.Fault{{Injected: 90, Recovered: 120}, {Injected: 300, Recovered: 330}}
	if got, want := countElections(all, 100, faults), (results.Elections{Planned: 2, Unplanned: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
