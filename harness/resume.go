package harness

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/internal/regular"
	"aftershock/results"
	"aftershock/results/manifest"

	"golang.org/x/sys/unix"
)

// partial is an interrupted run that is being resumed.
type partial struct {
	folder string
	run    results.Run
}

// Resume returns the options with which Run resumes a partial run: its own scenario, plans, order and seed. The
// caller sets Enough and Calibration. Run refuses a run that is still going on.
//
// It refuses a complete run, a run of another machine or binary, and one whose files, its scenario and plans among
// them, are not as the run left them: trials of two kinds are not one run.
func Resume(folder string, r Registry) (Options, error) {
	run, err := results.ReadRun(folder)
	if err != nil {
		return Options{}, err
	}
	if run.Status == results.Complete {
		return Options{}, fmt.Errorf("%s is complete: there is nothing to resume", folder)
	}
	if len(run.Endpoints) > 0 {
		return Options{}, fmt.Errorf("%s measures outages alone, which takes little time: start aftershock outage "+
			"anew", folder)
	}
	if _, err := os.Stat(filepath.Join(folder, manifest.File)); errors.Is(err, os.ErrNotExist) && !begun(folder) {
		return Options{}, fmt.Errorf("%s was interrupted before its first trial: start a new run", folder)
	}
	if err := errors.Join(unaltered(folder, run), SameMachine(run.Environment, Environment())); err != nil {
		return Options{}, fmt.Errorf("%s cannot be resumed: %w", folder, err)
	}
	o := Options{
		Seed: run.Seed, Out: filepath.Dir(folder), Command: run.Command, Quick: run.Quick, NotRun: run.NotRun,
		Stop: run.Stop, Patience: run.Patience, Pin: run.Pinning != nil, Profile: run.Profiled,
		partial: &partial{folder, run},
	}
	if err := json.Unmarshal(run.Scenario, &o.Scenario); err != nil {
		return Options{}, fmt.Errorf("%s: the scenario: %w", filepath.Join(folder, results.RunFile), err)
	}
	if o.Scenario.Hidden {
		return Options{}, fmt.Errorf("%s cannot be resumed: its scenario had secrets, which no run keeps: start a new "+
			"run, or give them by target.variables", folder)
	}
	file := filepath.Join(folder, results.PlanFile)
	text, err := regular.Read(file)
	if err != nil {
		return Options{}, err
	}
	if o.Plans, err = plan.Parse(file, string(text), faults.Rules()); err != nil {
		return Options{}, err
	}
	if plan.Digest(o.Plans) != run.PlanDigest {
		return Options{}, fmt.Errorf("%s is not what the run was begun with: its digest is %.12s, and %s says %.12s",
			file, plan.Digest(o.Plans), results.RunFile, run.PlanDigest)
	}
	for _, f := range run.Fixes {
		fix, err := r.find(o.Scenario.Target, f.Name)
		if err != nil {
			return Options{}, err
		}
		o.Fixes = append(o.Fixes, o.Scenario.Ask(fix))
	}
	if err := sameOrder(run, o); err != nil {
		return Options{}, fmt.Errorf("%s: %w", filepath.Join(folder, results.RunFile), err)
	}
	for _, runtime := range Runtimes() {
		if runtime.Name == run.Cluster || run.Cluster == results.NoCluster {
			o.Runtime = runtime
			return o, nil
		}
	}
	return Options{}, fmt.Errorf("%s: unknown runtime %q", filepath.Join(folder, results.RunFile), run.Cluster)
}

// unaltered refuses a run whose files are not as an earlier start left them: new trials would be compared with other
// conditions than they had.
func unaltered(folder string, run results.Run) error {
	check := manifest.Open(folder, run)
	if check.Unchecked {
		return fmt.Errorf("it is of schema %d, which has no manifest", run.Schema)
	}
	damage := check.Damage
	for _, trial := range check.Recorded() {
		more, _ := check.Trial(trial)
		damage = append(damage, more...)
	}
	var all []string
	for _, d := range damage {
		all = append(all, d.File+": "+d.What)
	}
	if len(all) == 0 {
		return nil
	}
	return fmt.Errorf("it is damaged: %s", strings.Join(all, "; "))
}

// sameOrder refuses a run whose groups or order this program would have planned differently.
func sameOrder(run results.Run, o Options) error {
	var groups []results.Group
	for _, g := range groupsOf(o.Fixes) {
		groups = append(groups, g.Group)
	}
	if !reflect.DeepEqual(run.Groups, groups) {
		return errors.New("the groups are not those of its fixes")
	}
	if !slices.Equal(run.Order, Order(groups, len(o.Plans), run.Seed)) {
		return errors.New("the order is not that of its seed, fixes and plans")
	}
	return nil
}

