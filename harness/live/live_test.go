package live_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/harness/live"
	"aftershock/internal/clock"
	"aftershock/results"
)

// kept is a view that keeps all events.
type kept struct{ events []live.Event }

func (k *kept) Take(e live.Event, _ *live.State) { k.events = append(k.events, e) }

func (k *kept) kinds() (all []live.Kind) {
	for _, e := range k.events {
		all = append(all, e.Kind)
	}
	return all
}

// scripted is a run whose status a test sets.
type scripted struct{ status harness.Status }

func (s *scripted) in(block int, arm results.Arm, phase string) {
	s.status.Slot = results.Slot{Group: "g", Block: block, Arm: arm}
	s.status.Phase, s.status.Trial, s.status.Trials = phase, 2*block, 8
}

func stage(at clock.Nanos, what string) results.Event {
	data := map[string]string{"fault": "leader-kill", "event": "e1"}
	return results.Event{At: at, Source: "chaos", What: what, Data: data}
}

func follows(at clock.Nanos, leader, term string) results.Event {
	data := map[string]string{"leader": leader, "term": term}
	return results.Event{At: at, Source: "n2", What: "leader-elected", Data: data}
}

// played is a run of one block: each arm has a fault and another leader.
func played(views ...live.View) *live.Stream {
	words := live.Words{
		Load: func(results.Load) string { return "load: 7" },
		Fix: func(_, name string) (string, error) {
			if name == "broken" {
				return "", errors.New("no pair")
			}
			return name + ": improved", nil
		},
	}
	var run scripted
	s := live.NewStream(words, false, views...)
	s.Started("folder", results.Run{
		ID: "r", Name: "scenario", Pairs: 4, Seed: 7, Scenario: json.RawMessage(`{"asks":"What?"}`),
		Fixes: []results.Fix{{Name: "a"}},
		Groups: []results.Group{{Name: "g", Arms: []results.GroupArm{
			{Name: "mended", Side: results.After}, {Name: "broken", Side: results.Before},
		}}},
	}, func() harness.Status { return run.status })
	s.Loaded(results.Load{})
	for _, arm := range []results.Arm{"broken", "mended"} {
		run.status = harness.Status{}
		run.in(1, arm, "boot")
		s.Look()
		for second := range 3 {
			run.in(1, arm, results.Steady)
			run.status.At = time.Duration(second+1) * time.Second
			run.status.Recent = harness.Recent{OK: 100 + second, P99: time.Millisecond}
			run.status.Happened = []results.Event{
				follows(-1, "n1", "2"), follows(1500e6, "n3", "3"), stage(1e9, "injected"), stage(1100e6, "effective"),
			}[:1+second]
			run.status.Fault = "leader-kill " + string(rune('0'+second))
			s.Look()
		}
		run.status.Phase, run.status.Recent = "teardown", harness.Recent{OK: 300, Failed: 3}
		run.status.Happened = append(run.status.Happened, stage(1100e6, "effective"), stage(2e9, "healed"))
		why := map[results.Arm]string{"mended": "why"}[arm]
		s.TrialDone(results.Trial{Group: "g", Block: 1, Arm: arm, Invalid: why})
	}
	s.FixDone("a")
	s.FixDone("broken")
	s.Stop()
	s.End(live.End{Status: "complete", Report: true})
	return s
}

// Events have numbers without gaps, and tell of a trial before they tell what happened in it.
func TestEventsOfARun(t *testing.T) {
	var seen kept
	played(&seen)
	for i, e := range seen.events {
		if e.ID != int64(i+1) || e.At.IsZero() {
			t.Errorf("event %d: %+v", i, e)
		}
	}
	trial := []live.Kind{
		live.Now, live.Now, live.Now, live.Happened, live.Now, live.Happened, live.Now, live.Happened, live.Happened,
		live.TrialEnded,
	}
	want := slices.Concat([]live.Kind{live.Began, live.Loaded}, trial, trial,
		[]live.Kind{live.FixEnded, live.FixEnded, live.Ended})
	if !slices.Equal(seen.kinds(), want) {
		t.Errorf("got  %v\nwant %v", seen.kinds(), want)
	}
	var marks []string
	for _, e := range seen.events {
		if m := e.Happened; m != nil {
			marks = append(marks, m.Stage+m.Leader)
		}
	}
	if got := strings.Join(marks[:4], " "); got != "n3 injected effective healed" {
		t.Errorf("what happened: %s", got)
	}
	if first := seen.events[0].Run; first.Asks != "What?" || first.Fixes[0] != "a" || first.Folder != "folder" {
		t.Errorf("the run is %+v", first)
	}
}

