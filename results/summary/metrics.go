package summary

import (
	"slices"
	"time"

	"aftershock/results"
	"aftershock/results/stat"
)

// quantile is a quantile of latencies, shown only with at least fewest samples beyond it. Charged ones that reach the
// time-out are bounds; those of successes alone cannot be.
func quantile(
	name string, q float64, of func(*phaseData) *books, samples measure, charged bool, fewest int,
) metric {
	return metric{name: name, unit: "ns", better: stat.Lower, scale: stat.Ratio, phases: everyPhase,
		inPhase: func(p *phaseData) (figure, bool) {
			value, beyond, ok := shown(p.sorted(of(p), samples), q, fewest)
			return timed(value, beyond, charged, of(p).timeout), ok
		}}
}

// charged and asSeen say whether the samples of a quantile charge failures at the time-out.
const charged, asSeen = true, false

// ofPrimary is a quantile of the primary stream.
func ofPrimary(name string, q float64, samples measure, charged bool) metric {
	return quantile(name, q, func(p *phaseData) *books { return p.primary }, samples, charged, stat.FewestBeyond)
}

// shown returns a quantile if it has enough samples beyond it.
func shown(samples []int64, q float64, fewest int) (value int64, beyond int, ok bool) {
	beyond = stat.Beyond(len(samples), q)
	value, ok = stat.Quantile(samples, q)
	return value, beyond, ok && beyond >= fewest
}

// timed is a quantile's figure. A quantile of charged operations that reached the time-out is a bound: which of the
// failures beyond it would have taken longest was never seen.
func timed(value int64, beyond int, charged bool, timeout time.Duration) figure {
	if charged && time.Duration(value) >= timeout {
		return figure{value: float64(timeout), beyond: beyond, bound: true}
	}
	return figure{value: float64(value), beyond: beyond}
}

// median is the median of a few samples, for a stream of 10 operations a second in a phase of seconds.
func median(name string, of func(*phaseData) []int64) metric {
	return metric{name: name, unit: "ns", better: stat.Lower, scale: stat.Ratio, phases: everyPhase,
		inPhase: func(p *phaseData) (figure, bool) {
			value, ok := stat.Quantile(of(p), 0.5)
			return figure{value: float64(value)}, ok
		}}
}

// share is a part of the operations offered. It can be 0, so arms are compared by its difference.
func share(name string, better stat.Better, of func(*phaseData) (part, offered int)) metric {
	return metric{name: name, unit: "share", better: better, scale: stat.Difference, phases: everyPhase,
		inPhase: func(p *phaseData) (figure, bool) {
			part, offered := of(p)
			if offered == 0 {
				return figure{}, false
			}
			return figure{value: float64(part) / float64(offered)}, true
		}}
}

// alsoWhole adds the figure of the whole trial to those of the phases.
func alsoWhole(m metric) metric {
	m.phases = append(slices.Clone(m.phases), wholeTrial)
	return m
}

// achieved is the share of the intended operations of all streams that were really sent, whatever their result: it
// measures the generator.
func achieved(p *phaseData) (sent, intended int) {
	for _, b := range p.streams {
		intended += b.offered
		sent += b.offered - b.missed
	}
	return sent, intended
}

// driftOf is the median response time of the second half of the phase over that of the first. A service, or a machine,
// that is not steady in its steady phase has another value tomorrow. A half at the time-out has no ratio to the other.
func driftOf(p *phaseData) (figure, bool) {
	first, few, ok := shown(p.sorted(p.primary, firstHalf), 0.5, stat.FewestBeyond)
	second, beyond, both := shown(p.sorted(p.primary, secondHalf), 0.5, stat.FewestBeyond)
	if timeout := int64(p.primary.timeout); !ok || !both || first <= 0 || first >= timeout || second >= timeout {
		return figure{}, false
	}
	return figure{value: float64(second) / float64(first), beyond: min(few, beyond)}, true
}

func gapOf(p *phaseData) (figure, bool) {
	return figure{value: float64(p.longest)}, p.primary.offered > 0
}

// whole is a figure of the whole trial, of which less is better.
func whole(name, unit string, scale stat.Scale, of func(*table) float64) metric {
	return metric{name: name, unit: unit, better: stat.Lower, scale: scale, phases: []string{wholeTrial},
		ofTrial: func(t *table, _ string) (figure, bool) {
			value := of(t)
			return figure{value: value}, scale == stat.Difference || value > 0
		}}
}

// ofMachine is what the machine did during the trial, whatever caused it. A trial in which nothing was measured has
// none.
func ofMachine(name, unit string, of func(results.Machine) float64) metric {
	m := whole(name, unit, stat.Difference, func(t *table) float64 { return of(t.trial.Machine) })
	m.ofTrial = only(m.ofTrial, results.Machine.Measured)
	return m
}

// strangers is the share of the machine that other processes than the harness's took while the trial was measured. Both
// arms have it alike, unless the kernel charges an arm's work to others.
func strangers() metric {
	m := ofMachine("strangers", "share", func(m results.Machine) float64 {
		taken, _ := m.Taken(results.Measured)
		return taken.Strangers
	})
	m.ofTrial = only(m.ofTrial, func(m results.Machine) bool {
		taken, _ := m.Taken(results.Measured)
		return taken.Known
	})
	return m
}

