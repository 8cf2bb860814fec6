package summary

import (
	"cmp"
	"slices"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/stat"
)

// ageEvery is how often a reader is assumed to look, and mostLooks bounds the looks in a window: a damaged record may
// claim that a phase lasts for centuries.
const (
	ageEvery  = 10 * time.Millisecond
	mostLooks = 100_000
)

// ack is a published snapshot: when its publication was known, and when it had been built.
type ack struct{ at, built results.Offset }

// acks are the acks of the trial, by when they were known.
func (t *table) acks() (all []ack) {
	for _, r := range t.Records(t.publish) {
		if r.Outcome == ops.OK {
			at := results.Offset(r.Intended).Add(r.Response())
			all = append(all, ack{at: at, built: at.Add(-time.Duration(r.Aux))})
		}
	}
	slices.SortFunc(all, func(a, b ack) int { return cmp.Compare(a.at, b.at) })
	return all
}

// ages are the ages of the newest published snapshot for readers that look every ageEvery, over all windows, ascending.
// An age grows while publishing fails. The staleness of successful snapshots does not show that, because they are few
// or none then. Until the first snapshot the age counts from the trial's epoch. A trial that publishes nothing has no
// age.
func (t *table) ages(windows results.Windows, into []int64) []int64 {
	if t.Streams[t.publish].Slots == 0 {
		return into
	}
	acks := t.acks()
	for _, w := range windows {
		next, newest := 0, results.Offset(0)
		every := max(ageEvery, w.Length()/mostLooks)
		for i := range min(mostLooks, max(0, int(w.Length()/every))) {
			at := w.From.Add(time.Duration(i) * every)
			for ; next < len(acks) && acks[next].at <= at; next++ {
				newest = max(newest, acks[next].built)
			}
			into = append(into, int64(at.Sub(newest)))
		}
	}
	slices.Sort(into)
	return into
}

// age is the age that a reader sees: the median over the phase's time for q = 0.5, and the worst for q = 1. A trial that
// publishes nothing has none.
func age(name string, q float64) metric {
	return metric{name: name, unit: "ns", better: stat.Lower, scale: stat.Ratio, phases: everyPhase,
		inPhase: func(p *phaseData) (figure, bool) {
			value, ok := stat.Quantile(p.ages, q)
			return figure{value: float64(value)}, ok
		}}
}
