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
	"aftershock/harness/suite"
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
	Look        *results.Look      // at the machine before the suite; nil when it was not looked at
	Command     results.Invocation // repeats the suite
	Observer    Observer
}

// Observer is told how a suite goes on, by one goroutine.
type Observer interface {
	// Began is told of a part that begins. It watches the part's run.
	Began(p claims.Part, at suite.Progress) harness.Observer
	// Ended is told where the part's run is, "" when there is none, and why it is not whole.
	Ended(p claims.Part, folder string, err error)
}

// Article is all runs that the claims need, laid out and not begun, or to be resumed.
type Article struct {
	Options
	suite.Suite
	record claims.Record
	layout layout
}

// New lays out the runs that a list of claims needs; Claims is the list that is meant. Nothing is written before Run.
func New(all []claims.Claim, o Options) (*Article, error) {
	l, err := layOut(all, o.Quick, o.Registry)
	if err != nil {
		return nil, err
	}
	a := newArticle(o, l, "", claims.Record{
		Schema: claims.Schema, Command: o.Command, Seed: o.Seed, Quick: o.Quick, Pin: o.Pin,
		Environment: harness.Environment(), Claims: all, Parts: l.parts,
	})
	for _, p := range l.parts { // a part that cannot be run is told of now, and not in half an hour
		if _, err := l.options(p, o, o.Out); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Scenario, err)
		}
	}
	return a, nil
}

func newArticle(o Options, l layout, folder string, r claims.Record) *Article {
	a := &Article{Options: o, record: r, layout: l}
	a.Suite = suite.Suite{Name: Name, Out: o.Out, Seed: o.Seed, Folder: folder, Begin: a.begin}
	for i, p := range r.Parts {
		a.Parts = append(a.Parts, suite.Part{
			Takes: p.Takes, Finished: func() bool { return a.complete(p) },
			Run: func(ctx context.Context, at suite.Progress) error { return a.runPart(ctx, i, at) },
		})
	}
	return a
}

// Resume takes up what was cut short, on the same machine and with the same binary: its own claims, parts and seed. Runs
// that are whole are not run again.
func Resume(folder string, o Options) (*Article, error) {
	r, err := claims.ReadRecord(folder)
	if err != nil {
		return nil, err
	}
	if err := suite.Resumable(folder, r.Environment); err != nil {
		return nil, err
	}
	o.Out, o.Seed, o.Quick, o.Pin, o.Command = filepath.Dir(folder), r.Seed, r.Quick, r.Pin, r.Command
	l, err := layOut(r.Claims, r.Quick, o.Registry)
	if err != nil {
		return nil, err
	}
	a := newArticle(o, l, folder, r)
	if len(a.Pending()) == 0 {
		return nil, fmt.Errorf("%s is complete: there is nothing to resume", folder)
	}
	return a, nil
}

// Runs are the parts, as they are recorded.
func (a *Article) Runs() []claims.Part { return a.record.Parts }

// complete tells whether the run of a part is whole. One that cannot be read is not: running it says why.
func (a *Article) complete(p claims.Part) bool {
	folder, err := p.Run(a.Folder)
	if err != nil || folder == "" {
		return false
	}
	run, err := results.ReadRun(folder)
	return err == nil && run.Status == results.Complete
}

// Run runs what is left and returns the suite's folder, which is there even when the error is not nil. A run that fails
// leaves its claims undecided and does not stop the others; the error says in the end which have failed, and Resume tries them
// again. Where no run has a pair that can be judged it is harness.ErrNoValidPair. When ctx is done, the run under way keeps
// what it has, no other begins, and the error is its cause.
func (a *Article) Run(ctx context.Context) (folder string, err error) {
	if err := a.preflight(); err != nil {
		return a.Folder, err
	}
	if err := a.Suite.Run(ctx); err != nil {
		return a.Folder, err
	}
	return a.Folder, a.ended()
}

// preflight looks for what would end the runs that are left one by one.
func (a *Article) preflight() error {
	for _, i := range a.Pending() {
		p := a.record.Parts[i]
		o, err := a.layout.options(p, a.Options, filepath.Join(a.Options.Out, p.Name))
		if err == nil {
			err = o.Preflight()
		}
		if err != nil {
			return fmt.Errorf("%s: %w", p.Scenario, err)
		}
	}
	return nil
}

// begin finds out about the Go in use, and writes down what the runs are to settle.
func (a *Article) begin(folder string, started time.Time) error {
	a.record.Started, a.record.Probes = started, probes()
	return a.record.Write(folder)
}

// runPart makes the run of a part, and books why it is not whole. Only what concerns all parts is an error: that nothing
// can be written down.
func (a *Article) runPart(ctx context.Context, i int, at suite.Progress) error {
	p := a.record.Parts[i]
	watch := a.Observer.Began(p, at)
	folder, err := a.carryOut(ctx, p, watch)
	a.Observer.Ended(p, folder, err)
	failed := ""
	if err != nil && ctx.Err() == nil && !errors.Is(err, harness.ErrNoValidPair) { // an interruption is no failure, and the run itself tells of its pairs
		failed = err.Error()
	}
	a.record.Parts[i].Failed = failed
	return a.record.Write(a.Folder)
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
	run, err := p.Run(a.Folder)
	if err != nil || run == "" {
		return false
	}
	s, err := summary.Compute(run)
	return err == nil && slices.ContainsFunc(s.Fixes, func(f summary.Fix) bool { return f.Pairs.Valid > 0 })
}

// carryOut begins the run of a part, or goes on with it.
func (a *Article) carryOut(ctx context.Context, p claims.Part, watch harness.Observer) (string, error) {
	begun, err := p.Run(a.Folder)
	if err != nil {
		return "", err
	}
	if begun == "" {
		o, err := a.layout.options(p, a.Options, filepath.Join(a.Folder, claims.RunsDir, p.Name))
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
