package summary

import (
	"slices"

	"aftershock/results/ops"
	"aftershock/results/stat"
)

// streamed are the figures of a plain stream: the same eight for each, named after it, such as record_p99. What its
// operations are is the workload's business. What it took is of all operations that were sent, whatever became of them:
// where failing fast is the repair, successes alone would not show it. That is called took, for the service_p99 of the
// primary stream is of successes alone.
func streamed(streams []string) (all []metric) {
	for _, name := range streams {
		of := func(p *phaseData) *books { return p.streams[name] }
		all = append(all,
			quantile(name+"_p50", 0.50, of, response, charged, 0),
			quantile(name+"_p90", 0.90, of, response, charged, stat.FewestBeyond),
			quantile(name+"_p99", 0.99, of, response, charged, stat.FewestBeyond),
			quantile(name+"_took_p50", 0.50, of, took, asSeen, 0),
			quantile(name+"_took_p90", 0.90, of, took, asSeen, stat.FewestBeyond),
			quantile(name+"_took_p99", 0.99, of, took, asSeen, stat.FewestBeyond),
			share(name+"_goodput", stat.Higher, func(p *phaseData) (int, int) { return of(p).ok, of(p).offered }),
			goodputBack(name+"_"+GoodputBack, func(t *table) int {
				return slices.IndexFunc(t.Streams, func(s ops.Stream) bool { return s.Name == name })
			}),
		)
	}
	return all
}

// plain names the streams of a trial whose figures bear their name.
func (t *table) plain() (names []string) {
	for i, s := range t.Streams {
		if i != t.primary && i != t.publish {
			names = append(names, s.Name)
		}
	}
	return names
}
