package harness

import (
	"maps"
	"slices"
	"sync"
	"time"

	"aftershock/chaos"
	"aftershock/harness/cluster"
	"aftershock/internal/clock"
	"aftershock/results"
)

// Status is what a run is doing at a moment, for the user who waits.
type Status struct {
	Slot    results.Slot
	Attempt int  // 0 as planned
	Trial   int  // from 1
	Trials  int  // as planned, with those that are to be run again
	Waiting bool // for a calm machine, before a block
	// Judged is how many blocks can be judged so far, and Disturbed how many of them other processes disturbed.
	Judged, Disturbed int

	Phase   string        // boot, one of the phases, agreement, or teardown
	Fault   string        // the last thing that happened to a fault, such as "partition-leader effective"
	Members int           // 0 when there is no cluster
	Leader  string        // "" while no majority follows one
	Left    time.Duration // until the run ends, if nothing has to be run again; never below 0
	Recent  Recent        // of the batches

	At    time.Duration     // since the trial's epoch; 0 before it
	Links map[string]string // client -> the member to which it is pinned
	Pages map[string]string // member -> the address of its metrics, while the trial's cluster is up
	// Happened are the stages of the trial's faults and what members said of their leader, by their times since the
	// epoch. What members say is asked for once a second.
	Happened []results.Event
}

// live is the part of a trial that others may look at while it runs.
type live struct {
	mu      sync.Mutex
	started clock.Nanos
	epoch   clock.Nanos // 0 until the worker has been given one
	fault   string
	ending  string // what comes after the phases; "" before
	cluster cluster.Cluster
	over    bool // its time is booked

	links   map[string]string
	pages   map[string]string
	moments []results.Event // of the faults, in absolute time
	leaders []results.Event // what members said of them, from the epoch
	asked   clock.Nanos     // when the members' words were looked at; 0 before the first time

	recent   recent
	counting counting
}

func (l *live) set(change func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change()
}

func (l *live) booted(c cluster.Cluster) {
	pages := map[string]string{}
	for _, e := range c.Endpoints() {
		pages[e.Member] = e.MetricsURL
	}
	l.set(func() { l.cluster, l.pages = c, pages })
}

func (l *live) began(epoch clock.Nanos) { l.set(func() { l.epoch = epoch }) }
func (l *live) linked(to map[string]string) {
	l.set(func() { l.links = maps.Clone(to) })
}

func (l *live) reached(m chaos.Moment, e results.Event) {
	l.set(func() {
		l.fault = m.Fault + " " + string(m.Stage)
		l.moments = append(l.moments, e)
	})
}
func (l *live) ends(by string)         { l.set(func() { l.ending = by }) }
func (l *live) ended()                 { l.set(func() { l.over = true }) }
func (l *live) opened(now clock.Nanos) { l.set(func() { l.started = now }) }

// describe fills in what only the trial knows.
func (l *live) describe(s *Status, phases Phases, now clock.Nanos) {
	s.Recent = l.lately(now)
	l.mu.Lock()
	defer l.mu.Unlock()
	s.Fault, s.Phase, s.Links = l.fault, "boot", l.links
	if l.cluster != nil {
		if leader, ok := l.cluster.Leader(); ok {
			s.Leader = leader.Member
		}
	}
	if l.epoch == 0 {
		return
	}
	s.At, s.Happened = max(0, now.Sub(l.epoch)), l.happened(now)
	if l.ending != "teardown" {
		s.Pages = l.pages
	}
	if l.ending != "" {
		s.Phase = l.ending
		return
	}
	w := phases.Windows()
	s.Phase = "drain"
	for _, p := range []struct {
		name string
		ends clock.Nanos
	}{
		{results.Recovery, w.Recovery.To}, {results.InFault, w.Fault.To},
		{"capacity", w.Capacity.To}, {results.Steady, w.Steady.To}, {results.WarmUp, w.WarmUp.To},
	} {
		if now-l.epoch < p.ends {
			s.Phase = p.name
		}
	}
}

// happened is what happened so far. It is called with the lock.
func (l *live) happened(now clock.Nanos) []results.Event {
	if l.cluster != nil && (l.asked == 0 || now-l.asked >= lookEvery) {
		l.asked, l.leaders = now, nil
		for _, o := range l.cluster.Observations() {
			if o.Leader != "" {
				l.leaders = append(l.leaders, since(l.epoch, observed(o)))
			}
		}
	}
	all := slices.Clone(l.leaders)
	for _, e := range l.moments {
		all = append(all, since(l.epoch, e))
	}
	return all
}

// since counts an event's time from the epoch.
func since(epoch clock.Nanos, e results.Event) results.Event {
	e.At -= epoch
	return e
}

// lately looks at the batches. The trial's own lock is free meanwhile: the faults' moments need it.
func (l *live) lately(now clock.Nanos) Recent {
	l.mu.Lock()
	epoch := l.epoch
	l.mu.Unlock()
	if epoch == 0 {
		return Recent{}
	}
	l.counting.look(now - epoch)
	return l.recent.look(now - epoch)
}

// elapsed is how long the trial has been running, and whether it is over.
func (l *live) elapsed(now clock.Nanos) (d time.Duration, over bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return now.Sub(l.started), l.over
}

// left is how long the run still takes, as far as its trials are known.
func (r *runner) left(now clock.Nanos) time.Duration {
	elapsed, over := time.Duration(0), true // before the first trial
	if r.current != nil {
		elapsed, over = r.current.live.elapsed(now)
	}
	length := r.Scenario.TrialTime()
	if r.Stop == nil {
		return timeLeft(r.planned, r.trials, length, elapsed, over)
	}
	left := r.Stop.MaxTime // how many trials there will be is not known: this is the most that they can take
	if !over {
		left -= elapsed
	}
	for _, used := range r.used {
		left -= used
	}
	return max(0, left)
}

// timeLeft is how long trials of a length take that are still to come, with what is left of the one that began last.
func timeLeft(planned, begun int, length, elapsed time.Duration, over bool) time.Duration {
	left := time.Duration(max(0, planned-begun)) * length
	if over {
		return left
	}
	return left + max(0, length-elapsed)
}
