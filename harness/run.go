// Package harness runs scenarios: blocks of trials, one of each different arm, each on a new cluster, under one plan a block.
//
// It is the only orchestrator. It leaves what it measures in files; other packages say what the figures mean.
package harness

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"aftershock/chaos/plan"
	"aftershock/harness/noise"
	"aftershock/internal/clock"
	"aftershock/results"
	"aftershock/results/manifest"
)

// Run runs all blocks of all fixes and returns the run's folder, which exists even when the error is not nil. When ctx
// is done, the current trial heals and ends, and the measured trials are kept and marked partial.
func Run(ctx context.Context, o Options, watch Observer) (folder string, err error) {
	if err := o.Check(); err != nil {
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
	r := &runner{Options: o, watch: watch, groups: groupsOf(o.Fixes), past: map[attemptOf]results.Trial{}, used: map[string]time.Duration{}, tally: map[string]tally{}}
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
	resolved, err := json.Marshal(r.Scenario)
	if err != nil {
		return err
	}
	r.run = results.Run{
		Schema: results.Schema, Status: results.Running, Started: started, Command: r.Command,
		Name: r.Scenario.Name, Scenario: resolved, Seed: r.Seed, Pairs: len(r.Plans), Reserve: r.Scenario.Budget.Reserve,
		Margin: r.Scenario.Margin, Quick: r.Quick, NotRun: r.NotRun, PlanDigest: plan.Digest(r.Plans),
		TrialTime: r.Scenario.TrialTime(), Cluster: r.runtimeName(), Environment: Environment(),
		Stop: r.Stop, Patience: r.Patience, Profiled: r.Profile, Calibration: r.Calibration,
	}
	r.describe()
	if r.folder, r.run.ID, err = MakeRunFolder(r.Out, results.NewID(started, r.Scenario.Name, r.Seed)); err != nil {
		return err
	}
	return nil
}

// describe records the fixes with their groups, in the given order, and the order of trials.
func (r *runner) describe() {
	for _, f := range r.Fixes {
		for _, g := range r.groups {
			if i := place(g.fixes, f); i >= 0 {
				r.run.Fixes = append(r.run.Fixes, g.fixes[i].Fix)
			}
		}
	}
	for _, g := range r.groups {
		r.run.Groups = append(r.run.Groups, g.Group)
	}
	r.run.Order = Order(r.run.Groups, len(r.Plans), r.Seed)
}

// writeDown writes what is known before the first trial, or reads what an earlier start left.
func (r *runner) writeDown() error {
	if r.partial != nil {
		return r.recallAll()
	}
	text := []byte(plan.Format(r.Plans))
	r.digests = manifest.PlanDigests(text)
	err := results.WriteFile(filepath.Join(r.folder, results.PlanFile), text)
	if err == nil {
		r.manifest, err = manifest.Create(r.folder, r.run)
	}
	return err
}

func (r *runner) runtimeName() string {
	if r.Scenario.Cluster.Members == 0 {
		return results.NoCluster
	}
	return r.Runtime.Name
}

// MakeRunFolder makes the folder id below out, and out itself if needed. If two runs begin in the same second, the
// second gets the folder id.2.
func MakeRunFolder(out, id string) (folder, name string, err error) {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return "", "", err
	}
	for n := 1; n <= 100; n++ {
		name = id
		if n > 1 {
			name = fmt.Sprintf("%s.%d", id, n)
		}
		folder = filepath.Join(out, name)
		if err = os.Mkdir(folder, 0o755); !errors.Is(err, os.ErrExist) {
			return folder, name, err
		}
	}
	return "", "", err
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
	// Field by field: a copy of the record would read what the trial is writing.
	s.Slot = results.Slot{Group: r.current.record.Group, Block: r.current.record.Block, Arm: r.current.record.Arm}
	s.Attempt = r.current.record.Attempt
	r.current.live.describe(&s, r.Scenario.Phases, now)
	return s
}
