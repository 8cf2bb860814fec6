package summary

import (
	"slices"

	"aftershock/results"
	"aftershock/results/stat"
)

// streamed are the figures of a stream that a workload serves beside its batches and its snapshots: the same seven for
// each, named after it, such as record_p99. What its operations are is the workload's business.
func streamed(streams []string) (all []metric) {
	for _, name := range streams {
		of := func(p *phaseData) *books { return p.further[name] }
		all = append(all,
			furtherQuantile(name+"_p50", 0.50, of, true), furtherQuantile(name+"_p90", 0.90, of, true),
			furtherQuantile(name+"_p99", 0.99, of, true),
			furtherQuantile(name+"_took_p50", 0.50, of, false), furtherQuantile(name+"_took_p90", 0.90, of, false),
			furtherQuantile(name+"_took_p99", 0.99, of, false),
			share(name+"_goodput", stat.Higher, func(p *phaseData) (int, int) { return of(p).ok, of(p).offered }),
		)
	}
	return all
}

// furtherQuantile is a quantile of all operations as they were charged, or of how long the service took for each that was
// sent, whatever became of it: where failing fast is the repair, successes alone would not show it. That is called took, for
// the service_p99 of batches is of successes alone.
func furtherQuantile(name string, q float64, of func(*phaseData) *books, charged bool) metric {
	return metric{name: name, unit: "ns", better: stat.Lower, scale: stat.Ratio, phases: everyPhase,
		inPhase: func(p *phaseData) (figure, bool) {
			b := of(p)
			samples := b.took
			if charged {
				samples = b.response
			}
			value, ok := stat.Quantile(samples, q)
			beyond := stat.Beyond(len(samples), q)
			return timed(value, beyond, charged, b.timeout), ok && (q == 0.5 || beyond >= stat.FewestBeyond)
		}}
}

// further names the streams of a trial that are neither its batches nor its snapshots.
func (t *table) further() (names []string) {
	for i, s := range t.Streams {
		if i != t.batch && i != t.publish {
			names = append(names, s.Name)
		}
	}
	return names
}

// collectFurther takes the operations of those streams that were intended within the phase.
func (t *table) collectFurther(p *phaseData, timed bool) {
	for i, s := range t.Streams {
		if i == t.batch || i == t.publish {
			continue
		}
		b := &books{timeout: s.Timeout}
		for _, r := range t.Records(i) {
			if holds(p.windows, results.Offset(r.Intended)) {
				b.take(r, timed)
			}
		}
		p.further[s.Name] = b
	}
}

// streamsOf are the further streams of all trials of the pairs, each once.
func streamsOf(pairs []pair) (all []string) {
	for _, p := range pairs {
		for _, name := range slices.Concat(p.before.streams, p.after.streams) {
			if !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return all
}