// A state has the block that is under way with both arms, and all trials that have ended.
func TestStateOfARun(t *testing.T) {
	hub := live.NewHub()
	played(hub)
	var s live.State
	if err := json.Unmarshal(hub.Whole(), &s); err != nil {
		t.Fatal(err)
	}
	if len(s.Block) != 2 || len(s.Block[0].Seconds) != 3 || len(s.Block[1].Marks) != 4 || s.Block[0].Side != "before" {
		t.Errorf("the block is %+v", s.Block)
	}
	if len(s.Trials) != 2 || s.Ended != 2 || s.Trials[1].Invalid != "why" || s.Trials[0].OK != 300 {
		t.Errorf("the trials are %+v", s.Trials)
	}
	if len(s.Fixes) != 2 || s.Fixes[0].Says != "a: improved" || s.Fixes[1].Says != "broken: no pair" {
		t.Errorf("the fixes are %+v", s.Fixes)
	}
	if s.End == nil || s.Load != "load: 7" || s.Run.Seed != 7 {
		t.Errorf("%+v", s)
	}
}

// The next block takes the place of the last one, and another attempt at a block too.
func TestAnotherBlock(t *testing.T) {
	var s live.State
	now := func(block, attempt int, arm string) {
		s.Apply(live.Event{ID: s.ID + 1, Kind: live.Now, Now: &live.Moment{
			Group: "g", Block: block, Arm: arm, Attempt: attempt, Since: s.ID * 1000, OK: int(s.ID) + 1,
		}})
	}
	for _, c := range []struct {
		block, attempt int
		arm            string
		lines          int
	}{{1, 0, "a", 1}, {1, 0, "a", 1}, {1, 0, "b", 2}, {2, 0, "b", 1}, {2, 0, "a", 2}, {2, 1, "a", 1}} {
		if now(c.block, c.attempt, c.arm); len(s.Block) != c.lines {
			t.Errorf("%+v: %d lines", c, len(s.Block))
		}
	}
}

// However long a run is, its state has an end.
func TestAStateIsBounded(t *testing.T) {
	var s live.State
	for n := range 10_000 {
		s.Apply(live.Event{ID: int64(n), Kind: live.Now, Now: &live.Moment{
			Group: "g", Block: 1, Arm: "a", Since: int64(n) * 1000, OK: n + 1,
		}})
		s.Apply(live.Event{Kind: live.Happened, Happened: &live.Mark{}})
		s.Apply(live.Event{Kind: live.TrialEnded, Trial: &live.Trial{Block: n}})
	}
	text, err := json.Marshal(s)
	if err != nil || len(text) > 1<<20 || s.Ended != 10_000 || s.Trials[len(s.Trials)-1].Block != 9_999 {
		t.Errorf("%d bytes, %d trials have ended, %v", len(text), s.Ended, err)
	}
}

// A viewer who comes at any moment and follows to the end has the state of one who was there all the time.
func TestWhoComesLaterKnowsTheSame(t *testing.T) {
	hub := live.NewHub()
	var viewers []*live.Viewer
	played(everyEvent(func() {
		v, err := hub.Join()
		if err != nil {
			t.Error(err)
		}
		viewers = append(viewers, v)
	}), hub)
	var want live.State
	must(t, json.Unmarshal(hub.Whole(), &want))
	for i, v := range viewers {
		var got live.State
		for m := range v.Messages() {
			if m.Kind == live.Whole {
				must(t, json.Unmarshal(m.JSON, &got))
				continue
			}
			var e live.Event
			must(t, json.Unmarshal(m.JSON, &e))
			got.Apply(e)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("who came with event %d has\n%+v\nwant\n%+v", i, got, want)
		}
	}
	if len(viewers) < 20 || hub.Viewers() != 0 {
		t.Errorf("%d came, %d are left", len(viewers), hub.Viewers())
	}
}