// begun tells whether a run has begun a trial.
func begun(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, results.TrialsDir))
	return err == nil
}

// SameMachine compares what must not change within a run, field by field, so that the error says what has: trials of
// two machines, or of two binaries, are not one run.
func SameMachine(was, is results.Environment) error {
	var differ []string
	for _, f := range []struct {
		name    string
		was, is any
	}{
		{"machine", short(was.Host), short(is.Host)},
		{"binary", short(was.Binary), short(is.Binary)},
		{"CPU", was.CPU, is.CPU},
		{"cores", was.Cores, is.Cores},
		{"kernel", was.Kernel, is.Kernel},
		{"GOMAXPROCS", was.GOMAXPROCS, is.GOMAXPROCS},
		{"environment", strings.Join(was.Variables, " "), strings.Join(is.Variables, " ")},
	} {
		if f.was != f.is {
			differ = append(differ, fmt.Sprintf("%s was %v and is %v", f.name, f.was, f.is))
		}
	}
	if len(differ) == 0 {
		return nil
	}
	return fmt.Errorf("that needs the same machine and the same binary: %s", strings.Join(differ, "; "))
}

func short(digest string) string { return digest[:min(12, len(digest))] }

// recallAll continues a partial run where it was interrupted. It reads the run once more, now that no other process
// can write to it.
func (r *runner) recallAll() error {
	run, err := results.ReadRun(r.folder)
	if err != nil {
		return err
	}
	if run.Status == results.Complete || len(run.Resumed) != len(r.run.Resumed) {
		return fmt.Errorf("%s was resumed by another process meanwhile", r.folder)
	}
	text, err := regular.Read(filepath.Join(r.folder, results.PlanFile))
	if err != nil {
		return err
	}
	r.digests = manifest.PlanDigests(text)
	if r.manifest, err = manifest.Continue(r.folder); err != nil {
		return err
	}
	if r.Calibration != nil {
		r.run.Calibration = r.Calibration
	}
	for _, slot := range r.run.Order {
		if err := r.recall(slot); err != nil {
			return errors.Join(err, r.manifest.Close())
		}
	}
	r.recount(r.trials, r.trials+r.untried())
	r.run.Resumed = append(r.run.Resumed, time.Now().UTC())
	r.run.Status, r.run.Why, r.run.Ended = results.Running, "", time.Time{}
	return nil
}

// attemptOf is a trial's folder: each attempt at a slot has its own.
type attemptOf struct {
	slot    results.Slot
	attempt int
}

// recall finds what earlier starts left of a slot. A trial that has begun and has not finished was interrupted.
func (r *runner) recall(slot results.Slot) error {
	for attempt := range r.mostAttempts() + 1 {
		place := results.TrialDir(slot, attempt)
		if !r.manifest.Begun(place) {
			continue
		}
		t := results.Trial{Group: slot.Group, Interrupted: true}
		if _, through := r.manifest.Through(place); through {
			var err error
			if t, err = results.ReadTrial(filepath.Join(r.folder, place)); err != nil {
				return err
			}
		}
		r.past[attemptOf{slot, attempt}] = t
		r.recount(max(r.trials, t.Position+1), r.planned)
		r.spend(t)
		r.calm.Waited += t.Machine.Waited
	}
	return nil
}

// mostAttempts bounds the search for attempts: the reserve, and one for each interruption of the run.
func (r *runner) mostAttempts() int { return r.Scenario.Budget.Reserve + len(r.run.Resumed) + 1 }

// settled looks for the attempt at a block that earlier starts have finished, from the given one on. It skips
// interrupted attempts. If there is none, it returns the number of the next attempt.
func (r *runner) settled(g group, block, attempt int) (next int, done try, ok bool) {
	for ; ; attempt++ {
		trials, cut := r.recalled(g, block, attempt)
		done = tryOf(trials)
		switch {
		case len(trials) == 0:
			return attempt, try{}, false
		case !cut && (done.spoiled || len(trials) == len(g.Arms)):
			r.judged(g, trials)
			return attempt, done, true
		}
	}
}

// recalled returns the trials of an attempt that earlier starts left, and whether one of them was interrupted.
func (r *runner) recalled(g group, block, attempt int) (trials []results.Trial, cut bool) {
	for _, a := range g.Arms {
		if t, ok := r.past[attemptOf{results.Slot{Group: g.Name, Block: block, Arm: a.Name}, attempt}]; ok {
			trials, cut = append(trials, t), cut || t.Interrupted
		}
	}
	return trials, cut
}

// Lock locks a folder of results for this process: two must never write to one folder. unlock, or the end of the
// process, releases it.
func Lock(path string) (unlock func() error, err error) {
	folder, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(folder.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("%s is being written to by another process", path), folder.Close())
	}
	return folder.Close, nil
}
