package cluster

import (
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// Each fault of the catalogue is played once on a real cluster: its effect and its recovery are observed, and the cluster
// writes again.
func TestEveryFaultHasItsEffectAndIsOver(t *testing.T) {
	for _, fault := range chaos.All() {
		t.Run(fault.Name, func(t *testing.T) {
			c := start(t, config(t, 3))
			event := plan.Event{ID: "e1", Fault: fault.Name, Target: "leader"}
			if fault.Held {
				event.For = 2500 * time.Millisecond
			}
			if fault.Moves {
				event.To = "follower.1"
			}
			reached := map[chaos.Stage]clock.Nanos{}
			err := chaos.Play(patience(t), clock.Now(), []plan.Event{event}, c, func(m chaos.Moment) { reached[m.Stage] = m.At })
			if err != nil {
				t.Fatalf("%v; seen: %+v", err, c.Observations())
			}
			if reached[chaos.Effective] <= reached[chaos.Injected] || reached[chaos.Recovered] < reached[chaos.Effective] {
				t.Errorf("stages out of order: %+v", reached)
			}
			if err := c.Write(patience(t)); err != nil {
				t.Error(err)
			}
		})
	}
}
