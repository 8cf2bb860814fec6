package summary

import (
	"iter"
	"math"
	"slices"
	"time"

	"aftershock/internal/clock"
	"aftershock/internal/radix"
	"aftershock/results"
	"aftershock/results/ops"
)

// phaseData is what happened to the operations that were intended within the windows of a phase. Its slices are used
// again for the next phase, and the next trial.
type phaseData struct {
	table            *table
	windows          results.Windows
	pauses           []results.Capacity // closed-loop windows, in which the open loop pauses
	streams          map[string]*books  // of every stream
	primary, publish *books             // those of the streams with these roles; without one, empty ones
	ages             []int64            // of the newest published snapshot, for readers who always look; ascending
	longest          time.Duration      // without a complete batch
	held             samples            // those that are in times: one kind at a time, for a million take 8 MB
	times            []int64
}

// samples are some times of a stream's operations.
type samples struct {
	of   *books
	kind measure
}

// measure is which time of an operation is taken, in nanoseconds.
type measure int

const (
	response  measure = 1 + iota // charged: a failure counts at the time-out, so that no arm wins by failing fast
	service                      // of successes only
	took                         // service time of whatever was sent, failures included
	aux                          // of successes: build time of a batch, age of a published snapshot
	rest                         // service less aux: of a batch, handing it on, and waiting for one to be given back
	firstHalf                    // response of those that were intended in the first half of the phase
	secondHalf
)

// books count the operations of one stream in one phase.
type books struct {
	stream                               int // its index
	offered, ok, failed, missed, partial int
	timeout                              time.Duration
	explained                            bool // Record.Aux means something
}

// windows are the spans of a phase. That of the whole trial begins when it is warm.
func (t *table) windows(phase string) results.Windows {
	if phase != wholeTrial {
		return t.trial.Windows(phase)
	}
	return results.Windows{{From: t.endOf(results.WarmUp), To: math.MaxInt64}}
}

// endOf is when the last window of a phase ends; 0 without one.
func (t *table) endOf(phase string) results.Offset { return max(0, t.windows(phase).Hull().To) }

// collect counts the operations of a phase into p, and tells whether the trial has the phase.
func (t *table) collect(phase string, p *phaseData) bool {
	p.reset(t, t.windows(phase))
	if len(p.windows) == 0 {
		return false
	}
	for i, s := range t.Streams {
		b := p.of(i, s)
		ends := i == t.primary && phase != wholeTrial
		if ends {
			p.times = slices.Grow(p.times, s.Slots)
		}
		for _, r := range t.during(i, p.windows) {
			if p.windows.Holds(results.Offset(r.Intended)) {
				b.take(r)
			}
			// A batch belongs to the phase in which it is complete as well, whenever it was intended.
			end := results.Offset(r.Intended).Add(r.Response())
			if ends && r.Outcome == ops.OK && p.windows.Holds(end) {
				p.times = append(p.times, int64(end))
			}
		}
		if ends {
			radix.Sort(p.times)
			p.longest = p.gap(p.times)
		}
	}
	p.primary, p.publish = p.streams[t.Streams[t.primary].Name], &books{}
	if t.publish >= 0 {
		p.publish = p.streams[t.Streams[t.publish].Name]
		if phase != wholeTrial {
			p.ages = t.ages(p.windows, p.ages)
		}
	}
	return true
}

// during goes through a stream's records, and leaves out most that have nothing to do with the windows.
func (t *table) during(stream int, windows results.Windows) iter.Seq2[int, ops.Record] {
	hull := windows.Hull()
	return t.Within(stream, int64(hull.From), int64(hull.To))
}

// of is the books of a stream.
func (p *phaseData) of(stream int, s ops.Stream) *books {
	b := p.streams[s.Name]
	if b == nil {
		b = &books{}
		p.streams[s.Name] = b
	}
	// A file from before there were roles may not say what Aux means.
	b.stream, b.timeout, b.explained = stream, s.Timeout, s.Aux != "" || s.Role == ops.Plain
	return b
}

func (p *phaseData) reset(t *table, windows results.Windows) {
	p.table, p.windows, p.pauses = t, windows, t.trial.Capacity
	if p.streams == nil {
		p.streams = map[string]*books{}
	}
	for _, b := range p.streams {
		*b = books{}
	}
	p.ages, p.times, p.held, p.longest = p.ages[:0], p.times[:0], samples{}, 0
}

func (b *books) take(r ops.Record) {
	b.offered++
	b.ok += count(r.Outcome == ops.OK)
	b.failed += count(r.Outcome == ops.Failed)
	b.missed += count(r.Outcome == ops.Missed)
	b.partial += count(r.Flags&ops.Partial != 0)
}

// sorted are times of a stream's operations, ascending. They are good until those of another kind are asked for.
func (p *phaseData) sorted(of *books, k measure) []int64 {
	if p.held == (samples{of, k}) {
		return p.times
	}
	p.held, p.times = samples{of, k}, p.times[:0]
	if of.offered == 0 || !of.explained && (k == aux || k == rest) {
		return nil
	}
	p.times = slices.Grow(p.times, of.offered)
	half := halfway(p.windows)
	for _, r := range p.table.during(of.stream, p.windows) {
		at := results.Offset(r.Intended)
		if !p.windows.Holds(at) || k == firstHalf && at >= half || k == secondHalf && at < half {
			continue
		}
		if v, ok := of.time(r, k); ok {
			p.times = append(p.times, v)
		}
	}
	radix.Sort(p.times)
	return p.times
}

// time is an operation's time of a kind, and false where it has none.
func (b *books) time(r ops.Record, k measure) (int64, bool) {
	ok := r.Outcome == ops.OK
	switch k {
	case service:
		return int64(r.Service), ok
	case took:
		return int64(r.Service), ok || r.Outcome == ops.Failed
	case aux:
		return r.Aux, ok
	case rest:
		return int64(r.Service) - r.Aux, ok
	default:
		return int64(r.Charged(b.timeout)), true
	}
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// halfway is the moment at which half of the windows' length has passed.
func halfway(windows results.Windows) results.Offset {
	var length time.Duration
	for _, w := range windows {
		length += max(0, w.Length())
	}
	left := length / 2
	for _, w := range windows {
		if l := max(0, w.Length()); left > l {
			left -= l
			continue
		}
		return w.From.Add(left)
	}
	return math.MaxInt64
}

// gap is the longest time within any one window without a complete batch, by when batches were complete, ascending.
func (p *phaseData) gap(completions []int64) time.Duration {
	var longest results.Offset
	pauses := make([]clock.Span, len(p.pauses))
	for i, c := range p.pauses {
		pauses[i] = c.Span()
	}
	for _, w := range p.windows {
		for _, span := range w.Span().Cut(pauses...) {
			at := span.From
			first, _ := slices.BinarySearch(completions, int64(at)+1)
			for _, c := range completions[first:] {
				end := results.Offset(c)
				if end > span.To {
					break
				}
				longest, at = max(longest, end-at), end
			}
			longest = max(longest, span.To-at)
		}
	}
	return time.Duration(longest)
}
