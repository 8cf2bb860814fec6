package live

import (
	"time"

	"aftershock/harness"
	"aftershock/results"
)

// Kind says what an event is about, and which of its fields is set.
type Kind string

// The kinds of events.
const (
	Began      Kind = "run"      // the run has begun; the first event
	Loaded     Kind = "load"     // the load of all trials is known
	Now        Kind = "now"      // what the run is doing has changed, or a second has passed
	Happened   Kind = "happened" // a fault reached a stage, or another leader was followed
	TrialEnded Kind = "trial"
	FixEnded   Kind = "fix"
	Ended      Kind = "end" // the last event
)

// Event is one event of a run. Its JSON is a line of --progress json, and what the live page is sent.
type Event struct {
	ID       int64     `json:"id"` // from 1, without gaps
	Kind     Kind      `json:"kind"`
	At       time.Time `json:"time"`
	Run      *Run      `json:"run,omitempty"`
	Load     string    `json:"load,omitempty"` // in words
	Now      *Moment   `json:"now,omitempty"`
	Happened *Mark     `json:"happened,omitempty"`
	Trial    *Trial    `json:"trial,omitempty"`
	Fix      *Fix      `json:"fix,omitempty"`
	End      *End      `json:"end,omitempty"`

	Status harness.Status `json:"-"` // of Now and TrialEnded
	Record results.Trial  `json:"-"` // of TrialEnded
}

// Run is what is known before the first trial.
type Run struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"` // the scenario's
	Asks   string   `json:"asks"` // its question
	Seed   uint64   `json:"seed"`
	Pairs  int      `json:"pairs"` // a fix
	Fixes  []string `json:"fixes"`
	Folder string   `json:"folder"`

	Record results.Run `json:"-"`
}

// Moment is what the run is doing. Times are in milliseconds, times of operations in microseconds.
type Moment struct {
	Group     string            `json:"group"`
	Block     int               `json:"block"` // 0 for a pilot
	Arm       string            `json:"arm"`
	Side      string            `json:"side"` // before or after: for which the arm was made
	Attempt   int               `json:"attempt"`
	Trial     int               `json:"trial"` // from 1; 0 before the first
	Trials    int               `json:"trials"`
	Waiting   bool              `json:"waiting,omitempty"` // for a calm machine
	Judged    int               `json:"judged"`            // blocks
	Disturbed int               `json:"disturbed"`
	Phase     string            `json:"phase"`
	Fault     string            `json:"fault,omitempty"` // and its last stage
	Members   int               `json:"members"`
	Leader    string            `json:"leader,omitempty"`
	Links     map[string]string `json:"links,omitempty"` // client -> member
	Left      int64             `json:"left_ms"`
	Since     int64             `json:"at_ms"` // the trial's epoch
	OK        int               `json:"ok"`
	Failed    int               `json:"failed"`
	P99       float64           `json:"p99_us"`
	AtLeast   bool              `json:"at_least,omitempty"` // P99 is a bound
}

// Mark is a stage of a fault, or a new leader.
type Mark struct {
	At     int64  `json:"at_ms"` // since the trial's epoch
	Fault  string `json:"fault,omitempty"`
	Event  string `json:"event,omitempty"` // the fault's name in the plan
	Stage  string `json:"stage,omitempty"`
	Leader string `json:"leader,omitempty"`
	Term   uint64 `json:"term,omitempty"`
}

// Trial is what became of a trial.
type Trial struct {
	Group   string `json:"group"`
	Block   int    `json:"block"`
	Arm     string `json:"arm"`
	Attempt int    `json:"attempt"`
	OK      int    `json:"ok"`
	Failed  int    `json:"failed"`            // those that were missed included
	Invalid string `json:"invalid,omitempty"` // why it cannot be judged
}

// Fix is a fix that has finished.
type Fix struct {
	Name string `json:"name"`
	Says string `json:"says"` // its line of the table
}

// NotBegun is the status of a run that ended before it had a folder: interrupted while it waited, or refused.
const NotBegun = "not begun"

// End is how the run ended.
type End struct {
	Status string `json:"status"`           // complete, partial or NotBegun
	Why    string `json:"why,omitempty"`    // it is not complete
	Report bool   `json:"report"`           // report.html is there
	Folder string `json:"folder,omitempty"` // the run's folder
}
