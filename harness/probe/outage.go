package probe

import (
	"cmp"
	"slices"
	"time"

	"aftershock/internal/clock"
)

// Probe is one write, from its start to its answer or its deadline.
type Probe struct {
	Started clock.Nanos
	Ended   clock.Nanos
	OK      bool
}

// Outage is what a fault did to a link.
type Outage struct {
	FirstSuccess clock.Nanos // when the first success of those started at or after the injection ended; 0 if none did
	LongestGap   time.Duration
	Sent         int
	Failed       int
}

// OutageOf reads a fault's outage out of a link's probes. It looks at the time from the injection to the first success at or
// after the recovery, of a probe that was started at or after the injection; without one, and for a fault that was never
// recovered from (recovered 0), to the last that is known of any probe.
//
// A gap is the time between two successes that follow one another, whenever their probes were started: two probes that
// are answered together after a second, say, end a gap of one second and begin none. The times from the injection to the
// first success, and from the last one to the end, are gaps too.
func OutageOf(probes []Probe, injected, recovered clock.Nanos) Outage {
	probes = slices.SortedFunc(slices.Values(probes), func(a, b Probe) int { return cmp.Compare(a.Ended, b.Ended) })
	over := injected
	for _, p := range probes {
		over = max(over, p.Ended)
		if p.OK && recovered != 0 && p.Started >= injected && p.Ended >= max(injected, recovered) {
			break
		}
	}
	var o Outage
	last := injected
	for _, p := range probes {
		if p.Started >= injected && p.Started <= over {
			o.Sent++
			if !p.OK {
				o.Failed++
			}
			if p.OK && o.FirstSuccess == 0 {
				o.FirstSuccess = p.Ended
			}
		}
		if p.OK && p.Ended >= injected && p.Ended <= over {
			o.LongestGap = max(o.LongestGap, p.Ended.Sub(last))
			last = p.Ended
		}
	}
	o.LongestGap = max(o.LongestGap, over.Sub(last))
	return o
}
