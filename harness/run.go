// Package harness runs scenarios: blocks of trials, one of each different arm, each on a new cluster, under one plan a
// block.
//
// It is the only orchestrator. It leaves what it measures in files; other packages say what the figures mean.
package harness

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"aftershock/harness/noise"
	"aftershock/internal/clock"
	"aftershock/results"
	"aftershock/results/manifest"
)

// Run runs all blocks of all fixes and returns the run's folder, which exists even when the error is not nil. When ctx
// is done, the current trial heals and ends, and the measured trials are kept and marked partial.
func Run(ctx context.Context, o Options, watch Observer) (folder string, err error) {
	if err := errors.Join(o.Check(), o.checkFound()); err != nil {
		return "", err
	}
	defer liftMemoryLimit()()
	found, err := o.Survey(ctx)
	if err != nil {
		return "", err
	}
	if err := o.Preflight(); err != nil {
		return "", err
	}
	letGo, err := o.claim(ctx, found)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, letGo()) }()
	r := &runner{
		Options: o, watch: watch, groups: groupsOf(o.Fixes), past: map[attemptOf]results.Trial{},
		used: map[string]time.Duration{}, tally: map[string]tally{},
	}
	if err := r.open(); err != nil {
		return "", err
	}
	unlock, err := Lock(r.folder)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	r.attach(found)
	if o.Patience != nil {
		r.calm.Patience = *o.Patience
	}
	if o.Look != nil {
		r.run.Looks = append(r.run.Looks, *o.Look)
	}
	release, err := r.keepToCores()
	if err != nil {
		return r.folder, errors.Join(err, r.close(err))
	}
	defer func() { err = errors.Join(err, release()) }()
	if err := r.makeDataRoot(); err != nil {
		return r.folder, errors.Join(err, r.close(err))
	}
	defer func() { err = errors.Join(err, r.root.Close()) }()
	if err := r.begun(); err != nil {
		return r.folder, err
	}
	watch.Started(r.folder, r.run, r.status)
	if err := r.setLoad(ctx); err != nil {
		return r.folder, errors.Join(err, r.close(err))
	}
	if err := r.writeDown(); err != nil {
		return r.folder, errors.Join(err, r.close(err))
	}
	defer func() { err = errors.Join(err, r.manifest.Close()) }()
	if err := r.save(); err != nil {
		return r.folder, err
	}
	for i, g := range r.groups {
		if err = r.runGroup(ctx, g, r.share(i)); err != nil {
			break
		}
		for _, f := range g.fixes {
			watch.FixDone(f.Name)
		}
	}
	return r.folder, errors.Join(err, r.close(err))
}

// makeDataRoot makes the folder for the members' data, if the run has members, and for what a target leaves.
func (r *runner) makeDataRoot() (err error) {
	shape := r.Scenario.Cluster
	if shape.Members == 0 && r.Scenario.Target == nil || r.Runtime.External != nil {
		r.root = &dataRoot{}
		return nil
	}
	if r.root, err = newDataRoot(cmp.Or(shape.Data, Disk), shape.Members); err != nil {
		return err
	}
	if shape.Members == 0 {
		return nil
	}
	r.run.DataRoot = shape.Data + " (" + filepath.Dir(r.root.Path) + ")"
	return nil
}

// runner is a run in progress.
type runner struct {
	Options
	watch  Observer
	groups []group
	folder string
	root   *dataRoot
	run    results.Run
	past   map[attemptOf]results.Trial // what earlier starts left
	cores  cores

	manifest *manifest.Writer
	digests  map[int]string // of the plans, by the blocks' numbers

	calm     noise.Calm
	lastLook noise.Reading // at the machine, at the end of the last trial since this start
	starts   starts

	mu      sync.Mutex
	waiting bool                     // for a calm machine
	tally   map[string]tally         // of the blocks of each group
	used    map[string]time.Duration // by the trials of each group, and by waiting for them
	current *trial
	trials  int // that have begun
	planned int // with those that are to be run again
	valid   int // pairs of all fixes that can be judged
}

// open makes the run's folder, or opens the one of the run that is resumed.
func (r *runner) open() error {
	for _, g := range r.groups {
		r.planned += len(g.Arms) * len(r.Plans)
	}
	if r.partial != nil {
		r.folder, r.run = r.partial.folder, r.partial.run
		return nil
	}
	return r.begin()
}

// begin makes a new run's folder, and collects what is known of the run before the first trial.
func (r *runner) begin() error {
	started := time.Now().UTC()
	var err error
	if r.run, err = r.Declare(); err != nil {
		return err
	}
	r.run.Started, r.run.Environment, r.run.Load = started, Environment(), nil
	r.run.Environment.Etcd = r.etcd(r.run.Environment.Etcd)
	if r.folder, r.run.ID, err = r.makeFolder(started); err != nil {
		return err
	}
	return r.keepRegistration()
}

// writeDown writes what is known before the first trial, or reads what an earlier start left.
func (r *runner) writeDown() error {
	if r.partial != nil {
		return r.recallAll()
	}
	text := r.PlanText()
	r.digests = manifest.PlanDigests(text)
	err := results.WriteFile(filepath.Join(r.folder, results.PlanFile), text)
	if err == nil {
		r.manifest, err = manifest.Create(r.folder, r.run)
	}
	return err
}

// begun writes what a new run's folder is about, before its load is known.
func (r *runner) begun() error {
	if r.partial != nil {
		return nil
	}
	return results.WriteJSON(filepath.Join(r.folder, results.RunFile), r.run)
}

// save writes run.json, and its changes into the manifest. A run that has not begun its first trial has no manifest.
func (r *runner) save() error {
	if r.manifest == nil {
		return r.begun()
	}
	return r.manifest.Run(r.run)
}

// close writes how the run ended.
func (r *runner) close(failure error) error {
	r.run.Ended, r.run.Status, r.run.Waited = time.Now().UTC(), results.Complete, r.calm.Waited
	if failure != nil {
		// The folder's own path may contain a user's name.
		r.run.Status = results.Partial
		r.run.Why = strings.ReplaceAll(failure.Error(), r.folder+string(filepath.Separator), "")
	}
	err := r.save()
	if failure == nil && r.valid == 0 {
		err = errors.Join(err, ErrNoValidPair)
	}
	return err
}

// enter makes a trial the current one.
func (r *runner) enter(t *trial) {
	t.live.opened(clock.Now())
	r.mu.Lock()
	defer r.mu.Unlock()
	r.current = t
	r.trials++
}

// enterPilot makes a pilot the current trial. Pilots are not counted.
func (r *runner) enterPilot(t *trial) {
	t.live.opened(clock.Now())
	r.mu.Lock()
	defer r.mu.Unlock()
	r.current = t
}

// recount counts the trials that an earlier start of the run has begun.
func (r *runner) recount(begun, planned int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.trials, r.planned = begun, planned
}

func (r *runner) replan(trials int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.planned += trials
}

// status says what the run is doing now.
func (r *runner) status() Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := Status{Trial: r.trials, Trials: max(r.planned, r.trials), Members: r.Scenario.Cluster.Members}
	s.Waiting = r.waiting
	for _, t := range r.tally {
		s.Judged, s.Disturbed = s.Judged+t.judged, s.Disturbed+t.disturbed
	}
	now := clock.Now()
	s.Left = r.left(now)
	if r.current == nil {
		return s
	}
	s.Slot, s.Attempt = r.current.slot, r.current.attempt
	r.current.live.describe(&s, r.Scenario.Phases, now)
	return s
}
