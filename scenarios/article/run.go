package article

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"aftershock/harness"
	"aftershock/results"
	"aftershock/results/summary"
	"aftershock/scenarios/article/claims"
)

// Name is what aftershock run calls this suite: no scenario may have it.
const Name = "article"

// Options say how the claims are to be settled.
type Options struct {
	Registry    harness.Registry
	Out         string // the folder that gets the suite's
	Seed        uint64 // of every run
	Quick       bool   // a pair a fix, for the figures; no claim is decided
	Pin         bool
	Calibration *results.Calibration
	Look        *results.Look // at the machine before the suite; nil when it was not looked at
	Command     []string      // repeats the suite; the first word is the program
	Observer    Observer
}

// Observer is told how a suite goes on, by one goroutine.
type Observer interface {
	// Began is told of a part that begins, the n-th of all, and how long it and those after it will take. It watches the
	// part's run.
	Began(p claims.Part, n, of int, left time.Duration) harness.Observer
	// Ended is told where the part's run is, "" when there is none, and why it is not whole.
	Ended(p claims.Part, folder string, err error)
}

// Article is all runs that the claims need, laid out and not begun, or to be resumed.
type Article struct {
	Options
	record claims.Record
	suite  suite
	folder string // "" until it has been made
}

// New lays out the runs that a list of claims needs; Claims is the list that is meant. Nothing is written before Run.
func New(all []claims.Claim, o Options) (*Article, error) {
	s, err := layOut(all, o.Quick, o.Registry)
	if err != nil {
		return nil, err
	}
	a := &Article{Options: o, suite: s, record: claims.Record{
		Schema: claims.Schema, Command: o.Command, Seed: o.Seed, Quick: o.Quick, Pin: o.Pin,
		Environment: harness.Environment(), Claims: all, Parts: s.parts,
	}}
	for _, p := range s.parts { // a part that cannot be run is told of now, and not in half an hour
		if _, err := s.options(p, o, o.Out); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Scenario, err)
		}
	}
	return a, nil
}

// Resume takes up what was cut short, on the same machine and with the same binary: its own claims, parts and seed. Runs
// that are whole are not run again.
func Resume(folder string, o Options) (*Article, error) {
	r, err := claims.ReadRecord(folder)
	if err != nil {
		return nil, err
	}
	if err := harness.SameMachine(r.Environment, harness.Environment()); err != nil {
		return nil, fmt.Errorf("%s cannot be resumed: %w", folder, err)
	}
	o.Out, o.Seed, o.Quick, o.Pin, o.Command = filepath.Dir(folder), r.Seed, r.Quick, r.Pin, r.Command
	s, err := layOut(r.Claims, r.Quick, o.Registry)
	if err != nil {
		return nil, err
	}
	a := &Article{Options: o, record: r, suite: s, folder: folder}
	if len(a.pending()) == 0 {
		return nil, fmt.Errorf("%s is complete: there is nothing to resume", folder)
	}
	return a, nil
}

// Parts are the runs, and how many of them are whole already.
func (a *Article) Parts() (all []claims.Part, whole int) {
	return a.record.Parts, len(a.record.Parts) - len(a.pending())
}

// Takes is how long the runs that are left are expected to take, without pairs that have to be run again.
func (a *Article) Takes() time.Duration { return a.take(a.pending()) }

func (a *Article) take(parts []int) (d time.Duration) {
	for _, i := range parts {
		d += a.record.Parts[i].Takes
	}
	return d
}

// pending are the places of the parts whose run is not whole.
func (a *Article) pending() (left []int) {
	for i, p := range a.record.Parts {
		run, err := runOf(a.folder, p)
		if err != nil || run.Status != results.Complete {
			left = append(left, i)
		}
	}
	return left
}

// runOf reads the run of a part; the zero value when it has not begun.
func runOf(folder string, p claims.Part) (results.Run, error) {
	if folder == "" {
		return results.Run{}, nil
	}
	run, err := p.Run(folder)
	if err != nil || run == "" {
		return results.Run{}, err
	}
	return results.ReadRun(run)
}

