package nightly

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
	"aftershock/results/trend"
)

var errNoUnit = errors.New("no change")

// Request asks for a run of a scenario, as one of a night.
type Request struct {
	Watch
	Seed  uint64
	Limit time.Duration // that the run may take
}

// Runner runs a request, and gives the run's summary. Fits says why it cannot be run, or not within its limit, before
// anything is started.
type Runner interface {
	Fits(Request) error
	Run(context.Context, Request) (summary.Summary, error)
}

// Night is all of a night, from its start: the first runs, then reruns of what they suspect. What does not fit into the
// time that is left is missed, and so is a scenario whose run fails; the others are measured all the same. It is an
// error when ctx is done, when a run says something that the file contradicts, or when nothing at all was measured.
func (c Config) Night(
	ctx context.Context, r Runner, e results.Environment, now func() time.Time, say func(string),
) (trend.Night, error) {
	n := trend.Night{
		Schema: trend.Schema, Job: c.Name, Started: now().UTC(), Policy: c.Policy, Environment: e, Runs: []trend.Run{},
	}
	step := nightStep{Config: c, night: &n, runner: r, now: now, say: say}
	for _, w := range c.Watch {
		if err := step.first(ctx, w); err != nil {
			return n, err
		}
	}
	if len(n.Runs) == 0 {
		return n, fmt.Errorf("nothing was measured: %s: %s", n.Missed[0].Scenario, n.Missed[0].Why)
	}
	if err := step.confirm(ctx); err != nil {
		return n, err
	}
	n.Ended = now().UTC()
	return n, nil
}

// nightStep is a night under way.
type nightStep struct {
	Config
	night  *trend.Night
	runner Runner
	now    func() time.Time
	say    func(string)
}

func (s nightStep) left() time.Duration { return s.Budget - s.now().Sub(s.night.Started) }

// first runs a scenario for the first time.
func (s nightStep) first(ctx context.Context, w Watch) error {
	request := Request{Watch: w, Seed: s.Seed, Limit: s.left()}
	if err := s.runner.Fits(request); err != nil {
		s.miss(w, err)
		return nil
	}
	s.say("night: " + w.Scenario)
	run, err := s.run(ctx, request)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, errContradiction):
		return err
	case err != nil:
		s.miss(w, err)
		return nil
	}
	s.night.Runs = append(s.night.Runs, run)
	return nil
}

func (s nightStep) miss(w Watch, err error) {
	s.say(fmt.Sprintf("night: %s is missed: %v", w.Scenario, err))
	s.night.Missed = append(s.night.Missed, trend.Missed{Scenario: w.Scenario, Why: err.Error()})
}

// confirm runs again what the first runs suspect: the suspected fixes of each scenario together, under the next seed.
// What cannot be run again stays unconfirmed.
func (s nightStep) confirm(ctx context.Context) error {
	suspects := map[string][]string{} // fixes by scenario
	for _, a := range trend.Suspects(*s.night) {
		suspects[a.Key.Scenario] = append(suspects[a.Key.Scenario], a.Key.Fix)
	}
	for i, r := range slices.Clone(s.night.Runs) {
		if len(suspects[r.Scenario]) == 0 {
			continue
		}
		w := s.watchOf(i)
		w.Fixes = suspects[r.Scenario]
		request := Request{Watch: w, Seed: s.Seed + 1, Limit: s.left()}
		if err := s.runner.Fits(request); err != nil {
			s.say(fmt.Sprintf("night: %s is not run again: %v", w.Scenario, err))
			continue
		}
		s.say(fmt.Sprintf("night: %s again, to confirm a change of %v", w.Scenario, w.Fixes))
		again, err := s.run(ctx, request)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			s.say(fmt.Sprintf("night: the rerun of %s failed: %v", w.Scenario, err))
			continue
		}
		again.Confirms = true
		s.night.Runs = append(s.night.Runs, again)
	}
	return nil
}

// watchOf is what the i-th first run was asked for: runs have the order of the file, less what was missed.
func (s nightStep) watchOf(i int) Watch {
	at := 0
	for _, w := range s.Watch {
		if slices.ContainsFunc(s.night.Missed, func(m trend.Missed) bool { return m.Scenario == w.Scenario }) {
			continue
		}
		if at == i {
			return w
		}
		at++
	}
	return Watch{}
}

// errContradiction is a run whose figures the job's file has no sense for.
var errContradiction = errors.New("the job's file does not fit its scenario")

func (s nightStep) run(ctx context.Context, request Request) (trend.Run, error) {
	sum, err := s.runner.Run(ctx, request)
	if err != nil {
		return trend.Run{}, err
	}
	expect := map[string]float64{}
	for name, e := range request.Expect {
		f, ok := sum.Fix(name)
		if ok && f.Primary.Change != nil && f.Primary.Scale != e.Scale {
			return trend.Run{}, fmt.Errorf("%w: fix %s is judged on the %s scale, and expect gives a %s (allowed: %s)",
				errContradiction, name, f.Primary.Scale, e.Scale, unitOf(f.Primary.Scale))
		}
		expect[name] = e.Difference()
	}
	return trend.Measured(sum, s.Policy, expect)
}

func unitOf(s stat.Scale) string {
	if s == stat.Ratio {
		return "per cent, such as -40%"
	}
	return "points, such as -10pp"
}
