package summary

import (
	"math"
	"slices"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
)

// phaseData is what happened to the operations that were intended within the windows of a phase. Its slices are used
// again for the next phase, and the next trial.
type phaseData struct {
	windows          []results.Phase
	pauses           []results.Capacity // closed-loop windows, in which the open loop pauses
	streams          map[string]*books  // of every stream
	primary, publish *books             // those of the streams with these roles; without one, empty ones
	// completions are the ends of complete operations of the primary stream within a window, whenever they were
	// intended; ages are those of the newest published snapshot, for readers who look all the time. Both ascend.
	completions, ages []int64
	halves            [2][]int64 // response times of the primary stream in the first and the second half
}

// books are the operations of one stream in one phase. Latencies are in nanoseconds and ascending; response charges a
// failure at the time-out, so that no arm wins by failing fast, while the others hold successes only.
type books struct {
	offered, ok, failed, missed, partial int
	timeout                              time.Duration
	explained                            bool // Record.Aux means something
	response                             []int64
	service                              []int64
	took                                 []int64 // service time of whatever was sent, failures included
	aux                                  []int64 // build time of a batch, age of a published snapshot
	rest                                 []int64 // service less aux: of a batch, handing it on, and waiting for one to be given back
}

// windows are the spans of a phase. That of the whole trial begins when it is warm.
func (t *table) windows(phase string) []results.Phase {
	if phase != wholeTrial {
		return t.trial.Windows(phase)
	}
	var warm results.Offset
	for _, w := range t.trial.Windows(results.WarmUp) {
		warm = max(warm, w.To)
	}
	return []results.Phase{{From: warm, To: math.MaxInt64}}
}

// collect puts the operations of a phase into p, and tells whether the trial has the phase. For the whole trial it only
// counts operations: latencies would mix calm and fault.
func (t *table) collect(phase string, p *phaseData) bool {
	p.reset(t.windows(phase), t.trial.Capacity)
	if len(p.windows) == 0 {
		return false
	}
	timed := phase != wholeTrial
	for i, s := range t.Streams {
		t.collectStream(p, p.of(s), i, timed)
	}
	p.primary, p.publish = p.of(t.Streams[t.primary]), &books{}
	if t.publish >= 0 {
		p.publish = p.of(t.Streams[t.publish])
		if timed {
			p.ages = t.ages(p.windows, p.ages)
		}
	}
	if phase == results.Steady {
		p.halve(t)
	}
	p.sort()
	return true
}

// collectStream takes the operations of one stream that were intended within the phase.
func (t *table) collectStream(p *phaseData, b *books, stream int, timed bool) {
	for _, r := range t.Records(stream) {
		if holds(p.windows, results.Offset(r.Intended)) {
			b.take(r, timed)
		}
		end := results.Offset(r.Intended).Add(r.Response())
		if stream == t.primary && r.Outcome == ops.OK && timed && holds(p.windows, end) {
			p.completions = append(p.completions, int64(end))
		}
	}
}

// of is the books of a stream.
func (p *phaseData) of(s ops.Stream) *books {
	b := p.streams[s.Name]
	if b == nil {
		b = &books{}
		p.streams[s.Name] = b
	}
	// A file from before there were roles may not say what Aux means.
	b.timeout, b.explained = s.Timeout, s.Aux != "" || s.Role == ops.Plain
	return b
}

// halve puts the response times of the primary stream into the half of the phase in which its operations were intended.
func (p *phaseData) halve(t *table) {
	half := halfway(p.windows)
	for _, r := range t.Records(t.primary) {
		if at := results.Offset(r.Intended); holds(p.windows, at) {
			i := count(at >= half)
			p.halves[i] = append(p.halves[i], int64(r.Charged(p.primary.timeout)))
		}
	}
}

func (p *phaseData) reset(windows []results.Phase, pauses []results.Capacity) {
	p.windows, p.pauses = windows, pauses
	if p.streams == nil {
		p.streams = map[string]*books{}
	}
	for _, b := range p.streams {
		b.reset()
	}
	p.completions, p.ages = p.completions[:0], p.ages[:0]
	for i := range p.halves {
		p.halves[i] = p.halves[i][:0]
	}
}

func (b *books) reset() {
	*b = books{response: b.response[:0], service: b.service[:0], took: b.took[:0], aux: b.aux[:0], rest: b.rest[:0]}
}

func (p *phaseData) sort() {
	for _, b := range p.streams {
		slices.Sort(b.response)
		slices.Sort(b.service)
		slices.Sort(b.took)
		slices.Sort(b.aux)
		slices.Sort(b.rest)
	}
	slices.Sort(p.completions)
	slices.Sort(p.halves[0])
	slices.Sort(p.halves[1])
}

func (b *books) take(r ops.Record, timed bool) {
	b.offered++
	b.ok += count(r.Outcome == ops.OK)
	b.failed += count(r.Outcome == ops.Failed)
	b.missed += count(r.Outcome == ops.Missed)
	b.partial += count(r.Flags&ops.Partial != 0)
	if !timed {
		return
	}
	b.response = append(b.response, int64(r.Charged(b.timeout)))
	if r.Outcome == ops.OK || r.Outcome == ops.Failed {
		b.took = append(b.took, int64(r.Service))
	}
	if r.Outcome == ops.OK {
		b.service = append(b.service, int64(r.Service))
	}
	if r.Outcome == ops.OK && b.explained {
		b.aux = append(b.aux, r.Aux)
		b.rest = append(b.rest, int64(r.Service)-r.Aux)
	}
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

func holds(windows []results.Phase, at results.Offset) bool {
	for _, w := range windows {
		if w.Holds(at) {
			return true
		}
	}
	return false
}

// halfway is the moment at which half of the windows' length has passed.
func halfway(windows []results.Phase) results.Offset {
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

// gap is the longest time within any one window without a complete batch.
func (p *phaseData) gap() time.Duration {
	var longest results.Offset
	for _, w := range p.windows {
		for _, span := range spans(w, p.pauses) {
			at := span.From
			first, _ := slices.BinarySearch(p.completions, int64(at)+1)
			for _, c := range p.completions[first:] {
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

// spans is a window without the capacity windows.
func spans(p results.Phase, cuts []results.Capacity) []results.Phase {
	left := []results.Phase{p}
	for _, c := range cuts {
		var next []results.Phase
		for _, s := range left {
			for _, part := range []results.Phase{
				{From: s.From, To: min(s.To, c.From)}, {From: max(s.From, c.To), To: s.To},
			} {
				if part.From < part.To {
					next = append(next, part)
				}
			}
		}
		left = next
	}
	return left
}
