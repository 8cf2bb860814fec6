// Package selftest shows on the machine that it runs on that the harness can be believed: that a stall of known length
// is reported as long as it was, that two identical arms are found to differ as rarely as promised, that a slowdown of
// known size is found with its size, and that one too small to matter is called no difference.
//
// It judges the harness by the harness: every trial, pair and verdict goes the way that all others go.
package selftest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"aftershock/harness"
	"aftershock/harness/suite"
	"aftershock/results"
	"aftershock/scenarios"
)

// Options say how much is to be shown.
type Options struct {
	Out       string // the folder that gets the selftest's own folder
	Quick     bool   // the oracle, the control and one A/A verdict; no rate
	Free      int    // A/A runs without a cluster
	Clustered int    // A/A runs through cluster and faults
	Seed      uint64
	Command   results.Invocation
	Observer  Observer
}

// Observer is told how a selftest goes on. Done is called with what a part has shown.
type Observer interface {
	Began(part string, at suite.Progress)
	Done(Finding)
	Invalid(results.Trial)
}

// Finding is what one part has shown.
type Finding struct {
	Part   string          `json:"part"`
	Took   time.Duration   `json:"took_ns"`
	Checks []results.Check `json:"checks,omitempty"`
	Looks  []Look          `json:"looks,omitempty"`
	Lost   string          `json:"lost,omitempty"` // why an A/A run had nothing to look at
}

// Look is a gated metric of one A/A run: whether its interval left 0 although the arms are identical.
type Look struct {
	Metric  results.Metric `json:"metric"`
	Through string         `json:"through"`
	Pairs   int            `json:"pairs"`
	P       float64        `json:"p"`
	Alarm   bool           `json:"alarm"`
	Verdict string         `json:"verdict"`
}

// The two ways of an A/A run.
const (
	ThroughCluster = "cluster and faults"
	ClusterFree    = "cluster-free"
)

// ErrUndecided is what a selftest ends with that could show neither that the harness is sound nor that it is not.
var ErrUndecided = errors.New("selftest could not decide")

// ErrUnsound is what a selftest ends with that has shown the harness to be wrong on this machine.
var ErrUnsound = errors.New("the harness is not sound on this machine")

// Selftest is one that is to be run or resumed.
type Selftest struct {
	Options
	suite.Suite
	parts []part
}

// record is selftest.json: what was asked for, so that the selftest can be resumed.
type record struct {
	Schema      int                 `json:"schema"`
	Started     time.Time           `json:"started"`
	Command     results.Invocation  `json:"command"`
	Quick       bool                `json:"quick"`
	Free        int                 `json:"free"`
	Clustered   int                 `json:"clustered"`
	Seed        uint64              `json:"seed"`
	Environment results.Environment `json:"environment"`
}

const recordFile = "selftest.json"

// Is tells whether a folder is a selftest's.
func Is(folder string) bool {
	_, err := os.Lstat(filepath.Join(folder, recordFile))
	return err == nil
}

// New lays out a selftest; nothing is written before Run.
func New(o Options) (*Selftest, error) {
	if o.Free < 1 || o.Clustered < 1 || o.Free > most || o.Clustered > most {
		return nil, fmt.Errorf("%d cluster-free A/A runs and %d through the cluster (allowed: 1 to %d each)", o.Free,
			o.Clustered, most)
	}
	parts, err := layOut(o)
	s := &Selftest{Options: o}
	s.take(parts)
	return s, err
}

// take makes the suite of its parts.
func (s *Selftest) take(parts []part) {
	s.parts = parts
	s.Suite = suite.Suite{Name: "selftest", Out: s.Options.Out, Seed: s.Options.Seed, Folder: s.Folder, Begin: s.begin}
	for _, p := range parts {
		s.Parts = append(s.Parts, suite.Part{
			Takes: p.takes, Finished: func() bool { _, err := os.Stat(s.findingFile(p)); return err == nil },
			Run: func(ctx context.Context, at suite.Progress) error {
				s.Observer.Began(p.name, at)
				if err := s.runPart(ctx, p); err != nil {
					return fmt.Errorf("selftest %s: %w", p.name, err)
				}
				return nil
			},
		})
	}
}

// most bounds the A/A runs of either kind.
const most = 10_000

// Resume resumes an interrupted selftest, on the same machine and with the same binary: finished parts are not run
// again.
func Resume(folder string, observer Observer) (*Selftest, error) {
	var r record
	if err := results.ReadJSON(filepath.Join(folder, recordFile), &r); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("%s is not a selftest's folder: it has no %s", folder, recordFile)
		}
		return nil, err
	}
	if err := suite.Resumable(folder, r.Environment); err != nil {
		return nil, err
	}
	s, err := New(Options{
		Out: filepath.Dir(folder), Quick: r.Quick, Free: r.Free, Clustered: r.Clustered, Seed: r.Seed,
		Command: r.Command, Observer: observer,
	})
	if err != nil {
		return nil, err
	}
	s.Folder = folder
	return s, nil
}

// Run runs what is left, and gives what all parts have shown. Its folder is there even when the error is not nil.
func (s *Selftest) Run(ctx context.Context) (folder string, c results.Calibration, err error) {
	if err := s.preflight(); err != nil {
		return s.Folder, c, err
	}
	if err := s.Suite.Run(ctx); err != nil {
		return s.Folder, c, err
	}
	findings, err := s.findings()
	if err != nil {
		return s.Folder, c, err
	}
	if c, err = conclude(findings, s.Quick); err != nil {
		return s.Folder, c, err
	}
	c.Made, c.Command, c.Environment = time.Now().UTC(), s.Command, harness.Environment()
	return s.Folder, c, nil
}

// preflight looks for what would end the runs with a cluster, which come last.
func (s *Selftest) preflight() error {
	churn, err := scenarios.Load("leader-churn")
	if err != nil {
		return err
	}
	o, err := instrument{churn, "null", nullPairs, s.Options.Seed}.options(runs{folder: s.Options.Out})
	if err != nil {
		return err
	}
	return o.Preflight()
}

// begin writes down what was asked for.
func (s *Selftest) begin(folder string, started time.Time) error {
	if err := os.MkdirAll(filepath.Join(folder, "parts"), 0o755); err != nil {
		return err
	}
	return results.WriteJSON(filepath.Join(folder, recordFile), record{
		Schema: results.CalibrationSchema, Started: started, Command: s.Command, Quick: s.Quick, Free: s.Free,
		Clustered: s.Clustered, Seed: s.Options.Seed, Environment: harness.Environment(),
	})
}

func (s *Selftest) findingFile(p part) string {
	return filepath.Join(s.Folder, "parts", p.name+".json")
}

func (s *Selftest) runPart(ctx context.Context, p part) error {
	began := time.Now()
	folder := filepath.Join(s.Folder, "runs", p.name)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	found, err := p.run(ctx, runs{folder, s.Observer})
	if err != nil {
		return err
	}
	found.Part, found.Took = p.name, time.Since(began)
	if err := results.WriteJSON(s.findingFile(p), finding{results.CalibrationSchema, found}); err != nil {
		return err
	}
	s.Observer.Done(found)
	return nil
}

// finding is a part's file.
type finding struct {
	Schema int `json:"schema"`
	Finding
}

func (s *Selftest) findings() ([]Finding, error) {
	var all []Finding
	for _, p := range s.parts {
		var f finding
		if err := results.ReadJSON(s.findingFile(p), &f); err != nil {
			return nil, err
		}
		all = append(all, f.Finding)
	}
	return all, nil
}
