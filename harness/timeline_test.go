package harness_test

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"aftershock/chaos/plan"
	"aftershock/harness"
	"aftershock/harness/load"
	"aftershock/internal/clock"
)

const ms = time.Millisecond

var phases = harness.Phases{
	WarmUp: 600 * ms, Steady: 2100 * ms, Capacity: 500 * ms, Fault: 6 * time.Second, Recovery: 600 * ms, Drain: 200 * ms,
}

// spans makes windows of pairs of times.
func spans(fromTo ...time.Duration) []load.Window {
	var ws []load.Window
	for i := 0; i < len(fromTo); i += 2 {
		ws = append(ws, load.Window{From: clock.Nanos(fromTo[i]), To: clock.Nanos(fromTo[i+1])})
	}
	return ws
}

func events(es ...plan.Event) plan.Plan { return plan.Plan{Pair: 1, Events: es} }

func TestWindowsFollowOneAnother(t *testing.T) {
	w := phases.Windows()
	got := []load.Window{w.WarmUp, w.Steady, w.Capacity, w.Fault, w.Recovery, w.Drain}
	want := spans(0, 600*ms, 600*ms, 2700*ms, 2700*ms, 3200*ms, 3200*ms, 9200*ms, 9200*ms, 9800*ms, 9800*ms, 10000*ms)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if phases.FaultStart() != 3200*ms || phases.Trial() != 10*time.Second {
		t.Errorf("fault starts at %v of %v", phases.FaultStart(), phases.Trial())
	}
}

func TestTriggerCapacityEndsWithTheLastHold(t *testing.T) {
	transfer := plan.Event{ID: "e1", At: 3300 * ms}
	cut := plan.Event{ID: "e2", At: 3900 * ms, For: time.Second}
	longer := plan.Event{ID: "e3", At: 5000 * ms, For: 3 * time.Second}
	late := plan.Event{ID: "e4", At: 9000 * ms}
	for _, c := range []struct {
		name string
		plan plan.Plan
		want []load.Window
	}{
		{"no event", events(), nil},
		{"none held", events(transfer), nil},
		{"one held", events(transfer, cut), spans(4400*ms, 4900*ms)},
		{"two held", events(transfer, cut, longer), spans(7500*ms, 8000*ms)},
		{"the last is not held", events(cut, late), spans(4400*ms, 4900*ms)},
		{"as long as the window", events(plan.Event{At: 4 * time.Second, For: 500 * ms}), spans(4000*ms, 4500*ms)},
		{"too short", events(plan.Event{At: 4 * time.Second, For: 499 * ms}), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := phases.TriggerCapacity(c.plan)
			if ok != (c.want != nil) || (ok && got != c.want[0]) {
				t.Errorf("got %v, %v; want %v", got, ok, c.want)
			}
		})
	}
}

func TestBatchWindows(t *testing.T) {
	for _, c := range []struct {
		name string
		plan plan.Plan
		want []load.Window
	}{
		{"no trigger", events(), spans(0, 2700*ms, 3200*ms, 9800*ms)},
		{"trigger", events(plan.Event{At: 3900 * ms, For: 5 * time.Second}),
			spans(0, 2700*ms, 3200*ms, 8400*ms, 8900*ms, 9800*ms)},
		{"trigger right behind the calm window", events(plan.Event{At: 3200 * ms, For: 500 * ms}),
			spans(0, 2700*ms, 3700*ms, 9800*ms)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := phases.BatchWindows(c.plan); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// Whatever the phases and the plan: streams and capacity windows never run at the same time, and together they fill the
// time line up to the end of recovery.
func TestBatchAndCapacityWindowsFillTheTimeLine(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	length := func(limit time.Duration) time.Duration { return 1 + time.Duration(rng.Int64N(int64(limit))) }
	for range 2000 {
		p := harness.Phases{
			WarmUp: length(time.Second), Steady: length(time.Second), Capacity: length(time.Second),
			Fault: 2 * time.Second, Recovery: length(time.Second), Drain: length(time.Second),
		}
		pl := events(plan.Event{At: p.FaultStart() + length(time.Second), For: length(time.Second)})
		w := p.Windows()
		total := w.Capacity.To - w.Capacity.From
		if trigger, ok := p.TriggerCapacity(pl); ok {
			total += trigger.To - trigger.From
		}
		last := w.WarmUp.From
		for _, b := range p.BatchWindows(pl) {
			if b.From < last || b.From >= b.To {
				t.Fatalf("%+v: window %v after %v", p, b, last)
			}
			total, last = total+b.To-b.From, b.To
		}
		if total != w.Recovery.To {
			t.Fatalf("%+v %+v: windows fill %d ns of %d", p, pl, total, w.Recovery.To)
		}
	}
}

func TestCheckPlan(t *testing.T) {
	for _, c := range []struct {
		name, want string
		plan       plan.Plan
	}{
		{"fits", "", events(plan.Event{ID: "e1", At: 3200 * ms}, plan.Event{ID: "e2", At: 4200 * ms, For: 5 * time.Second})},
		{"too early", "event e1 lasts from 3.199s to 3.199s", events(plan.Event{ID: "e1", At: 3199 * ms})},
		{"too long", "event e1 lasts from 4.201s to 9.201s, outside of the fault window (3.2s to 9.2s)",
			events(plan.Event{ID: "e1", At: 4201 * ms, For: 5 * time.Second})},
		{"too short a hold", "event e1 is held for 100ms, shorter than the capacity window of 500ms",
			events(plan.Event{ID: "e1", At: 4 * time.Second, For: 100 * ms})},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := phases.CheckPlan(c.plan)
			if (err == nil) != (c.want == "") || (err != nil && !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
