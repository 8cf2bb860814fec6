// Package harness runs scenarios: pairs of trials of a fix's two arms, each on a new cluster, under one plan a pair.
//
// It is the only orchestrator. What it measures it leaves in files; what the figures mean is for others to say.
package harness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"aftershock/chaos/plan"
	"aftershock/internal/clock"
	"aftershock/results"
)

// Options say what to run.
type Options struct {
	Scenario Scenario
	Fixes    []Fix
	Plans    []plan.Plan // one a pair
	Seed     uint64
	Out      string // the folder that gets the run's folder
	Runtime  Runtime
	Command  []string // repeats the run
	Quick    bool
	NotRun   []string // fixes of the scenario that are left out
}

// Observer is told how a run goes on. Its methods are called by one goroutine; status may be called by any.
type Observer interface {
	Started(folder string, run results.Run, status func() Status)
	TrialDone(results.Trial)
	FixDone(fix string)
}

// ErrNoValidPair is returned by Run when no fix has a pair that can be judged.
var ErrNoValidPair = errors.New("no valid pair remains: each trial.json says why its trial is invalid")

// Run runs all pairs of all fixes and returns the run's folder, which is there even when the error is not nil. When ctx
// is done, the trial under way heals and ends, and what was measured is kept and marked partial.
func Run(ctx context.Context, o Options, watch Observer) (folder string, err error) {
	if err := o.Check(); err != nil {
		return "", err
	}
	r := &runner{Options: o, watch: watch}
	if err := r.open(); err != nil {
		return "", err
	}
	root, err := newDataRoot(o.Scenario.Cluster.Data, o.Scenario.Cluster.Members)
	if err != nil {
		return r.folder, errors.Join(err, r.close(err))
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	r.root = root
	r.run.DataRoot = o.Scenario.Cluster.Data + " (" + filepath.Dir(root.Path) + ")"
	if err := r.save(); err != nil {
		return r.folder, err
	}
	watch.Started(r.folder, r.run, r.status)
	for _, fix := range o.Fixes {
		if err = r.runFix(ctx, fix); err != nil {
			break
		}
		watch.FixDone(fix.Name)
	}
	return r.folder, errors.Join(err, r.close(err))
}

// runner is a run under way.
type runner struct {
	Options
	watch  Observer
	folder string
	root   *dataRoot
	run    results.Run

	mu      sync.Mutex
	current *trial
	trials  int // that have begun
	planned int // with those that are to be run again
	valid   int // pairs of all fixes that can be judged
}

// open makes the run's folder and writes what is known before the first trial.
func (r *runner) open() error {
	started := time.Now().UTC()
	resolved, err := json.Marshal(r.Scenario)
	if err != nil {
		return err
	}
	r.planned = 2 * len(r.Fixes) * len(r.Plans)
	r.run = results.Run{
		Schema: results.Schema, Status: results.Running, Started: started, Command: r.Command,
		Name: r.Scenario.Name, Scenario: resolved, Seed: r.Seed, Pairs: len(r.Plans), Reserve: r.Scenario.Budget.Reserve,
		Margin: r.Scenario.Margin, Quick: r.Quick, NotRun: r.NotRun, PlanDigest: plan.Digest(r.Plans),
		TrialTime: r.Scenario.TrialTime(), Cluster: r.Runtime.Name, Environment: Environment(),
	}
	var names []string
	for _, f := range r.Fixes {
		r.run.Fixes = append(r.run.Fixes, f.Fix)
		names = append(names, f.Name)
	}
	r.run.Order = Order(names, len(r.Plans), r.Seed)
	if r.folder, r.run.ID, err = makeRunFolder(r.Out, results.NewID(started, r.Scenario.Name, r.Seed)); err != nil {
		return err
	}
	return errors.Join(
		results.WriteFile(filepath.Join(r.folder, results.PlanFile), []byte(plan.Format(r.Plans))), r.save())
}

// makeRunFolder makes a folder of that name; two runs that begin in the same second get two.
func makeRunFolder(out, id string) (folder, name string, err error) {
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

func (r *runner) save() error {
	return results.WriteJSON(filepath.Join(r.folder, results.RunFile), r.run)
}

// close writes how the run ended.
func (r *runner) close(failure error) error {
	r.run.Ended, r.run.Status = time.Now().UTC(), results.Complete
	if failure != nil {
		r.run.Status, r.run.Why = results.Partial, failure.Error()
	}
	err := r.save()
	if failure == nil && r.valid == 0 {
		err = errors.Join(err, ErrNoValidPair)
	}
	return err
}

// runFix runs a fix's pairs in the planned order, and then those that have an invalid trial once more, with the same
// plan, as far as the reserve goes. The planned order never changes by what happened.
func (r *runner) runFix(ctx context.Context, fix Fix) error {
	var pairs [][2]results.Slot
	for i := 0; i < len(r.run.Order); i += 2 {
		if r.run.Order[i].Fix == fix.Name {
			pairs = append(pairs, [2]results.Slot{r.run.Order[i], r.run.Order[i+1]})
		}
	}
	attempts := map[int]int{}
	for i := 0; i < len(pairs); i++ {
		pair := pairs[i]
		number := pair[0].Pair
		ok, err := r.runPair(ctx, fix, pair, attempts[number])
		if err != nil {
			return err
		}
		if ok {
			r.valid++
			continue
		}
		if len(pairs) < len(r.Plans)+r.Scenario.Budget.Reserve {
			attempts[number]++
			pairs = append(pairs, pair)
			r.replan(+2)
		}
	}
	return nil
}

// runPair runs both trials of a pair, unless the first is already invalid: the second could not be used.
func (r *runner) runPair(ctx context.Context, fix Fix, pair [2]results.Slot, attempt int) (ok bool, err error) {
	for i, slot := range pair {
		valid, err := r.runTrial(ctx, fix, slot, attempt)
		if err != nil {
			return false, err
		}
		if !valid {
			r.replan(i - 1)
			return false, nil
		}
	}
	return true, nil
}

func (r *runner) runTrial(ctx context.Context, fix Fix, slot results.Slot, attempt int) (valid bool, err error) {
	folder := filepath.Join(r.folder, results.TrialDir(slot, attempt))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return false, err
	}
	data, err := r.root.Trial()
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(data)) }()
	t := &trial{
		scenario: r.Scenario, boot: r.Runtime.Boot, fix: fix, plan: r.Plans[slot.Pair-1], folder: folder, data: data,
		record: results.Trial{Fix: slot.Fix, Pair: slot.Pair, Arm: slot.Arm, Attempt: attempt, Position: r.trials},
	}
	r.begin(t)
	if err := t.run(ctx); err != nil {
		return false, fmt.Errorf("trial %s: %w", results.TrialDir(slot, attempt), err)
	}
	if err := ctx.Err(); err != nil {
		return false, context.Cause(ctx)
	}
	r.watch.TrialDone(t.record)
	return t.record.Invalid == "", nil
}

func (r *runner) begin(t *trial) {
	t.live.opened(clock.Now())
	r.mu.Lock()
	defer r.mu.Unlock()
	r.current = t
	r.trials++
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
	s := Status{Trial: r.trials, Trials: r.planned}
	if r.current == nil {
		return s
	}
	now := clock.Now()
	s.Slot = results.Slot{Fix: r.current.record.Fix, Pair: r.current.record.Pair, Arm: r.current.record.Arm}
	s.Attempt = r.current.record.Attempt
	r.current.live.describe(&s, r.Scenario.Phases, now)
	length := r.Scenario.TrialTime()
	s.Left = max(0, length-r.current.live.elapsed(now)) + time.Duration(r.planned-r.trials)*length
	return s
}
