package summary

import (
	"slices"
	"time"

	"aftershock/results/ops"
	"aftershock/results/stat"
)

// counted are the figures that the workload counts: whatever ops.bin declares. A counter that bears the name of a figure
// of the catalogue is none: two rows of one name could not be told apart.
func counted(counters []ops.Counter) (all []metric) {
	for _, c := range counters {
		if !slices.ContainsFunc(catalogue, func(m metric) bool { return m.name == c.Name }) {
			all = append(all, countOf(c))
		}
	}
	return all
}

// countOf is one counter over the whole trial, its warm-up included, for a counter knows no phase. A sum of times is shown
// in seconds: the margin of differences, a hundredth of its unit at 10 %, would be nothing in nanoseconds.
func countOf(c ops.Counter) metric {
	unit, per := c.Unit, 1.0
	if unit == "ns" {
		unit, per = "s", float64(time.Second)
	}
	m := metric{
		name: c.Name, unit: unit, better: stat.Better(c.Better), scale: stat.Difference, phases: []string{wholeTrial},
		ofTrial: func(t *table, _ string) (figure, bool) {
			n, err := t.Counter(c.Name)
			return figure{value: float64(n) / per, bound: t.cutOff(c)}, err == nil
		},
	}
	if c.Better == ops.OnlyShown {
		m.apart = "neither direction is better, so it is shown and not compared"
	}
	return m
}

// cutOff tells whether a time of the counter's sum was still running when the trial ended, or the process.
func (t *table) cutOff(c ops.Counter) bool {
	if c.Cut == "" {
		return false
	}
	running, err := t.Counter(c.Cut)
	return err != nil || running > 0 || t.trial.Worker.Crashed
}

// countersOf are the counters of all trials of the pairs, each once. Both arms of a fix declare the same; two runs that are
// compared may not.
func countersOf(pairs []pair) (all []ops.Counter) {
	for _, p := range pairs {
		for _, c := range slices.Concat(p.before.counters, p.after.counters) {
			if !slices.ContainsFunc(all, func(known ops.Counter) bool { return known.Name == c.Name }) {
				all = append(all, c)
			}
		}
	}
	return all
}
