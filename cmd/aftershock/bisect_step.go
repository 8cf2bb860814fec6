package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"aftershock/harness"
	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/bisect"
	"aftershock/results/stat"
	"aftershock/results/summary"
	"aftershock/scenarios"
	"aftershock/scenarios/build"
)

// errTimeIsOver is a bisect without time for another step.
var errTimeIsOver = errors.New("the time is over")

// options are those of the run that compares a revision with GOOD.
func (b *bisection) options(number int) (harness.Options, *runFlags, error) {
	f := b.run
	f.cluster, f.out, f.fixes = harness.Runtimes()[0].Name, b.folder, []string{b.log.Fix}
	f.before, f.after = b.log.Revisions[0].Commit, b.log.Revisions[number].Commit
	f.pairs, f.seed, f.budget = b.log.Pairs, b.log.Seed+uint64(len(b.log.Steps)), time.Until(b.ends)
	f.changed = func(flag string) bool { return flag == "pairs" || flag == "budget" }
	o, _, err := f.options(b.log.Scenario)
	return o, &f, err
}

// fits refuses a step that would not end in time.
func (b *bisection) fits(o harness.Options) error {
	need := o.Scenario.WithReserve(harness.Arms(o.Fixes), b.log.Pairs)
	if left := time.Until(b.ends); need > left {
		return fmt.Errorf("%w: a step takes %s, and %s of %s are left (--budget)", errTimeIsOver,
			units.Short(need.Round(time.Second)), units.Short(max(0, left).Round(time.Second)), units.Short(b.budget))
	}
	return nil
}

// twinError is a revision that was built to the same bytes as another one.
type twinError struct{ twin int }

func (e *twinError) Error() string { return "built to the same bytes" }

// step compares a revision with GOOD. An error is one of the whole bisect: that GOOD or BAD cannot be built, or that
// the time is over. What a revision alone cannot do is an outcome of its step.
func (b *bisection) step(ctx context.Context, number int) (bisect.Step, error) {
	step := bisect.Step{Revision: number}
	o, f, err := b.options(number)
	if err == nil {
		err = b.fits(o)
	}
	if err != nil {
		return step, err
	}
	f.built = func(o *harness.Options) error {
		made := scenarios.Built(*o).Built
		step.Program, b.log.Program = made[string(results.After)].Digest, made[string(results.Before)].Digest
		if twin, ok := b.log.Twin(number, step.Program); ok {
			return &twinError{twin}
		}
		return b.fits(*o)
	}
	watch, err := f.watches(b.stderr, b.stderr)
	if err != nil {
		return step, usage(err)
	}
	defer watch.leave()
	folder, err := f.measure(ctx, o, watch, b.stderr)
	var twin *twinError
	switch {
	case ctx.Err() != nil:
		return step, context.Cause(ctx)
	case errors.As(err, &twin):
		step.Outcome, step.Twin = bisect.Same, twin.twin
		step.Why = "as " + build.Short(b.log.Revisions[twin.twin].Commit)
		return step, nil
	case folder == "" && len(b.log.Steps) > 0 && unbuilt(err):
		step.Outcome, step.Why = bisect.Unbuilt, err.Error()
		return step, nil
	case folder == "":
		return step, err
	}
	step.Run, step.Outcome = filepath.Base(folder), bisect.Void
	s, computed := summary.Compute(folder)
	if computed != nil {
		return step, errors.Join(err, computed)
	}
	if err != nil { // a run that has failed measured nothing, which is no failure of the bisect
		step.Why = err.Error()
	} else {
		b.read(&step, s)
	}
	return step, f.writeAll(folder, s)
}

// unbuilt tells whether an error is that of a revision which cannot be built. GOOD, the arm before, could be.
func unbuilt(err error) bool {
	var arm *build.ArmError
	return errors.As(err, &arm) && arm.Arm == string(results.After)
}

// read reads what a step's run has measured.
func (b *bisection) read(step *bisect.Step, s summary.Summary) {
	row, why := b.rowOf(s)
	if why == "" {
		c := row.Comparison()
		step.Measured, why = bisect.Measure(c)
		b.log.Scale, b.log.Unit, b.log.Margin = c.Scale, row.Unit, c.Limit()
	}
	if step.Why = why; why == "" {
		step.Outcome = bisect.Measured
	}
}

// rowOf finds the figure in a summary, or why it cannot be believed.
func (b *bisection) rowOf(s summary.Summary) (row summary.Row, why string) {
	fix, _ := s.Fix(b.log.Fix)
	row, ok := fix.Row(b.log.Figure)
	switch {
	case len(s.Damaged) > 0:
		return row, fmt.Sprintf("damaged: %s: %s", s.Damaged[0].File, s.Damaged[0].What)
	case s.Run.Status != results.Complete:
		return row, fmt.Sprintf("the run is %s: %s", s.Run.Status, s.Run.Why)
	case fix.Verdict == stat.NotExercised:
		return row, fix.Why
	case !ok:
		return row, "no pair has the figure"
	case row.Change == nil:
		return row, row.Note
	case row.Change.Pairs < fix.Pairs.Valid:
		return row, fmt.Sprintf("%d of %s lack the figure in one arm", fix.Pairs.Valid-row.Change.Pairs,
			units.Count(fix.Pairs.Valid, "pair"))
	}
	return row, ""
}
