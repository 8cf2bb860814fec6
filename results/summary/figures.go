package summary

import (
	"slices"
	"time"

	"aftershock/results"
	"aftershock/results/stat"
)

// figure is one metric of one trial.
type figure struct {
	value    float64
	beyond   int  // samples beyond a quantile; 0 for other figures
	censored bool // a quantile that reached the operation time-out
}

// metric is a figure that every trial can give, and how it is compared.
type metric struct {
	name   string
	unit   string // ns, share, 1/s, s or count
	better stat.Better
	scale  stat.Scale
	phases []string // those it is computed for; one empty name for a figure of the whole trial
	// of computes the figure; false when the trial has none, or too few samples for it.
	of func(d *trialData, phase string) (figure, bool)
}

// wholeTrial is the phase of figures of the whole trial, its warm-up left out.
const wholeTrial = ""

var everyPhase = []string{results.Steady, results.InFault, results.UnderTrigger, results.Recovery}

// metrics lists all figures, in the order in which they are shown.
func metrics() []metric {
	all := []metric{
		quantile("p50", 0.50, func(p *phaseData) []int64 { return p.batch.response }, true),
		quantile("p99", 0.99, func(p *phaseData) []int64 { return p.batch.response }, true),
		quantile("p999", 0.999, func(p *phaseData) []int64 { return p.batch.response }, true),
		quantile("service_p99", 0.99, func(p *phaseData) []int64 { return p.batch.service }, false),
		quantile("build_p50", 0.50, func(p *phaseData) []int64 { return p.batch.aux }, false),
		quantile("build_p99", 0.99, func(p *phaseData) []int64 { return p.batch.aux }, false),
		quantile("hand_on_p99", 0.99, func(p *phaseData) []int64 { return p.batch.rest }, false),
		share("goodput", stat.Higher, func(p *phaseData) (int, int) { return p.batch.OK, p.batch.Offered }),
		share("failed", stat.Lower, func(p *phaseData) (int, int) { return p.batch.Failed, p.batch.Offered }),
		share("missed", stat.Lower, func(p *phaseData) (int, int) { return p.batch.Missed, p.batch.Offered }),
		ofTrial(share("partial", stat.Lower, func(p *phaseData) (int, int) { return p.batch.partial, p.batch.Offered })),
		{name: "gap", unit: "ns", better: stat.Lower, scale: stat.Ratio, phases: everyPhase, of: gapOf},
		{
			name: "capacity", unit: "1/s", better: stat.Higher, scale: stat.Ratio,
			phases: []string{results.CapacityCalm, results.CapacityTrigger}, of: capacityOf,
		},
		share("publish_goodput", stat.Higher, func(p *phaseData) (int, int) { return p.publish.OK, p.publish.Offered }),
		median("staleness_p50", func(p *phaseData) []int64 { return p.publish.aux }),
		whole("leases_lost", "count", stat.Difference, counterOf("leases_lost")),
		whole("scrapes_failed", "count", stat.Difference, counterOf("scrapes_failed")),
		whole("elections_unplanned", "count", stat.Difference, func(d *trialData) float64 { return float64(d.Elections.Unplanned) }),
		whole("lateness_p99", "ns", stat.Ratio, func(d *trialData) float64 { return float64(d.Generator.LatenessP99) }),
		whole("cpu_generator", "s", stat.Ratio, func(d *trialData) float64 { return d.CPU.Generator.Seconds() }),
		whole("cpu_workload", "s", stat.Ratio, func(d *trialData) float64 { return d.CPU.Workload.Seconds() }),
		whole("cpu_members", "s", stat.Ratio, func(d *trialData) float64 { return d.CPU.Members.Seconds() }),
		whole("cpu_orchestrator", "s", stat.Ratio, func(d *trialData) float64 { return d.CPU.Orchestrator.Seconds() }),
	}
	return all
}

