package summary

import (
	"iter"
	"maps"
	"slices"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/stat"
)

// The resolution of goodput_back, how long goodput has to stay, and how many operations must be due meanwhile: fewer
// say nothing of a share.
const (
	backBucket = 100 * time.Millisecond
	backHold   = time.Second
	fewestHeld = 10
)

// GoodputBack names the figure of goodputBack for the primary stream, and ends its name for the others.
const GoodputBack = "goodput_back"

// GoodputBackNeeds is how long a service has to be left alone after a fault for the figure.
const GoodputBackNeeds = backHold + backBucket

// goodputBack is how long the service itself takes to recover: from the end of a fault until the goodput of a stream is
// at the run's share of its steady value and stays there for a second. Goodput is that of the operations that were due
// in each bucket of 100 ms, and a time is the end of the first bucket of that second, so that 100 ms is the least. A
// trial has the longest of its faults: a median would hide the one that was not recovered from.
//
// CockroachDB's perturbation tests gate on such a figure, because their P99 there varies too much from run to run
// (pkg/cmd/roachtest/tests/perturbation).
func goodputBack(name string, stream func(*table) int) metric {
	return metric{
		name: name, unit: "ns", better: stat.Lower, scale: stat.Ratio, phases: []string{results.Recovery},
		ofTrial: func(t *table, _ string) (figure, bool) { return t.goodputBack(stream(t)) },
	}
}

func (t *table) goodputBack(stream int) (worst figure, ok bool) {
	need, ok := t.steadyGoodput(stream)
	if !ok {
		return figure{}, false
	}
	ok = false
	for _, w := range calmsAfter(t.trial.Faults, t.endOf(results.Recovery)) {
		back, seen := bucketsOf(t.during(stream, results.Windows{w}), w).back(need * t.back)
		worst.value = max(worst.value, float64(back))
		worst.bound = worst.bound || !seen // the worst may be any longer, then
		ok = true
	}
	return worst, ok
}

// steadyGoodput is a stream's goodput in the steady phase; false for none, or for too few operations a second.
func (t *table) steadyGoodput(stream int) (share float64, ok bool) {
	windows := t.windows(results.Steady)
	var length time.Duration
	for _, w := range windows {
		length += w.Length()
	}
	var all bucket
	for _, r := range t.during(stream, windows) {
		if windows.Holds(results.Offset(r.Intended)) {
			all.take(r)
		}
	}
	enough := all.due > 0 && float64(all.due) >= fewestHeld*length.Seconds()/backHold.Seconds()
	return all.goodput(), enough && all.ok > 0
}

// calmsAfter are the spans after faults in which a service can be watched as it recovers: from the end of a fault,
// while no other is under way, to the injection of the next, or to the end. One that is shorter than what has to be
// seen is none.
func calmsAfter(faults []results.Fault, end results.Offset) (calms []results.Phase) {
	for _, f := range faults {
		over, ends := overAt(f)
		if f.Injected == 0 || !ends {
			continue
		}
		calm, covered := results.Phase{Name: results.Recovery, From: over, To: end}, false
		for _, other := range faults {
			until, ends := overAt(other)
			switch {
			case other.Injected == 0:
			case other.Injected > over:
				calm.To = min(calm.To, other.Injected)
			case !ends || until > over:
				covered = true
			}
		}
		if !covered && calm.Length() >= GoodputBackNeeds {
			calms = append(calms, calm)
		}
	}
	return calms
}

// overAt is when a fault has ended: when it was healed, or when it was injected if it is over once it took effect.
func overAt(f results.Fault) (at results.Offset, ends bool) {
	if f.Recovered > 0 && f.Healed > f.Recovered {
		return f.Injected, true
	}
	return f.Healed, f.Healed > 0
}

// bucket counts the operations that were due in a span of time.
type bucket struct{ due, ok int }

func (b *bucket) take(r ops.Record) {
	b.due++
	b.ok += count(r.Outcome == ops.OK)
}

// goodput is the share that was answered in time; not a number where none was due.
func (b bucket) goodput() float64 { return float64(b.ok) / float64(b.due) }

// buckets are those of a window in which something was due, by their number. A window may be of any length, as a broken
// record has it.
type buckets struct {
	all    map[int]bucket
	window int // how many the window has; a last one that is cut short is left out
}

func bucketsOf(records iter.Seq2[int, ops.Record], w results.Phase) buckets {
	b := buckets{all: map[int]bucket{}, window: int(w.Length() / backBucket)}
	for _, r := range records {
		since := results.Offset(r.Intended).Sub(w.From)
		if i := int(since / backBucket); since >= 0 && i < b.window {
			one := b.all[i]
			one.take(r)
			b.all[i] = one
		}
	}
	return b
}

// back is the end of the first bucket of the first second in which each bucket has the goodput that is needed. If there
// is no such second, seen is false, and the time is what it is at least. A bucket in which nothing was due is like
// those before it, and the second grows until it holds enough operations.
func (b buckets) back(need float64) (after time.Duration, seen bool) {
	const hold = int(backHold / backBucket)
	first, held := 0, 0
	for _, i := range slices.Sorted(maps.Keys(b.all)) {
		switch one := b.all[i]; {
		case held >= fewestHeld && i-first >= hold:
			return time.Duration(first+1) * backBucket, true
		case one.goodput() < need:
			first, held = i+1, 0
		default:
			held += one.due
		}
	}
	seen = held >= fewestHeld && b.window-first >= hold
	return time.Duration(min(first+1, b.window)) * backBucket, seen
}
