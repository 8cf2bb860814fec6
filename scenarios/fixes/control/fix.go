// Package control is an instrument: one arm is slower by a known share. A harness that does not find it, or not its size,
// cannot be believed about anything else.
package control

import (
	"context"

	"aftershock/internal/clock"
	"aftershock/results"
	"aftershock/scenarios/collector"
)

// slowdown is the share of its own time by which the after arm's build takes longer.
const slowdown = 0.5

// Fix makes building slower by half, so its after arm must be found to have regressed by that much.
var Fix = collector.Fix{
	Fix: results.Fix{
		Name:       "control",
		Summary:    "instrument: the after arm takes half as long again to build, and must be found out",
		Instrument: true,
		Expect:     slowdown,
		Primary:    results.Metric{Name: "build_p50", Phase: results.Steady},
		Guards:     collector.Guards,
	},
	Before: func(*collector.Seams) {},
	After:  func(s *collector.Seams) { s.Builder = slow{s.Builder} },
}

// slow builds as another does, and then burns half of the time that this took.
type slow struct{ collector.Builder }

func (s slow) Build(shared context.Context, into map[string]any, series []collector.Series) {
	began := clock.Now()
	s.Builder.Build(shared, into, series)
	took := clock.Now() - began
	for until := began + took + clock.Nanos(slowdown*float64(took)); clock.Now() < until; {
	}
}
