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
	Kind     string      `json:"kind,omitempty"` // FiguresOnly, or empty where the run's files are at hand
	Run      results.Run `json:"run"`
	Noise    Noise       `json:"noise"`
	Choices  []Choice    `json:"choices,omitempty"` // which blocks each group is judged by
	Fixes    []Fix       `json:"fixes"`
	Within   []Within    `json:"within,omitempty"`  // what trouble costs each arm, against its own calm
	Outages  []Outage    `json:"outages,omitempty"` // by the kind of fault
	Warnings []Warning   `json:"warnings,omitempty"`
	// Damaged is what is not as the run left it. What is known of a fix that it touches is not to be believed.
	Damaged []Damage `json:"damaged,omitempty"`
	// Unchecked is set for a run of a schema that had no manifest: nothing tells whether its files are what it left.
	Unchecked bool `json:"unchecked,omitempty"`
}

// Noise is how quiet the machine was over all trials of the run, those that could not be judged included.
type Noise struct {
	Trials int `json:"trials"`
	// Strangers is the mean share of the machine's CPU time that processes took that are not the harness's, over the trials in
	// which it is known; Known is false when it is in none.
	Strangers      float64          `json:"strangers"`
	StrangersWorst float64          `json:"strangers_worst"`
	Known          bool             `json:"strangers_known"`
	Steal          float64          `json:"steal"` // mean share of the machine's CPU time
	StealWorst     float64          `json:"steal_worst"`
	Pressure       results.Pressure `json:"pressure"` // medians
	Load           float64          `json:"load"`     // median
	// Standstills are the arms in which the harness itself stood still, by group and arm; an arm that is not named never did.
	Standstills []Standstill `json:"standstills,omitempty"`
	Processes   []Setup      `json:"processes"` // each distinct set-up that was met, members as "member"

	late, lateWorst time.Duration // P99 of the generator's own lateness: of the median trial, and of the worst
}

// Others is the mean share that processes and a hypervisor took together.
func (n Noise) Others() float64 { return n.Strangers + n.Steal }

// Standstill says in how many of an arm's trials the harness stood still, or was late with a fault.
type Standstill struct {
	Group  string        `json:"group"`
	Arm    results.Arm   `json:"arm"` // its name within the block
	Stood  int           `json:"stood"`
	Trials int           `json:"trials"`
	Worst  time.Duration `json:"worst_ns"`
	// Uneven is set when the arm has more of them than chance would give it: then they are its doing.
	Uneven bool `json:"uneven,omitempty"`
}

// Setup is how a process was set up in at least one trial of an arm.
type Setup struct {
	Arm results.Arm `json:"arm"`
	results.Process
}

// Warning is something that a reader has to know before believing a figure, and what can be done about it.
type Warning struct {
	What   string `json:"what"`
	Remedy string `json:"remedy,omitempty"`
	// Top is a warning that belongs above every view: it may make all figures below it worthless.
	Top bool `json:"top,omitempty"`
	// Partial is set on the warning that says why the run is not whole.
	Partial bool `json:"partial,omitempty"`
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
	Looked  Looked       `json:"looked_at"`
	Rows    []Row        `json:"rows"`
	Beside  []Beside     `json:"beside,omitempty"`
}

// Gated is how many metrics of a run are gated: one primary metric a fix. Their p-values are corrected together.
func (s Summary) Gated() int { return len(s.Fixes) }

// Fix finds a fix by name.
func (s Summary) Fix(name string) (Fix, bool) {
	for _, f := range s.Fixes {
		if f.Name == name {
			return f, true
		}
	}
	return Fix{}, false
}

// Need is what an inconclusive verdict would take in a run of the fix alone, for which nothing is corrected.
type Need struct {
	MorePairs int           `json:"more_pairs"` // 0 when as many would do, in a run of its own
	Time      time.Duration `json:"time_ns"`    // of the whole run that the command makes
	Command   string        `json:"command"`
}

// Pairs counts a fix's pairs, and names the trials that could not be judged.
type Pairs struct {
	Planned      int `json:"planned"` // at most, when the run stops by the interval's width
	Valid        int `json:"valid"`
	Disturbed    int `json:"disturbed,omitempty"` // valid ones during which others took more than a little of the machine
	NotExercised int `json:"not_exercised"`       // valid, but the trigger was not met
	Again        int `json:"again"`               // pairs that were run again
	// Trials of valid pairs in which the workload's process crashed: an outcome, and never a reason to leave a pair out.
	CrashedBefore int       `json:"crashed_before,omitempty"`
	CrashedAfter  int       `json:"crashed_after,omitempty"`
	Invalid       []Invalid `json:"invalid,omitempty"`
}

