package summary_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/summary"
)

// probed gives the trial's fault the anatomy of an outage, all of whose times are so many milliseconds longer.
func probed(longer int) step {
	at := func(ms int) results.Offset { return results.Offset(4*sec + time.Duration(ms+longer)*time.Millisecond) }
	return func(r *recipe) {
		f := &r.trial.Faults[0]
		f.LeaderLost, f.LeaderElected, f.Leaderless = at(600), at(700), time.Duration(100+longer)*ms
		f.Recovered = f.Healed + results.Offset(time.Duration(10+longer)*ms)
		f.Links = []results.LinkOutage{{
			Client: "collector", Member: "n2", Began: 4 * 1000 * results.Offset(ms), Served: at(4100),
			LongestGap: time.Duration(4100+longer) * ms, Sent: 160, Failed: 120,
		}}
	}
}

// struckBy replaces the trial's faults.
func struckBy(all ...results.Fault) step { return func(r *recipe) { r.trial.Faults = all } }

// text is a spread in milliseconds: n, least, median, most.
func text(s summary.Spread) string {
	return fmt.Sprint(s.N, s.Min.Milliseconds(), s.Median.Milliseconds(), s.Max.Milliseconds())
}

func expect(t *testing.T, what string, got summary.Spread, want string) {
	t.Helper()
	if text(got) != want {
		t.Errorf("%s: %s, want %s", what, text(got), want)
	}
}

func TestOutagesOfBothArmsAndOfEach(t *testing.T) {
	w := newWorld(t, repair)
	for i := range 5 {
		w.trial(i+1, results.Before, probed(i))
		w.trial(i+1, results.After, probed(100+i))
	}
	// Two that are not compared: one whose fault was led to its end counts, one whose fault was interrupted does not.
	w.trial(6, results.Before, probed(2), invalid("standstill: the machine was suspended for 3s"))
	w.trial(6, results.After, probed(5000), func(r *recipe) { r.trial.Faults[0].Recovered = 0 }, invalid("interrupted"))
	all := w.compute().Outages
	if len(all) != 1 || all[0].Fault != "partition-leader" {
		t.Fatalf("outages %+v", all)
	}
	o := all[0]
	if o.All.Faults != 11 || o.Before.Faults != 6 || o.After.Faults != 5 || len(o.All.Links) != 1 {
		t.Fatalf("%+v", o)
	}
	expect(t, "effective", o.All.Effective, "11 1000 1000 1000")
	expect(t, "lost, before", o.Before.LeaderLost, "6 600 602 604")
	expect(t, "elected, after", o.After.LeaderElected, "5 800 802 804")
	expect(t, "leaderless", o.All.Leaderless, "11 100 104 204")
	expect(t, "recovered, before", o.Before.Recovered, "6 10 12 14")
	expect(t, "outage", o.All.Links[0].Outage, "11 4100 4104 4204")
	if o.All.Links[0].Out != 11 || o.After.Links[0].Out != 5 {
		t.Errorf("out: %+v", o)
	}
	expect(t, "longest gap, after", o.After.Links[0].LongestGap, "5 4200 4202 4204")
	if o.All.Leaderless.P90 != 0 {
		t.Errorf("a P90 of ten: %v", o.All.Leaderless.P90)
	}
}