// Run runs what is left and returns the suite's folder, which is there even when the error is not nil. A run that fails
// leaves its claims undecided and does not stop the others; the error says in the end which have failed, and Resume tries them
// again. Where no run has a pair that can be judged it is harness.ErrNoValidPair. When ctx is done, the run under way keeps
// what it has, no other begins, and the error is its cause.
func (a *Article) Run(ctx context.Context) (folder string, err error) {
	if err := a.preflight(); err != nil {
		return a.folder, err
	}
	if a.folder == "" {
		if err := a.create(); err != nil {
			return "", err
		}
	}
	unlock, err := harness.Lock(a.folder)
	if err != nil {
		return a.folder, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := a.record.Write(a.folder); err != nil {
		return a.folder, err
	}
	for left := a.pending(); len(left) > 0 && ctx.Err() == nil; left = left[1:] {
		if err := a.runPart(ctx, left[0], a.take(left)); err != nil {
			return a.folder, err
		}
	}
	if ctx.Err() != nil {
		return a.folder, context.Cause(ctx)
	}
	return a.folder, a.ended()
}

// preflight looks for what would end the runs that are left one by one.
func (a *Article) preflight() error {
	for _, i := range a.pending() {
		p := a.record.Parts[i]
		o, err := a.suite.options(p, a.Options, filepath.Join(a.Out, p.Name))
		if err == nil {
			err = o.Preflight()
		}
		if err != nil {
			return fmt.Errorf("%s: %w", p.Scenario, err)
		}
	}
	return nil
}

// create makes the suite's folder, and finds out about the Go in use.
func (a *Article) create() (err error) {
	a.record.Started = time.Now().UTC()
	a.record.Probes = probes()
	a.folder, _, err = harness.MakeRunFolder(a.Out, results.NewID(a.record.Started, Name, a.Seed))
	return err
}

// runPart makes the run of a part, and books why it is not whole. Only what concerns all parts is an error: that nothing
// can be written down.
func (a *Article) runPart(ctx context.Context, i int, left time.Duration) error {
	p := a.record.Parts[i]
	watch := a.Observer.Began(p, i+1, len(a.record.Parts), left)
	folder, err := a.carryOut(ctx, p, watch)
	a.Observer.Ended(p, folder, err)
	failed := ""
	if err != nil && ctx.Err() == nil && !errors.Is(err, harness.ErrNoValidPair) { // an interruption is no failure, and the run itself tells of its pairs
		failed = err.Error()
	}
	a.record.Parts[i].Failed = failed
	return a.record.Write(a.folder)
}

// ended is the error of a suite that went on to its end.
func (a *Article) ended() error {
	var failed []string
	for _, p := range a.record.Parts {
		if p.Failed != "" {
			why, _, _ := strings.Cut(p.Failed, "\n")
			failed = append(failed, p.Scenario+": "+why)
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("%d of %d runs failed: %s", len(failed), len(a.record.Parts), strings.Join(failed, "; "))
	}
	if len(a.record.Parts) > 0 && !slices.ContainsFunc(a.record.Parts, a.judged) {
		return harness.ErrNoValidPair
	}
	return nil
}

// judged tells whether a part's run has a pair that can be judged. A run that cannot be read has none: Compute says why.
func (a *Article) judged(p claims.Part) bool {
	run, err := p.Run(a.folder)
	if err != nil || run == "" {
		return false
	}
	s, err := summary.Compute(run)
	return err == nil && slices.ContainsFunc(s.Fixes, func(f summary.Fix) bool { return f.Pairs.Valid > 0 })
}

// carryOut begins the run of a part, or goes on with it.
func (a *Article) carryOut(ctx context.Context, p claims.Part, watch harness.Observer) (string, error) {
	begun, err := p.Run(a.folder)
	if err != nil {
		return "", err
	}
	if begun == "" {
		o, err := a.suite.options(p, a.Options, filepath.Join(a.folder, claims.RunsDir, p.Name))
		if err != nil {
			return "", err
		}
		return harness.Run(ctx, o, watch)
	}
	o, err := harness.Resume(begun, a.Registry)
	if err != nil {
		return begun, err
	}
	o.Calibration, o.Look = a.Calibration, a.Look
	if err := o.Check(); err != nil {
		return begun, err
	}
	return harness.Run(ctx, o, watch)
}