// Invalid is a trial that could not be judged. Arm is before or after, or the name of an arm of another fix that spoiled
// the block.
type Invalid struct {
	Pair    int         `json:"pair"`
	Arm     results.Arm `json:"arm"`
	Attempt int         `json:"attempt"`
	Why     string      `json:"why"`
	// Interrupted trials were ended from outside; no arm is to blame for them.
	Interrupted bool `json:"interrupted,omitempty"`
	// Spoiled trials are invalid by no arm's doing, and their block was run again. The others are outcomes of their arm.
	Spoiled  bool `json:"spoiled,omitempty"`
	Diverged bool `json:"diverged,omitempty"` // the members held different data at the end
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

// Comparison is what the pairs say, on the scale of their differences, before any correction. It is the zero value
// where Change is nil, and in a row that was read from a file.
func (r Row) Comparison() stat.Comparison { return r.comparison }

// Side is one arm of a row.
type Side struct {
	Median  float64   `json:"median"`
	AtLeast bool      `json:"at_least,omitempty"` // the median is a bound: the true one is at least that
	Values  []float64 `json:"values"`             // one a pair, in the order in which the pairs were run
	Pairs   []int     `json:"pairs"`              // the numbers of those pairs
	// Bounds tells for each value whether the operation time-out cut it off, of a quantile, or the trial's end, of
	// a sum of times: the true value is at least that. It is left out when no value is.
	Bounds []bool `json:"bounds,omitempty"`
	Beyond int    `json:"beyond,omitempty"` // the fewest samples beyond the quantile in any trial
}

// Change is an estimate with its intervals, and what the pairs say beside it. Amounts are as in Row.Change.
type Change struct {
	Value float64 `json:"value"`
	// Open is the end ("low" or "high") at which the change is not known, because values of one arm are
	// bounds. Value is then a bound, and so is the interval's other end; at the open one it has the largest
	// number that JSON can hold, or -1 where a ratio falls.
	Open       stat.Open   `json:"open,omitempty"`
	Low        float64     `json:"low"` // of the 95 % interval, which tells a change
	High       float64     `json:"high"`
	Low90      float64     `json:"low90"` // of the 90 % interval, which tells no difference and no harm
	High90     float64     `json:"high90"`
	Confidence float64     `json:"confidence"` // nominal, of Low and High; 0 when there is no interval
	Achieved   float64     `json:"achieved"`   // what the exact distribution gives, at least the nominal
	Pairs      int         `json:"pairs"`
	Method     stat.Method `json:"method"`
	Margin     float64     `json:"margin"` // what is no difference
	// Alone is what this metric says by itself, as if nothing else were judged, and Verdict what is left of it after the
	// correction for its being one of several.
	Alone   stat.Verdict `json:"verdict_alone"`
	Verdict stat.Verdict `json:"verdict"`
	// P is the two-sided p-value of no change, and Adjusted what the correction makes of it: Holm over the primary metrics
	// of the run's fixes, Benjamini-Yekutieli over the others that are looked at. Both are 1 with too few pairs, and
	// Adjusted for what is in no family, such as the machine's figures.
	P          float64         `json:"p"`
	Adjusted   float64         `json:"p_adjusted"`
	Correction stat.Correction `json:"correction"`
	// Equivalence is the p-value of the two one-sided tests: at 5 % or below, the change is smaller than the margin.
	Equivalence float64 `json:"p_equivalence"`
	// Detectable is the smallest change for the better that so many pairs, as noisy as these, would have found 4 times out
	// of 5: -0.27 is 27 % less. That of a primary metric is after Holm's correction, any other by itself. 0 when it cannot
	// be told, and when there are too few pairs to find anything.
	Detectable float64 `json:"detectable"`
	// DetectableHarm is the size of the smallest change that they would have found so by itself, without a correction:
	// what rules about harm ask. It is 0 or more, on the ratio scale that of a rise.
	DetectableHarm float64 `json:"detectable_harm"`
	// Autocorrelation is that of the pairs' differences with those of the pair before, in the order in which they ran: far
	// from 0 the pairs are not independent, and the interval is too narrow or too wide. 0 when it cannot be told.
	Autocorrelation float64 `json:"autocorrelation"`
	// MannWhitney is the p-value of a test that takes the arms for unpaired: a cross-check, which is blind to what pairing
	// removes.
	MannWhitney float64 `json:"p_mann_whitney"`
}

// Row finds a metric's row.
func (f Fix) Row(m results.Metric) (Row, bool) { return rowOf(f.Rows, m) }

func rowOf(rows []Row, m results.Metric) (Row, bool) {
	for _, r := range rows {
		if r.Metric == m {
			return r, true
		}
	}
	return Row{}, false
}
