package harness

import (
	"sync"
	"time"

	"aftershock/chaos"
	"aftershock/harness/cluster"
	"aftershock/internal/clock"
	"aftershock/results"
)

// Status is what a run is doing at a moment, for people who wait for it.
type Status struct {
	Slot    results.Slot
	Attempt int  // 0 as planned
	Trial   int  // from 1
	Trials  int  // as planned, with those that are to be run again
	Waiting bool // for a calm machine, before a block
	// Judged are the blocks so far that can be judged, and Disturbed those of them that others disturbed.
	Judged, Disturbed int

	Phase   string        // boot, one of the phases, agreement, or teardown
	Fault   string        // the last thing that happened to a fault, such as "partition-leader effective"
	Members int           // 0 when there is no cluster
	Leader  string        // "" while no majority follows one
	Left    time.Duration // until the run ends, if nothing has to be run again
}

// live is the part of a trial that others may look at while it runs.
type live struct {
	mu      sync.Mutex
	started clock.Nanos
	epoch   clock.Nanos // 0 until the worker has been given one
	fault   string
	ending  string // what comes after the phases; "" before
	cluster cluster.Cluster
}

func (l *live) set(change func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change()
}

func (l *live) booted(c cluster.Cluster) { l.set(func() { l.cluster = c }) }
func (l *live) began(epoch clock.Nanos)  { l.set(func() { l.epoch = epoch }) }
func (l *live) reached(m chaos.Moment)   { l.set(func() { l.fault = m.Fault + " " + string(m.Stage) }) }
func (l *live) ends(by string)           { l.set(func() { l.ending = by }) }
func (l *live) opened(now clock.Nanos)   { l.set(func() { l.started = now }) }

// describe fills in what only the trial knows.
func (l *live) describe(s *Status, phases Phases, now clock.Nanos) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s.Fault, s.Phase = l.fault, "boot"
	if l.cluster != nil {
		if leader, ok := l.cluster.Leader(); ok {
			s.Leader = leader.Member
		}
	}
	if l.epoch == 0 {
		return
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

// elapsed is how long the trial has been running.
func (l *live) elapsed(now clock.Nanos) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return now.Sub(l.started)
}
