package live

import "slices"

// State is what a run's events add up to: all that a viewer needs who comes later.
type State struct {
	ID     int64   `json:"id"` // of the newest event
	Run    *Run    `json:"run"`
	Load   string  `json:"load"`
	Now    *Moment `json:"now"`
	Block  []Line  `json:"block"`  // the trials of the block that is under way, in their order
	Trials []Trial `json:"trials"` // that have ended; the newest mostTrials
	Ended  int     `json:"ended"`  // how many have ended
	Fixes  []Fix   `json:"fixes"`
	End    *End    `json:"end"`
}

// Line is a trial of the block that is under way, second by second.
type Line struct {
	Group   string  `json:"group"`
	Block   int     `json:"block"`
	Arm     string  `json:"arm"`
	Side    string  `json:"side"`
	Attempt int     `json:"attempt"`
	Seconds []Point `json:"seconds"`
	Marks   []Mark  `json:"marks"`
}

// Point is what became of the operations of one second.
type Point struct {
	At      int64   `json:"at_ms"`
	OK      int     `json:"ok"`
	Failed  int     `json:"failed"`
	P99     float64 `json:"p99_us"`
	AtLeast bool    `json:"at_least,omitempty"`
}

// The bounds of a state, whatever the run. A trial of an hour has 3600 points.
const (
	mostTrials = 200
	mostPoints = 7200
	mostMarks  = 2000
)

// Apply adds an event.
func (s *State) Apply(e Event) {
	s.ID = e.ID
	switch e.Kind {
	case Began:
		s.Run = e.Run
	case Loaded:
		s.Load = e.Load
	case Now:
		s.now(*e.Now)
	case Happened:
		if n := len(s.Block); n > 0 && len(s.Block[n-1].Marks) < mostMarks {
			s.Block[n-1].Marks = append(s.Block[n-1].Marks, *e.Happened)
		}
	case TrialEnded:
		s.Trials, s.Ended = append(s.Trials, *e.Trial), s.Ended+1
		if n := len(s.Trials); n > mostTrials {
			s.Trials = slices.Clone(s.Trials[n-mostTrials:])
		}
	case FixEnded:
		s.Fixes = append(s.Fixes, *e.Fix)
	case Ended:
		s.End = e.End
	}
}

// Latest are the seconds of the trial that is under way.
func (s *State) Latest() []Point {
	if len(s.Block) == 0 {
		return nil
	}
	return s.Block[len(s.Block)-1].Seconds
}

// copied is the state with the lists that a later event would change. What a list holds up to its end does not change.
func (s *State) copied() State {
	c := *s
	c.Block = slices.Clone(s.Block)
	return c
}

// now takes what the run is doing: in another block, the lines of the one before are over.
func (s *State) now(m Moment) {
	s.Now = &m
	if m.Group == "" {
		return
	}
	of := Line{Group: m.Group, Block: m.Block, Arm: m.Arm, Side: m.Side, Attempt: m.Attempt}
	if n := len(s.Block); n == 0 || !s.Block[n-1].same(of) {
		if n > 0 && !s.Block[n-1].beside(of) {
			s.Block = nil
		}
		s.Block = append(s.Block, of)
	}
	line := &s.Block[len(s.Block)-1]
	if m.OK+m.Failed == 0 && m.P99 == 0 || len(line.Seconds) >= mostPoints || !m.measures() {
		return
	}
	p := Point{At: m.Since, OK: m.OK, Failed: m.Failed, P99: m.P99, AtLeast: m.AtLeast}
	if n := len(line.Seconds); n > 0 && line.Seconds[n-1].same(p) {
		return // the latest look is that of before
	}
	line.Seconds = append(line.Seconds, p)
}

// same tells whether two points are of one look at the operations.
func (p Point) same(o Point) bool {
	return p.OK == o.OK && p.Failed == o.Failed && p.P99 == o.P99 && o.At-p.At < 1000
}

// measures tells whether the last second is part of the trial's time line: after it, the counts are of the whole trial.
func (m Moment) measures() bool { return m.Phase != "agreement" && m.Phase != "teardown" }

func (l Line) same(o Line) bool { return l.beside(o) && l.Arm == o.Arm }

func (l Line) beside(o Line) bool {
	return l.Group == o.Group && l.Block == o.Block && l.Attempt == o.Attempt
}