// A time that did not come is in no spread, and an interrupted fault in none at all.
func TestOutagesWithoutAllTheirTimes(t *testing.T) {
	link := func(client string, began, served results.Offset) results.LinkOutage {
		return results.LinkOutage{Client: client, Began: began, Served: served, LongestGap: ms}
	}
	at := func(n int) results.Offset { return results.Offset(time.Duration(n) * time.Millisecond) }
	w := newWorld(t, repair)
	w.trial(1, results.Before, struckBy(
		results.Fault{Event: "e1", Fault: "follower-kill", Injected: at(10), Effective: at(12), Healed: at(50), Recovered: at(60),
			Links: []results.LinkOutage{link("collector", at(12), at(15)), link("reader", at(12), 0),
				link("writer", 0, 0)}},
		results.Fault{Event: "e2", Fault: "leader-transfer", Injected: at(100), Effective: at(102), Healed: at(110), Recovered: at(104),
			LeaderLost: at(101), LeaderElected: at(103), Leaderless: 2 * ms,
			Links: []results.LinkOutage{link("collector", at(100), at(105))}},
	))
	w.trial(1, results.After, struckBy(
		results.Fault{Event: "e1", Fault: "follower-kill", Injected: at(10), Error: "the worker is gone",
			Links: []results.LinkOutage{link("collector", at(10), at(11))}},
		results.Fault{Event: "e2", Fault: "leader-transfer", Injected: at(100), Effective: at(102), Healed: at(110), Recovered: at(108),
			Links: []results.LinkOutage{link("writer", at(101), at(121))}},
	))
	w.trial(2, results.Before, struckBy(results.Fault{Event: "e1", Fault: "snapshot-save", Injected: at(10),
		Done: at(17), Healed: at(17),
		Recovered: at(18), Links: []results.LinkOutage{link("collector", 0, 0)}}))
	all := w.compute().Outages
	if len(all) != 3 || all[0].Fault != "follower-kill" || all[1].Fault != "leader-transfer" ||
		all[2].Fault != "snapshot-save" {
		t.Fatalf("outages %+v", all)
	}
	expect(t, "a harmless fault that was done", all[2].All.Done, "1 7 7 7")
	expect(t, "and took no effect", all[2].All.Effective, "0 0 0 0")
	kill, transfer := all[0], all[1]
	if kill.All.Faults != 1 || kill.After.Faults != 0 || kill.After.Links == nil {
		t.Errorf("follower-kill: %+v", kill)
	}
	expect(t, "a leader that was not lost", kill.All.LeaderLost, "0 0 0 0")
	expect(t, "no time without one", kill.All.Leaderless, "1 0 0 0")
	expect(t, "an outage without an end", kill.All.Links[1].Outage, "0 0 0 0")
	expect(t, "no outage", kill.All.Links[2].Outage, "0 0 0 0")
	if kill.All.Links[1].Out != 1 || kill.All.Links[2].Out != 0 {
		t.Errorf("links of follower-kill: %+v", kill.All.Links)
	}
	expect(t, "recovered from the injection", transfer.All.Recovered, "2 4 6 8")
	expect(t, "lost in one of two", transfer.All.LeaderLost, "1 1 1 1")
	var clients []string
	for _, l := range transfer.All.Links {
		clients = append(clients, l.Client+" "+text(l.Outage))
	}
	if got := strings.Join(clients, ", "); got != "collector 1 5 5 5, writer 1 20 20 20" {
		t.Errorf("clients: %s", got)
	}
}

func TestOutagesHaveAP90WhenTwentyLieBeyondIt(t *testing.T) {
	for _, n := range []int{199, 200} {
		var all []results.Fault
		for i := range n {
			at := results.Offset(sec)
			all = append(all, results.Fault{Event: fmt.Sprint("e", i), Fault: "leader-kill", Injected: at, Effective: at + results.Offset(i+1),
				Recovered: at + results.Offset(sec),
				Links:     []results.LinkOutage{{Client: "collector"}}})
		}
		w := newWorld(t, repair)
		w.trial(1, results.Before, struckBy(all...))
		if got, want := w.compute().Outages[0].All.Effective.P90, time.Duration(180*(n/200)); got != want {
			t.Errorf("P90 of %d: %d, want %d", n, got, want)
		}
	}
}

// A record of a time before probes says nothing of the leader, and not that there always was one.
func TestOutagesOfOldRecords(t *testing.T) {
	w := newWorld(t, repair)
	w.pairs(0.5)
	s := w.compute()
	data, err := os.ReadFile(filepath.Join(w.folder, results.TrialsDir, repair.Name, "01-before", results.TrialFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"links", "leaderless", "agreement", "observed"} {
		if strings.Contains(string(data), field) {
			t.Errorf("the record has %q, and so is none of that time", field)
		}
	}
	if s.Outages != nil || s.Fixes[0].Pairs.Valid != 8 {
		t.Errorf("outages %+v, pairs %+v", s.Outages, s.Fixes[0].Pairs)
	}
}

// What two faults did together is neither's own: it stands apart, and says with what it is shared.
func TestOutagesThatAreShared(t *testing.T) {
	at := func(n int) results.Offset { return results.Offset(time.Duration(n) * time.Millisecond) }
	fault := func(event, kind string, served int, shared ...string) results.Fault {
		return results.Fault{Event: event, Fault: kind, Injected: at(10), Effective: at(11), Recovered: at(90),
			Links: []results.LinkOutage{
				{Client: "collector", Began: at(11), Served: at(served), LongestGap: ms, Shared: shared},
			}}
	}
	w := newWorld(t, repair)
	w.trial(1, results.Before, struckBy(fault("e1", "leader-kill", 21), fault("e2", "client-cut", 31, "e3", "e4"),
		fault("e3", "leader-kill", 31, "e2", "e4"), fault("e4", "leader-kill", 31, "e2", "e3")))
	w.trial(1, results.After, struckBy(fault("e1", "leader-kill", 41)))
	var got []string
	for _, o := range w.compute().Outages {
		got = append(got, fmt.Sprint(o.Fault, o.Shared, " ", text(o.All.Links[0].Outage)))
	}
	want := "leader-kill[] 2 10 20 30; client-cut[leader-kill] 1 20 20 20; leader-kill[client-cut leader-kill] 2 " +
		"20 20 20"
	if got := strings.Join(got, "; "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
