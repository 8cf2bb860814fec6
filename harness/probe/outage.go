package probe

import (
	"cmp"
	"slices"
	"time"

	"aftershock/internal/clock"
)

// late is how long the answer to a probe may take until the link counts as out of service, as it does when the probe
// fails: through an election a write waits at a member, and then succeeds.
const late = 4 * Interval

// Probe is one write, from its start to its answer or its deadline.
type Probe struct {
	Started clock.Nanos
	Ended   clock.Nanos
	OK      bool
}

func (p Probe) broken() bool { return !p.OK || p.Ended.Sub(p.Started) >= late }

// Life is when a fault was injected, took effect and was recovered from; 0 is a stage that was not reached.
type Life struct{ Injected, Effective, Recovered clock.Nanos }

// Outage is what a fault, or faults whose lives overlap, did to a link.
type Outage struct {
	// Began is when the fault took effect. It is when the first probe of those that failed was started, if that was
	// earlier, because harm is there before it is observed, or if the link has served since the effect, because until
	// then it was not out of service. It is 0 for a link that never was.
	Began clock.Nanos
	// Served is when the first success after the first failure ended; 0 if none did.
	Served     clock.Nanos
	LongestGap time.Duration
	Sent       int
	Failed     int
	Shared     []int // the other lives that had a part in it
}

// Outages reads out of a link's probes what each fault did to it, in the order of the lives. One that was never
// injected has none. Faults that are under way at the same time share one outage, from the first effect to the last
// recovery: whose a failed probe is cannot be told. A fault is under way to the first success at or after its recovery.
func Outages(probes []Probe, lives []Life) []Outage {
	probes = slices.SortedFunc(slices.Values(probes), func(a, b Probe) int { return cmp.Compare(a.Ended, b.Ended) })
	var order []int
	for i, l := range lives {
		if l.Injected != 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(lives[a].Injected, lives[b].Injected) })
	all := make([]Outage, len(lives))
	for len(order) > 0 {
		whole, n := lives[order[0]], 1
		for n < len(order) && lives[order[n]].Injected < over(probes, whole).Ended {
			whole = whole.and(lives[order[n]])
			n++
		}
		seen := outageOf(probes, whole)
		for _, i := range order[:n] {
			all[i] = seen
			all[i].Shared = slices.DeleteFunc(slices.Clone(order[:n]), func(other int) bool { return other == i })
		}
		order = order[n:]
	}
	return all
}

// and is the life of two faults, the other one injected later.
func (l Life) and(other Life) Life {
	if l.Effective == 0 || other.Effective != 0 && other.Effective < l.Effective {
		l.Effective = other.Effective
	}
	if l.Recovered != 0 {
		l.Recovered = max(l.Recovered, other.Recovered)
	}
	if other.Recovered == 0 {
		l.Recovered = 0
	}
	return l
}

// over is the probe with which a fault is over: the first success at or after the recovery, of one that was started at
// or after the injection. Without one, and for a fault that was never recovered from, it is the last that is known of
// any.
func over(probes []Probe, l Life) Probe {
	last := Probe{Started: l.Injected, Ended: l.Injected}
	for _, p := range probes {
		if p.OK && l.Recovered != 0 && p.Started >= l.Injected && p.Ended >= max(l.Injected, l.Recovered) {
			return p
		}
		last.Started, last.Ended = max(last.Started, p.Started), max(last.Ended, p.Ended)
	}
	return last
}

// outageOf looks at the probes, in the order of their ends, of one outage.
//
// A gap is the time between two successes that follow one another, whenever their probes were started: two probes that
// are answered together after a second, say, end a gap of one second and begin none. The times from the injection to
// the first success, and from the last one to the end, are gaps too.
func outageOf(probes []Probe, l Life) (o Outage) {
	end := over(probes, l)
	last := l.Injected
	var sent []Probe
	for _, p := range probes {
		if p.Started >= l.Injected && p.Started <= end.Ended {
			o.Sent++
			if !p.OK {
				o.Failed++
			}
			if p.Started <= end.Started {
				sent = append(sent, p)
			}
		}
		if p.OK && p.Ended >= l.Injected && p.Ended <= end.Ended {
			o.LongestGap = max(o.LongestGap, p.Ended.Sub(last))
			last = p.Ended
		}
	}
	o.LongestGap = max(o.LongestGap, end.Ended.Sub(last))
	effective := cmp.Or(l.Effective, l.Injected)
	if failed, served, ok := firstFailure(sent, effective); ok {
		o.Began, o.Served = min(effective, failed), served
		servedYet := func(p Probe) bool { return !p.broken() && p.Started >= effective && p.Ended <= failed }
		if slices.ContainsFunc(sent, servedYet) {
			o.Began = failed
		}
	}
	return o
}

// firstFailure gives the start of the first failure that had not ended when the fault took effect, and the first
// success after it. Where all had ended by then, it is the first of those: raft says that a leader is deposed after
// another one serves.
func firstFailure(sent []Probe, effective clock.Nanos) (failed, served clock.Nanos, ok bool) {
	sent = slices.SortedFunc(slices.Values(sent), func(a, b Probe) int { return cmp.Compare(a.Started, b.Started) })
	for i, p := range sent {
		if !p.broken() || ok && p.Started <= served {
			continue
		}
		again := clock.Nanos(0)
		for _, next := range sent[i:] {
			if next.OK && (again == 0 || next.Ended < again) {
				again = next.Ended
			}
		}
		lasts := again == 0 || again >= effective
		if !ok || lasts {
			failed, served, ok = p.Started, again, true
		}
		if lasts {
			break
		}
	}
	return failed, served, ok
}
