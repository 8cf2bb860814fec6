package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"aftershock/harness"
	"aftershock/internal/golden"
	"aftershock/results"
)

// underTrial is the status of a trial in a phase, with all that can be said of it.
func underTrial(group, phase, fault string) harness.Status {
	return harness.Status{
		Slot:  results.Slot{Group: group, Block: 3, Arm: results.Before},
		Trial: 6, Trials: 16, Judged: 2, Disturbed: 1, Phase: phase, Fault: fault, Members: 3, Leader: "n1",
		Left:   7*time.Minute + 20*time.Second,
		Recent: harness.Recent{OK: 998, Failed: 2, P99: 12_345_678},
	}
}

// lines are statuses, each headed by the phase that `make kills` has to find in its line.
func lines() (all []struct {
	head   string
	status harness.Status
}) {
	add := func(head string, s harness.Status) {
		all = append(all, struct {
			head   string
			status harness.Status
		}{head, s})
	}
	for _, phase := range []string{
		"boot", results.WarmUp, results.Steady, "capacity", results.InFault, results.Recovery, "drain", "agreement", "teardown",
	} {
		add(phase, underTrial("lock-across-rpc", phase, ""))
	}
	cut := "partition-leader effective"
	add("fault, partitioned", underTrial("lock-across-rpc", results.InFault, cut))
	add("recovery, from a partition", underTrial("lock-across-rpc", results.Recovery, "partition-leader recovered"))
	add("fault, long names", underTrial("map-growth-presized+context-isolation-without-cancel", results.InFault,
		"leader-transfer-storm cut short"))
	s := underTrial("lock-across-rpc", results.InFault, cut)
	s.Leader, s.Recent = "", harness.Recent{OK: 17, Failed: 981, P99: time.Second, AtLeast: true}
	add("fault, no answers", s)
	s = underTrial("context-isolation+1", results.Steady, "")
	s.Attempt, s.Left, s.Trial, s.Trials = 1, 1234*time.Hour+56*time.Minute+7*time.Second, 1234, 1440
	add("steady, a long run and another attempt", s)
	s = underTrial("null-steady", "capacity", "")
	s.Recent = harness.Recent{}
	add("capacity, no batches are due", s)
	s = underTrial("null-steady", "teardown", "")
	s.Recent.P99 = 0
	add("teardown, batches counted", s)
	s.Waiting, s.Left = true, 90*time.Second
	add("waiting for calm", s)
	add("before the first trial", harness.Status{Trials: 16, Left: time.Hour, Members: 3})
	add("no trials", harness.Status{})
	add("a pilot", harness.Status{
		Slot: results.Slot{Group: "lock-across-rpc", Arm: results.Before}, Trials: 16, Phase: results.Steady,
		Left: 5 * time.Minute,
	})
	add("steady, without a cluster", harness.Status{
		Slot: results.Slot{Group: "control", Block: 1, Arm: results.After}, Trial: 1, Trials: 4, Phase: results.Steady,
		Recent: harness.Recent{OK: 4000, P99: 41_400},
	})
	return all
}

func TestLinesOfProgress(t *testing.T) {
	var text strings.Builder
	for _, columns := range []int{79, 199} {
		for _, l := range lines() {
			fmt.Fprintf(&text, "# %s, %d columns\n%s\n", l.head, columns, describe(l.status, columns))
		}
	}
	golden.Compare(t, "testdata/progress.txt", []byte(text.String()))
}

// However narrow the terminal: no line is too long, and the time left stands at its beginning.
func TestLinesFitTheTerminal(t *testing.T) {
	names := []string{"", "a", "lock-across-rpc", strings.Repeat("name-", 40), "überlänge-für-die-zeile"}
	random := rand.New(rand.NewPCG(1, 2))
	for range 3_000 {
		s := underTrial(names[random.IntN(len(names))], results.InFault, "")
		if fault := names[random.IntN(len(names))]; fault != "" {
			s.Fault = fault + " effective"
		}
		s.Left = time.Duration(random.Int64N(int64(5000 * time.Hour)))
		s.Trial, s.Trials, s.Attempt, s.Waiting = random.IntN(1e6), random.IntN(1e6), random.IntN(2), random.IntN(5) == 0
		s.Recent = harness.Recent{OK: random.IntN(1e7), Failed: random.IntN(1e7),
			P99: time.Duration(random.Int64N(1e11)), AtLeast: true}
		columns := 1 + random.IntN(220)
		line := describe(s, columns)
		if n := utf8.RuneCountInString(line); n > columns || !utf8.ValidString(line) {
			t.Fatalf("%d columns of %d: %q", n, columns, line)
		}
		if want := timeLeft(s.Left); columns >= len(want) && !strings.HasPrefix(line, want) {
			t.Fatalf("%d columns: %q does not begin with %q", columns, line, want)
		}
		if columns < 79 || s.Waiting || s.Slot.Group == "" || s.Trials > 99 || s.Trial > 99 ||
			s.Recent.OK+s.Recent.Failed > 9999 {
			continue
		}
		if !strings.Contains(line, "ok ") || !strings.Contains(line, " P99 ") {
			t.Fatalf("%d columns: %q lacks how batches fare", columns, line)
		}
	}
}

// A terminal of 80 columns has room for what a run of a day says of any fault, at a thousand batches a second.
func TestEightyColumnsAreEnough(t *testing.T) {
	for _, fault := range []string{"", "partition-leader effective", "lagging-follower recovered",
		"leader-transfer-storm cut short"} {
		s := underTrial("map-growth-presized+context-isolation", results.InFault, fault)
		s.Left, s.Trial, s.Trials = 23*time.Hour+59*time.Minute, 99, 99
		line := describe(s, 79)
		for _, want := range []string{"23h59m left", "99/99", " before", "ok 998 failed 2", "P99 12.3 ms"} {
			if !strings.Contains(line, want) {
				t.Errorf("%q lacks %q", line, want)
			}
		}
	}
}

func TestNamesAreShortenedInTheirMiddle(t *testing.T) {
	for _, c := range []struct {
		name    string
		columns int
		want    string
	}{
		{"abcdef", 6, "abcdef"}, {"abcdefg", 6, "ab..fg"}, {"abcdefg", 5, "ab..g"}, {"abcdefg", 3,
			"a.."}, {"abcdefg", 2, ".."}, {"abcdefg", 0, ".."}, {"äöüßé", 4, "ä..é"},
	} {
		if got := shorten(c.name, c.columns); got != c.want {
			t.Errorf("%s in %d columns: %s, want %s", c.name, c.columns, got, c.want)
		}
	}
}

func TestWhatBecameOfATrial(t *testing.T) {
	s := underTrial("g", "teardown", "")
	s.Recent = harness.Recent{OK: 60_000, Failed: 12}
	done := results.Trial{Group: "g", Block: 3, Arm: results.After}
	if got, want := ended(done, s), "7m20s left  6/16 g block 3 after  ok 60000 failed 12  valid"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	done.Attempt, done.Invalid = 1, "event e1: not effective\nevent e2: not recovered"
	if got, want := ended(done, s), "7m20s left  6/16 g block 3 after again  ok 60000 failed 12  "+
		"invalid: event e1: not effective; event e2: not recovered"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