// throttled is for how long a CPU quota held the trial's processes back while it was measured, summed over processors.
// A slow arm uses more time and is held back more, so it is shown and decides nothing.
func throttled() metric {
	m := ofMachine("throttled", "s", func(m results.Machine) float64 {
		taken, _ := m.Taken(results.Measured)
		return taken.Throttled.Seconds()
	})
	m.ofTrial = only(m.ofTrial, func(m results.Machine) bool {
		_, known := m.Taken(results.Measured)
		return known
	})
	return m
}

// standstill is how late the harness's own timer woke at most. An arm that takes all of the machine delays it too.
func standstill() metric {
	m := ofMachine("standstill", "s", func(m results.Machine) float64 {
		if m.Standstill == nil {
			return 0
		}
		return m.Standstill.Longest.Seconds()
	})
	m.ofTrial = only(m.ofTrial, func(m results.Machine) bool { return m.Standstill != nil })
	return m
}

// pressure is a share of the trial in which tasks waited. Not every kernel tells it.
func pressure(name string, of func(results.Pressure) float64) metric {
	m := ofMachine(name, "share", func(m results.Machine) float64 { return of(m.Pressure) })
	m.ofTrial = only(m.ofTrial, func(m results.Machine) bool { return m.Pressure.Known })
	return m
}

func only(
	of func(*table, string) (figure, bool), measured func(results.Machine) bool,
) func(*table, string) (figure, bool) {
	return func(t *table, phase string) (figure, bool) {
		f, ok := of(t, phase)
		return f, ok && measured(t.trial.Machine)
	}
}

// vital is what the worker's runtime reports about itself. A worker that crashed reports nothing, and older versions
// did not report.
func vital(name, unit string, scale stat.Scale, of func(results.Vitals) float64) metric {
	m := whole(name, unit, scale, func(t *table) float64 {
		if t.trial.Worker.Vitals == nil {
			return 0
		}
		return of(*t.trial.Worker.Vitals)
	})
	figured := m.ofTrial
	m.ofTrial = func(t *table, phase string) (figure, bool) {
		f, ok := figured(t, phase)
		return f, ok && t.trial.Worker.Vitals != nil
	}
	return m
}

// crashOf is the time from the epoch to the worker's end. A worker that hung did not die by itself.
func crashOf(t *table, _ string) (figure, bool) {
	return figure{value: float64(t.trial.Worker.Died)}, t.trial.Worker.Crashed && t.trial.Worker.Died > 0
}

// capacityOf is complete batches over the time that they took.
func capacityOf(t *table, name string) (figure, bool) {
	return closedLoop(t, name, func(c results.Capacity) float64 { return float64(count(c.TableOperations == 0)) })
}

// tableOperationsOf is operations on the shared table over the time that they took, where the closed loop makes nothing
// else.
func tableOperationsOf(t *table, name string) (figure, bool) {
	return closedLoop(t, name, func(c results.Capacity) float64 { return float64(c.TableOperations) })
}

// closedLoop is the work of the closed-loop windows of that name a second, over all of them, with so much work for each
// completion. Windows without such work are not counted. An open window without a completion gives 0: an arm that hangs
// has the worst figure, and not none.
func closedLoop(t *table, name string, each func(results.Capacity) float64) (figure, bool) {
	var made float64
	var length time.Duration
	for _, c := range t.trial.Capacity {
		if c.Name == name && c.Window > 0 && each(c) > 0 {
			made += float64(c.Complete) * each(c)
			length += c.Window
		}
	}
	if length <= 0 {
		return figure{}, false
	}
	return figure{value: made / length.Seconds()}, true
}

// readHitsOf is the share of the shared table's reads that found a value: a read without a value is a different and
// cheaper operation.
func readHitsOf(t *table, _ string) (figure, bool) {
	reads, err := t.Counter(results.TableReads)
	hits, e := t.Counter(results.TableHits)
	if err != nil || e != nil || reads == 0 {
		return figure{}, false
	}
	return figure{value: float64(hits) / float64(reads)}, true
}

// recoveryOf is the time until every member that a fault concerned was seen to follow a leader again: the median over
// the trial's faults of one kind. It is not the time to the next publish: at ten a second that would only say where the
// plan put the heal between two of them. If one of the faults was never recovered from, the trial has no figure: the
// median of the others would hide it.
func recoveryOf(t *table, kind string) (figure, bool) {
	var times []float64
	for _, f := range t.trial.Faults {
		if f.Fault != kind {
			continue
		}
		took, ok := recovered(f)
		if !ok {
			return figure{}, false
		}
		times = append(times, float64(took))
	}
	value, ok := stat.Median(times)
	return figure{value: value}, ok
}

// recovered is how long the recovery took: from the heal of a fault that was held, and from the injection of one that
// is over once it took effect. It is false when the cluster never recovered.
func recovered(f results.Fault) (time.Duration, bool) {
	from := f.Healed
	if from > f.Recovered {
		from = f.Injected
	}
	return f.Recovered.Sub(from), f.Recovered > from // 0 when it never was
}
