// Package profile compares where the CPU time of a fix's two arms went, function by function.
//
// A trial is the unit here too: each pair of profiles gives a difference of shares, and the pairs give an estimate.
// Samples are pooled over trials for the shares that are shown, and for nothing that is tested.
package profile

import (
	"math"
	"time"

	"aftershock/results"
)

// Schema is the version of what compare --profile prints as JSON.
const Schema = 1

// Comparison is what the profiles of a run say.
type Comparison struct {
	Schema int         `json:"schema"`
	Run    results.Run `json:"run"`
	Fixes  []Fix       `json:"fixes"`
}

// Fix is one fix, a window at a time.
type Fix struct {
	Name    string   `json:"name"`
	Pairs   int      `json:"pairs"` // those that the fix is judged by
	Windows []Window `json:"windows"`
}

// Window is one profiled window of the time line over all pairs that have samples of it in both arms.
type Window struct {
	Name   string `json:"name"`
	Pairs  []int  `json:"pairs"`  // by number, in the order in which they were run
	Before Side   `json:"before"` // all trials together
	After  Side   `json:"after"`
	// Functions are those whose share changed by Fewest or more, by themselves or with what they call: first the clear
	// ones, the largest change first.
	Functions []Function `json:"functions"`
	// Stacks are all functions where they were called, for a picture: a flame graph.
	Stacks *Stack `json:"-"`
}

// Side is how much there is of one arm.
type Side struct {
	CPU     time.Duration `json:"cpu_ns"`
	Samples int64         `json:"samples"`
}

// Function is a function as pprof names it; one that was inlined counts as itself.
type Function struct {
	Name string `json:"name"`
	Self Share  `json:"self"`  // of the CPU time, while the function itself ran: pprof's flat
	With Share  `json:"total"` // while it or anything that it called ran: pprof's cum
}

// Clear tells whether the pairs agree that one of the function's shares changed by Fewest or more. Of a stack, the
// callers change with whatever the machine did meanwhile; they are not clear.
func (f Function) Clear() bool { return f.Self.clear() || f.With.clear() }

func (s Share) clear() bool {
	return math.Abs(s.Change) >= Fewest && (!s.Interval || s.Low > 0 || s.High < 0)
}

// Share is a part of the CPU time. Before and After are those of all samples of an arm together.
type Share struct {
	Before float64 `json:"before"`
	After  float64 `json:"after"`
	// Change is after less before, estimated over the pairs: a difference of shares, with a 95 % interval that is not
	// corrected for how many functions there are. It tells where to look and is no verdict.
	Change float64 `json:"change"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
	// Interval is false with a single pair, which has none: Low and High are 0 then.
	Interval bool `json:"interval"`
	// Same is in how many pairs the share changed in the direction of Change.
	Same int `json:"same"`
}

// Fewest is the smallest change of a share that is listed: half a point.
const Fewest = 0.005
