package scenarios

import (
	"math"
	"time"

	"aftershock/harness"
	"aftershock/internal/document"
	"aftershock/internal/units"
)

// beyondP99 is how many operations must lie beyond a quantile for it to be worth printing; a hundredth of the steady
// window's operations lie beyond its P99.
const beyondP99 = 20

// phases are the phases as far as they could be read: one that could not is 0.
type phases struct {
	harness.Phases
	steady document.Value
}

// readPhases reads the lengths. A scenario that asks nothing of capacity has no closed-loop windows. Without a cluster there is no fault to have a phase, and none to recover from.
func readPhases(v document.Value, clustered bool) phases {
	required := []string{"warm-up", "steady", "drain"}
	if clustered {
		required = append(required, "fault", "recovery")
	}
	o, _ := v.Object(required, []string{"capacity"})
	p := phases{steady: o["steady"]}
	for name, length := range map[string]*time.Duration{
		"warm-up": &p.WarmUp, "steady": &p.Steady, "capacity": &p.Capacity,
		"fault": &p.Fault, "recovery": &p.Recovery, "drain": &p.Drain,
	} {
		if o[name].Given() {
			*length, _ = o[name].Duration(shortest, longest)
		}
	}
	return p
}

// checkSteady refuses a steady window in which the fastest stream, and so any, has too few operations for a P99.
func (p phases) checkSteady(streams []harness.Stream) {
	var fastest harness.Stream
	for _, s := range streams {
		if s.Rate == 0 {
			return // it could not be read, and may be the fastest
		}
		if s.Rate > fastest.Rate {
			fastest = s
		}
	}
	if p.Steady == 0 || len(streams) == 0 {
		return
	}
	millis := math.Ceil(beyondP99 * 100 / fastest.Rate * 1000)
	if least := time.Duration(millis) * time.Millisecond; p.Steady < least {
		p.steady.Addf("%s is too short for %d operations beyond the P99 of the fastest stream, %s at %v/s"+
			" (allowed: %s or more)", units.Short(p.Steady), beyondP99, fastest.Name, fastest.Rate, units.Short(least))
	}
}
