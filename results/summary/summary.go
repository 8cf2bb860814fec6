// Package summary computes what a run's files say: every figure, interval and verdict that is shown anywhere.
//
// It reads a folder and nothing else, so anyone can compute a summary again, on another machine. A figure comes from
// one trial; two trials of a pair give a difference; the pairs of a fix give an estimate. Operations are never pooled
// over trials.
package summary

import (
	"time"

	"aftershock/results"
	"aftershock/results/stat"
)

// Schema is the version of summary.json.
const Schema = 1

// Summary is summary.json.
type Summary struct {
	Schema   int         `json:"schema"`
	Run      results.Run `json:"run"`
	Fixes    []Fix       `json:"fixes"`
	Warnings []Warning   `json:"warnings,omitempty"`
}

// Warning is something that a reader has to know before believing a figure, and what can be done about it.
type Warning struct {
	What   string `json:"what"`
	Remedy string `json:"remedy,omitempty"`
}

// Fix is everything about one fix.
type Fix struct {
	results.Fix
	Verdict stat.Verdict `json:"verdict"`
	Why     string       `json:"why,omitempty"` // why there is no better verdict
	Need    *Need        `json:"need,omitempty"`
	Pairs   Pairs        `json:"pairs"`
	Trigger Trigger      `json:"trigger_seen"`
	Primary Row          `json:"primary_row"`
	Rows    []Row        `json:"rows"`
}

// Need is what an inconclusive verdict would take.
type Need struct {
	MorePairs int           `json:"more_pairs"`
	Time      time.Duration `json:"time_ns"` // of the whole run that the command makes
	Command   string        `json:"command"`
}

// Pairs counts a fix's pairs, and names the trials that could not be judged.
type Pairs struct {
	Planned      int `json:"planned"`
	Valid        int `json:"valid"`
	NotExercised int `json:"not_exercised"` // valid, but the before arm's trigger stayed 0
	Again        int `json:"again"`         // pairs that were run again
	// Trials of valid pairs in which the workload's process crashed: an outcome, and never a reason to leave a pair out.
	CrashedBefore int       `json:"crashed_before,omitempty"`
	CrashedAfter  int       `json:"crashed_after,omitempty"`
	Invalid       []Invalid `json:"invalid,omitempty"`
}

// Invalid is a trial that could not be judged.
type Invalid struct {
	Pair    int         `json:"pair"`
	Arm     results.Arm `json:"arm"`
	Attempt int         `json:"attempt"`
	Why     string      `json:"why"`
}

// Trigger is the trigger's count in each valid pair's trials.
type Trigger struct {
	Before []float64 `json:"before"`
	After  []float64 `json:"after"`
}

// Row is one metric over all valid pairs.
type Row struct {
	results.Metric
	Unit   string      `json:"unit"`
	Better stat.Better `json:"better"`
	Scale  stat.Scale  `json:"scale"`
	Before Side        `json:"before"`
	After  Side        `json:"after"`
	// Change is after seen from before: a share on the ratio scale (-0.3 is 30 % less), an amount on the difference
	// scale. It is nil when nothing can be compared, and Note says why.
	Change *Change `json:"change,omitempty"`
	Note   string  `json:"note,omitempty"`

	comparison stat.Comparison
}

// Side is one arm of a row.
type Side struct {
	Median   float64   `json:"median"`
	Values   []float64 `json:"values"`             // one a pair, in the order of the pairs' numbers
	Censored bool      `json:"censored,omitempty"` // a quantile reached the operation time-out: at least this
	Beyond   int       `json:"beyond,omitempty"`   // the fewest samples beyond the quantile in any trial
}

// Change is an estimate with its interval.
type Change struct {
	Value      float64     `json:"value"`
	Low        float64     `json:"low"`
	High       float64     `json:"high"`
	Confidence float64     `json:"confidence"` // nominal; 0 when there is no interval
	Achieved   float64     `json:"achieved"`   // what the exact distribution gives, at least the nominal
	Pairs      int         `json:"pairs"`
	Method     stat.Method `json:"method"`
}

// Row finds a metric's row.
func (f Fix) Row(m results.Metric) (Row, bool) {
	for _, r := range f.Rows {
		if r.Metric == m {
			return r, true
		}
	}
	return Row{}, false
}
