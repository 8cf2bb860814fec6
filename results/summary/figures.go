package summary

import (
	"slices"

	"aftershock/results"
	"aftershock/results/stat"
)

// figure is one metric of one trial.
type figure struct {
	value  float64
	beyond int  // samples beyond a quantile; 0 for other figures
	bound  bool // cut off by the operation time-out or by the trial's end: the true value is at least that
}

// metric is a figure that every trial can give, and how it is compared.
type metric struct {
	name   string
	unit   string      // ns, share, ratio, 1/s, s, bytes, count, or what a counter counts
	better stat.Better // empty for what is only shown
	scale  stat.Scale
	phases []string // those it is computed for; one empty name for a figure of the whole trial
	// inPhase or ofTrial computes the figure; false when the trial has none, or too few samples for it.
	inPhase func(p *phaseData) (figure, bool)
	ofTrial func(t *table, phase string) (figure, bool)
	apart   string // why the arms are shown each by itself and not compared; empty for all that is compared
}

// wholeTrial is the phase of figures of the whole trial, its warm-up left out.
const wholeTrial = ""

var everyPhase = []string{results.Steady, results.InFault, results.UnderTrigger, results.Recovery}

// metrics lists all figures, in the order in which they are shown.
func metrics() []metric {
	return []metric{
		ofPrimary("p50", 0.50, response, charged),
		ofPrimary("p99", 0.99, response, charged),
		ofPrimary("p999", 0.999, response, charged),
		ofPrimary("service_p99", 0.99, service, asSeen),
		ofPrimary("build_p50", 0.50, aux, asSeen),
		ofPrimary("build_p99", 0.99, aux, asSeen),
		ofPrimary("hand_on_p99", 0.99, rest, asSeen),
		share("goodput", stat.Higher, func(p *phaseData) (int, int) { return p.primary.ok, p.primary.offered }),
		share("failed", stat.Lower, func(p *phaseData) (int, int) { return p.primary.failed, p.primary.offered }),
		share("missed", stat.Lower, func(p *phaseData) (int, int) { return p.primary.missed, p.primary.offered }),
		alsoWhole(share("partial", stat.Lower,
			func(p *phaseData) (int, int) { return p.primary.partial, p.primary.offered })),
		{name: "gap", unit: "ns", better: stat.Lower, scale: stat.Ratio, phases: everyPhase, inPhase: gapOf},
		{
			name: "capacity", unit: "1/s", better: stat.Higher, scale: stat.Ratio,
			phases: []string{results.CapacityCalm, results.CapacityTrigger}, ofTrial: capacityOf,
		},
		{
			name: "table_operations", unit: "1/s", better: stat.Higher, scale: stat.Ratio,
			phases: []string{results.CapacityCalm, results.CapacityTrigger}, ofTrial: tableOperationsOf,
		},
		{
			name: "read_hits", unit: "share", scale: stat.Difference, phases: []string{wholeTrial}, ofTrial: readHitsOf,
			apart: "it says what load the table had, so it is shown and not compared",
		},
		share("publish_goodput", stat.Higher, func(p *phaseData) (int, int) { return p.publish.ok, p.publish.offered }),
		median("staleness_p50", func(p *phaseData) []int64 { return p.sorted(p.publish, aux) }),
		age("age_p50", 0.5), age("age_max", 1),
		share("achieved", stat.Higher, achieved),
		{
			name: "steady_drift", unit: "ratio", better: stat.Lower, scale: stat.Ratio,
			phases: []string{results.Steady}, inPhase: driftOf,
		},
		whole("crashed", "count", stat.Difference, func(t *table) float64 {
			return float64(count(t.trial.Worker.Crashed))
		}),
		{
			name: "time_to_crash", unit: "ns", better: stat.Higher, scale: stat.Ratio, phases: []string{wholeTrial},
			ofTrial: crashOf, apart: "an arm that did not crash has none, so it is shown and not compared",
		},
		whole("elections_unplanned", "count", stat.Difference, func(t *table) float64 {
			return float64(t.trial.Elections.Unplanned)
		}),
		whole("load_share", "share", stat.Difference, func(t *table) float64 { return t.trial.LoadShare }),
		whole("lateness_p99", "ns", stat.Ratio, func(t *table) float64 {
			return float64(t.trial.Generator.LatenessP99)
		}),
		whole("cpu_generator", "s", stat.Ratio, func(t *table) float64 { return t.trial.CPU.Generator.Seconds() }),
		whole("cpu_workload", "s", stat.Ratio, func(t *table) float64 { return t.trial.CPU.Workload.Seconds() }),
		whole("cpu_members", "s", stat.Ratio, func(t *table) float64 { return t.trial.CPU.Members.Seconds() }),
		whole("cpu_orchestrator", "s", stat.Ratio, func(t *table) float64 {
			return t.trial.CPU.Orchestrator.Seconds()
		}),
		whole("gcs", "count", stat.Difference, func(t *table) float64 { return float64(t.trial.Worker.GCs) }),
		// In seconds, so that the margin of differences is 10 ms a trial at 10 %, and not a fraction of a nanosecond.
		whole("gc_pause", "s", stat.Difference, func(t *table) float64 { return t.trial.Worker.GCPause.Seconds() }),
		pressure("psi_cpu", func(p results.Pressure) float64 { return p.CPU }),
		pressure("psi_io", func(p results.Pressure) float64 { return p.IO }),
		pressure("psi_memory", func(p results.Pressure) float64 { return p.Memory }),
		ofMachine("load1", "count", func(m results.Machine) float64 { return m.Load }),
		ofMachine("steal", "share", func(m results.Machine) float64 { return m.Steal }),
		strangers(),
		throttled(),
		standstill(),
		vital("goroutines_peak", "count", stat.Ratio, func(v results.Vitals) float64 {
			return float64(v.GoroutinePeak)
		}),
		vital("goroutines_end", "count", stat.Ratio, func(v results.Vitals) float64 { return float64(v.GoroutineEnd) }),
		vital("heap_peak", "bytes", stat.Ratio, func(v results.Vitals) float64 { return float64(v.HeapPeak) }),
		vital("heap_end", "bytes", stat.Ratio, func(v results.Vitals) float64 { return float64(v.HeapEnd) }),
		vital("mutex_wait", "s", stat.Difference, func(v results.Vitals) float64 { return v.MutexWait.Seconds() }),
		vital("sched_latency_p99", "ns", stat.Ratio, func(v results.Vitals) float64 {
			return float64(v.SchedLatencyP99)
		}),
		vital("gc_cpu", "share", stat.Difference, func(v results.Vitals) float64 { return v.GCShare }),
		// a phase is a kind of fault
		{name: "recover", unit: "ns", better: stat.Lower, scale: stat.Ratio, ofTrial: recoveryOf},
		goodputBack(GoodputBack, func(t *table) int { return t.primary }),
	}
}

