package metrics

import (
	"maps"
	"slices"
)

// History is the course of a run's metrics, second by second. Seconds count from 1970; a sample at a second tells what
// happened before it.
type History struct {
	run     string
	numbers map[series]map[int64]float64 // of counters what each second adds, of gauges what they are
	counts  map[series]map[int64]*Counts
	last    int64
}

// series is one metric of a family.
type series struct{ family, labels string }

// NewHistory is the history of a run, by its name.
func NewHistory(run string) *History {
	return &History{
		run: run, numbers: map[series]map[int64]float64{}, counts: map[series]map[int64]*Counts{}, last: -1 << 62,
	}
}

// Add adds to a counter, or to a gauge.
func (h *History) Add(f Family, at int64, amount float64, values ...string) {
	h.number(f, at, values)[at] += amount
}

// more adds to a counter what is not nothing. The first time, that it is 0 is worth a sample.
func (h *History) more(f Family, at int64, amount uint64, values ...string) {
	if changes := h.number(f, at, values); amount > 0 || len(changes) == 0 {
		changes[at] += float64(amount)
	}
}

// Set sets a gauge.
func (h *History) Set(f Family, at int64, value float64, values ...string) {
	h.number(f, at, values)[at] = value
}

// Active says that a fault was at work between two seconds, both included. Before and after it was not, unless another
// of its kind was.
func (h *History) Active(fault string, from, to int64) {
	for at := from - 1; at <= to+1; at++ {
		active := 0.0
		if from <= at && at <= to {
			active = 1
		}
		h.Add(Faults, at, active, fault)
	}
}

func (h *History) number(f Family, at int64, values []string) map[int64]float64 {
	s := h.series(f, values)
	h.last = max(h.last, at)
	if h.numbers[s] == nil {
		h.numbers[s] = map[int64]float64{}
	}
	return h.numbers[s]
}

// Operations counts operations of a stream in all three families.
func (h *History) Operations(at int64, side Side, stream, phase string, c Counts) {
	for outcome, n := range map[string]uint64{"ok": c.OK, "failed": c.Failed, "missed": c.Missed} {
		h.more(Operations, at, n, side.Arm, side.Fix, outcome, phase, stream)
	}
	h.more(Partial, at, c.Partial, side.Arm, side.Fix, phase, stream)
	s := h.series(Response, []string{side.Arm, side.Fix, phase, stream})
	if h.counts[s] == nil {
		h.counts[s] = map[int64]*Counts{}
	}
	if h.counts[s][at] == nil {
		h.counts[s][at] = &Counts{}
	}
	h.counts[s][at].Add(c)
}

// series gives the name under which a metric is kept. Its values are those of the family's labels, in their order.
func (h *History) series(f Family, values []string) series {
	return series{f.Name, labelled(append(slices.Clone(f.Labels), Run), append(slices.Clone(values), h.run))}
}

// of are the metrics of a family, by their labels.
func of[V any](all map[series]V, f Family) (labels []string) {
	for s := range all {
		if s.family == f.Name {
			labels = append(labels, s.labels)
		}
	}
	slices.Sort(labels)
	return labels
}

// samples are the seconds at which a counter has a sample: those at which it changes, the one before each, and the
// last of all. Its first sample is 0, so that a rate knows of the first change.
func samples[V any](changes map[int64]V, last int64) []int64 {
	all := map[int64]bool{last: true}
	for at := range changes {
		all[at-1], all[at] = true, true
	}
	return slices.Sorted(maps.Keys(all))
}
