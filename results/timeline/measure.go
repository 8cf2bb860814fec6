package timeline

import (
	"strings"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
)

// Measure is which time of an operation is looked at.
type Measure string

// The measures. Response counts all operations, a failure at its time-out at least.
const (
	Response Measure = "response time"
	Service  Measure = "service time" // of those that succeeded
	Took     Measure = "time taken"   // of those that were sent, failures included
	Build    Measure = "build time"   // of those that succeeded
	HandOn   Measure = "hand-on time" // what is left of the service time without the build
)

// Source is what a figure is made of: the operations of one stream, and a time of each.
type Source struct {
	Stream  string
	Measure Measure
}

// measures are the beginnings of the names of figures that are quantiles of another time than the response.
var measures = map[string]Measure{"service_": Service, "build_": Build, "hand_on_": HandOn}

// SourceOf tells what a figure's quantile is of, by its name and the streams of a trial: record_took_p50 is of the time
// that operations of the stream record took. A figure that is no quantile has the response time of its stream beside
// it. It is false where the trial has no stream by which it is judged.
func SourceOf(h ops.Header, m results.Metric) (Source, bool) {
	for _, s := range h.Streams {
		figure, ok := strings.CutPrefix(m.Name, s.Name+"_")
		if !ok || s.Role == ops.Primary {
			continue
		}
		if strings.HasPrefix(figure, "took_") {
			return Source{s.Name, Took}, true
		}
		return Source{s.Name, Response}, true
	}
	primary, ok := h.Role(ops.Primary)
	if !ok {
		return Source{}, false
	}
	source := Source{h.Streams[primary].Name, Response}
	for start, measure := range measures {
		if strings.HasPrefix(m.Name, start) {
			source.Measure = measure
		}
	}
	return source, true
}

// of is an operation's time, and false where it has none of the kind.
func (m Measure) of(r ops.Record, timeout time.Duration) (time.Duration, bool) {
	switch m {
	case Service:
		return r.Service, r.Outcome == ops.OK
	case Took:
		return r.Service, r.Outcome == ops.OK || r.Outcome == ops.Failed
	case Build:
		return time.Duration(r.Aux), r.Outcome == ops.OK
	case HandOn:
		return r.Service - time.Duration(r.Aux), r.Outcome == ops.OK
	default:
		return r.Charged(timeout), true
	}
}