type everyEvent func()

func (f everyEvent) Take(live.Event, *live.State) { f() }

// A viewer that never reads is dropped, and keeps no one waiting: all events are told while it does not read one.
func TestAViewerThatNeverReadsIsDropped(t *testing.T) {
	hub := live.NewHub()
	deaf, err := hub.Join()
	must(t, err)
	reading, err := hub.Join()
	must(t, err)
	const events = 1000
	told := make(chan int)
	go func() {
		seen := 0
		for m := range reading.Messages() {
			if m.Kind == live.Now {
				seen++
				told <- seen
			}
		}
		close(told)
	}()
	var s live.State
	for n := range events {
		e := live.Event{ID: int64(n + 1), Kind: live.Now, Now: &live.Moment{}}
		s.Apply(e)
		hub.Take(e, &s)
		if seen := <-told; seen != n+1 {
			t.Fatalf("who reads has seen %d events of %d", seen, n+1)
		}
	}
	if hub.Viewers() != 1 {
		t.Errorf("%d viewers are left", hub.Viewers())
	}
	missed := 0
	for range deaf.Messages() {
		missed++
	}
	if missed == 0 || missed > events/2 {
		t.Errorf("%d events waited for who does not read", missed)
	}
	deaf.Leave() // again
	reading.Leave()
	if _, more := <-told; more {
		t.Error("who left is still told")
	}
}

// An event is made once, and all viewers are sent the same bytes: the state as well, of those who join between events.
func TestAnEventIsMadeOnceForAllViewers(t *testing.T) {
	hub := live.NewHub()
	var viewers [3]*live.Viewer
	for i := range viewers {
		v, err := hub.Join()
		must(t, err)
		viewers[i] = v
	}
	played(hub)
	first := viewers[0].Messages()
	for m := range first {
		if want := fmt.Sprintf("id: %d\nevent: %s\ndata: %s\n\n", m.ID, m.Kind, m.JSON); string(m.Sent) != want {
			t.Errorf("sent is %q, want %q", m.Sent, want)
		}
		for _, v := range viewers[1:] {
			if o := <-v.Messages(); o.ID != m.ID || &o.Sent[0] != &m.Sent[0] {
				t.Errorf("%s %d was made again for another viewer, or is %d", m.Kind, m.ID, o.ID)
			}
		}
	}
}

// There is an end to how many may follow.
func TestTooManyViewers(t *testing.T) {
	hub := live.NewHub()
	var all []*live.Viewer
	for {
		v, err := hub.Join()
		if err != nil {
			break
		}
		if all = append(all, v); len(all) > 10_000 {
			t.Fatal("there is no end")
		}
	}
	all[0].Leave()
	if _, err := hub.Join(); err != nil {
		t.Errorf("one has left: %v", err)
	}
}

// What 20 viewers cost for each event, with their reading. After each few events all have caught up, so that none is
// dropped.
func BenchmarkFanOut(b *testing.B) {
	const viewers, few = 20, 32
	hub := live.NewHub()
	read := make(chan bool, viewers*few)
	for range viewers {
		v, err := hub.Join()
		must(b, err)
		<-v.Messages() // the whole state
		go func() {
			for range v.Messages() {
				read <- true
			}
		}()
		defer v.Leave()
	}
	var s live.State
	e := live.Event{Kind: live.Now, Now: &live.Moment{Group: "lock-across-rpc", Phase: results.Steady, Leader: "n1"}}
	b.ReportAllocs()
	for b.Loop() {
		e.ID++
		s.Apply(e)
		hub.Take(e, &s)
		if e.ID%few == 0 {
			for range viewers * few {
				<-read
			}
		}
	}
	if hub.Viewers() != viewers {
		b.Errorf("%d viewers are left", hub.Viewers())
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