// catalogue does not change.
var catalogue = metrics()

// phasesOf are those that a metric has a figure for, in trials that met these kinds of faults.
func (m metric) phasesOf(kinds []string) []string {
	if m.phases == nil {
		return kinds
	}
	return m.phases
}

// figures computes all figures of a trial, a phase at a time.
func (t *table) figures(scratch *phaseData) map[results.Metric]figure {
	all := map[results.Metric]figure{}
	plain := streamed(t.plain())
	for _, phase := range append([]string{wholeTrial}, everyPhase...) {
		if !t.collect(phase, scratch) {
			continue
		}
		for _, m := range slices.Concat(catalogue, plain) {
			if m.inPhase == nil || !slices.Contains(m.phases, phase) {
				continue
			}
			if f, ok := m.inPhase(scratch); ok {
				all[results.Metric{Name: m.name, Phase: phase}] = f
			}
		}
	}
	kinds := kindsOf(t.trial.Faults)
	for _, m := range slices.Concat(catalogue, plain) {
		if m.ofTrial == nil {
			continue
		}
		for _, phase := range m.phasesOf(kinds) {
			if f, ok := m.ofTrial(t, phase); ok {
				all[results.Metric{Name: m.name, Phase: phase}] = f
			}
		}
	}
	for _, c := range counted(t.Counters) {
		all[results.Metric{Name: c.name}], _ = c.ofTrial(t, wholeTrial)
	}
	return all
}
