// Package trend says what many nights of measurements mean: whether the last one raises an alarm, and since when a
// figure has had the level that it has.
//
// Each night measures a pinned baseline and a candidate in pairs, on one machine, in one hour. What is kept are the
// pairs' log-ratios. A graph of absolute percentiles shows the machine's moods as well; a ratio to a baseline of the
// same night does not. Whether a figure became worse is decided by each night alone (Judge); change points over all
// nights say since when, and never raise an alarm.
//
// The package is pure: no goroutine, clock or file. Package history has the files.
package trend

import (
	"time"

	"aftershock/results"
	"aftershock/results/stat"
)

// Schema is the version of a night's file.
const Schema = 1

// Night is one night: what was measured, against what, and where. Its file is written once and never changed.
type Night struct {
	Schema int `json:"schema"`
	// Job is the name that nightly.yaml gives itself.
	Job     string    `json:"job"`
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
	// Previous is the file of the newest night that the folder held when this one was written; empty for the first. It
	// shows that a clock went backwards.
	Previous    string              `json:"previous,omitempty"`
	Policy      Policy              `json:"policy"`
	Environment results.Environment `json:"environment"`
	Runs        []Run               `json:"runs"`
	Missed      []Missed            `json:"missed,omitempty"` // what should have been measured, and was not
}

// Policy is what the night is judged by. It is a part of each night, so that a later change of the job's file does not
// change what earlier nights meant.
type Policy struct {
	Margin float64 `json:"margin"` // as in stat.Criterion, of ratios: 0.05 is 5 %
	Finds  float64 `json:"finds"`  // the step that a night must be able to find, as a share
	Digest string  `json:"digest"` // of the job's file, in hexadecimal
}

// Run is a run of a scenario that belongs to a night.
type Run struct {
	ID         string `json:"id"`
	Scenario   string `json:"scenario"`
	Seed       uint64 `json:"seed,omitempty"`
	Pairs      int    `json:"pairs"` // planned
	PlanDigest string `json:"plan_digest"`
	// Bucket is a digest of all that has to be equal for two nights to be compared: machine, versions, scenario, load,
	// runtime and baseline.
	Bucket    string `json:"bucket"`
	Load      *Load  `json:"load,omitempty"` // nil when the scenario fixes it
	Baseline  string `json:"baseline"`       // what the before arms are: a revision, a version, or the name of an arm
	Candidate string `json:"candidate"`      // what the after arms are
	Command   string `json:"command"`        // repeats the run
	// Confirms is set on a run that was made because another of the night had shown a change.
	Confirms bool `json:"confirms,omitempty"`
	// Why says why the run is not whole, of a run that is not.
	Why     string   `json:"why,omitempty"`
	Figures []Figure `json:"figures"`
}

// Load is the load that all nights share: it was measured once, and pinned.
type Load struct {
	Setting string `json:"setting"`
	Value   int    `json:"value"`
}

// Figure is one figure of a fix, over the pairs of one run.
type Figure struct {
	Fix     string         `json:"fix"`
	Metric  results.Metric `json:"metric"`
	Primary bool           `json:"primary,omitempty"` // alarms are raised about primary figures alone
	Unit    string         `json:"unit"`
	Scale   stat.Scale     `json:"scale"`
	Better  stat.Better    `json:"better"`
	Margin  float64        `json:"margin"` // on the scale of the criterion
	// Expect is the difference that is right, in the unit of Changes: 0 when candidate and baseline should be alike.
	Expect float64 `json:"expect,omitempty"`
	// Pairs are the numbers of the pairs, and all other lists have one entry a pair, in the order in which they ran.
	Pairs   []int     `json:"pairs"`
	Before  []float64 `json:"before"`
	After   []float64 `json:"after"`
	Changes []float64 `json:"changes"` // ln(after) - ln(before), or after - before on the difference scale
	// BeforeBounds and AfterBounds tell which values are bounds: the true one is at least that. Left out when none is.
	BeforeBounds []bool `json:"before_bounds,omitempty"`
	AfterBounds  []bool `json:"after_bounds,omitempty"`
	// Value is the Hodges-Lehmann estimate of the change, Low and High its 95 % interval, in the unit of Changes.
	Value  float64     `json:"value"`
	Low    float64     `json:"low"`
	High   float64     `json:"high"`
	Open   stat.Open   `json:"open,omitempty"`
	N      int         `json:"n"`
	Method stat.Method `json:"method"`
	// Lost says why pairs are not among these: a figure of which an arm took pairs away cannot be judged.
	Lost string `json:"lost,omitempty"`
}

// Missed is a scenario of the job's file that was not measured that night.
type Missed struct {
	Scenario string `json:"scenario"`
	Why      string `json:"why"`
}

// Key names a series: figures that can be compared from night to night.
type Key struct {
	Bucket   string         `json:"bucket"`
	Plan     string         `json:"plan"` // its digest
	Scenario string         `json:"scenario"`
	Baseline string         `json:"baseline"`
	Fix      string         `json:"fix"`
	Metric   results.Metric `json:"metric"`
	Expect   float64        `json:"expect,omitempty"`
}

// key is that of a figure of a run.
func (r Run) key(f Figure) Key {
	return Key{
		Bucket: r.Bucket, Plan: r.PlanDigest, Scenario: r.Scenario, Baseline: r.Baseline, Fix: f.Fix, Metric: f.Metric,
		Expect: f.Expect,
	}
}

// criterion is what a figure is compared by.
func (f Figure) criterion() stat.Criterion {
	return stat.Criterion{Scale: f.Scale, Better: f.Better, Margin: f.Margin}
}