// quantile is a quantile of latencies, shown only with enough samples beyond it. Charged ones are censored when they
// reach the time-out; those of successes alone cannot be.
func quantile(name string, q float64, of func(*phaseData) []int64, charged bool) metric {
	return metric{name: name, unit: "ns", better: stat.Lower, scale: stat.Ratio, phases: everyPhase,
		of: func(d *trialData, phase string) (figure, bool) {
			p, ok := d.phases[phase]
			if !ok {
				return figure{}, false
			}
			samples := of(p)
			beyond := stat.Beyond(len(samples), q)
			value, ok := stat.Quantile(samples, q)
			if !ok || beyond < stat.FewestBeyond {
				return figure{}, false
			}
			censored := charged && time.Duration(value) >= p.batch.timeout
			return figure{value: float64(value), beyond: beyond, censored: censored}, true
		}}
}

// median is the median of a few samples: what a stream of 10 operations a second can give in a phase of seconds.
func median(name string, of func(*phaseData) []int64) metric {
	return metric{name: name, unit: "ns", better: stat.Lower, scale: stat.Ratio, phases: everyPhase,
		of: func(d *trialData, phase string) (figure, bool) {
			p, ok := d.phases[phase]
			if !ok {
				return figure{}, false
			}
			value, ok := stat.Quantile(of(p), 0.5)
			return figure{value: float64(value)}, ok
		}}
}

// share is a part of the operations offered. It can be 0, so arms are compared by its difference.
func share(name string, better stat.Better, of func(*phaseData) (part, offered int)) metric {
	return metric{name: name, unit: "share", better: better, scale: stat.Difference, phases: everyPhase,
		of: func(d *trialData, phase string) (figure, bool) {
			p, ok := d.phases[phase]
			if !ok {
				return figure{}, false
			}
			part, offered := of(p)
			if offered == 0 {
				return figure{}, false
			}
			return figure{value: float64(part) / float64(offered)}, true
		}}
}

// ofTrial adds the figure of the whole trial to those of the phases.
func ofTrial(m metric) metric {
	m.phases = append(slices.Clone(m.phases), wholeTrial)
	return m
}

// whole is a figure of the whole trial, of which less is better.
func whole(name, unit string, scale stat.Scale, of func(*trialData) float64) metric {
	return metric{name: name, unit: unit, better: stat.Lower, scale: scale, phases: []string{wholeTrial},
		of: func(d *trialData, _ string) (figure, bool) {
			value := of(d)
			return figure{value: value}, scale == stat.Difference || value > 0
		}}
}

// counterOf reads a counter that the collector keeps; a workload without it has lost nothing by it.
func counterOf(name string) func(*trialData) float64 {
	return func(d *trialData) float64 {
		n, err := d.log.Counter(name)
		if err != nil {
			return 0
		}
		return float64(n)
	}
}

func gapOf(d *trialData, phase string) (figure, bool) {
	p, ok := d.phases[phase]
	if !ok || p.batch.Offered == 0 {
		return figure{}, false
	}
	return figure{value: float64(d.gap(p))}, true
}

func capacityOf(d *trialData, window string) (figure, bool) {
	for _, c := range d.Capacity {
		if c.Name == window && c.Window > 0 && c.Complete > 0 {
			return figure{value: float64(c.Complete) / c.Window.Seconds()}, true
		}
	}
	return figure{}, false
}

// recoveries are one metric a kind of fault: the time until every member that it concerned was seen to follow a leader
// again. They depend on what the trials met, so they are not in the list above.
func recoveries(trials []*trialData) []metric {
	var kinds []string
	seen := map[string]bool{}
	for _, d := range trials {
		for _, f := range d.Faults {
			if !seen[f.Fault] {
				seen[f.Fault] = true
				kinds = append(kinds, f.Fault)
			}
		}
	}
	if len(kinds) == 0 {
		return nil
	}
	return []metric{{name: "recover", unit: "ns", better: stat.Lower, scale: stat.Ratio, phases: kinds, of: recoveryOf}}
}

// recoveryOf runs from the heal of a fault that was held, and from the injection of one that is over once it took effect.
// It is not the time to the next publish: at ten a second that would say where the plan put the heal between two of them.
func recoveryOf(d *trialData, fault string) (figure, bool) {
	for _, f := range d.Faults {
		if f.Fault != fault || f.Recovered == 0 {
			continue
		}
		from := f.Healed
		if from > f.Recovered {
			from = f.Injected
		}
		return figure{value: float64(f.Recovered - from)}, f.Recovered > from
	}
	return figure{}, false
}
