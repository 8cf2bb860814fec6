package harness

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"aftershock/internal/clock"
	"aftershock/results"
)

// LoadSpec is a load that a run measures before its first trial: the workload's setting that says how much a batch has
// to do, its bounds, and the share of the machine that the batches of the slowest arm may take.
type LoadSpec struct {
	Setting string  `json:"setting"`
	Least   int     `json:"least"`
	Most    int     `json:"most"`
	Share   float64 `json:"share"`
}

// lookFor is the least time over which pilots are spread: a host may alternate between two speeds.
const lookFor = 20 * time.Second

// checkSetLoad refuses a load that cannot be measured, and one that is given where none can be set.
func (o Options) checkSetLoad() error {
	spec := o.Scenario.Load
	switch {
	case spec == nil && o.Load != 0:
		return fmt.Errorf("--load is %d, and the load of scenario %s is fixed: it has no section \"load\"", o.Load,
			o.Scenario.Name)
	case spec == nil:
		return nil
	case o.Load < 0:
		return fmt.Errorf("--load is %d (allowed: 1 or more)", o.Load)
	case o.Scenario.Phases.Capacity == 0:
		return errors.New("a load is measured in the closed loop, and the scenario's phases have no capacity")
	}
	return nil
}

// Pilots is the number of trials that a run of these fixes makes to measure its load and throws away: one of each arm
// that may be the slowest, and more until they cover some time.
func (s Scenario) Pilots(fixes []Fix) int {
	if s.Load == nil {
		return 0
	}
	enough := int((lookFor + s.TrialTime() - 1) / max(1, s.TrialTime()))
	return max(enough, len(pilotArms(groupsOf(fixes))))
}

// pilotArm is an arm that is looked at.
type pilotArm struct {
	group group
	arm   results.Arm
}

// pilotArms are the before arms, which have the defects, and both arms of an instrument and of two builds, whose after
// arm may be the slow one.
func pilotArms(groups []group) (all []pilotArm) {
	for _, g := range groups {
		for _, a := range g.Arms {
			fix, side := g.of(a.Name)
			if side == results.Before || fix.Instrument || fix.Workload(side).Describe().Worker != "" {
				all = append(all, pilotArm{g, a.Name})
			}
		}
	}
	return all
}

// setLoad sets the workload's load: what was asked for, or what pilots show to be right. All trials have the same load.
// A resumed run has its own already.
func (r *runner) setLoad(ctx context.Context) error {
	spec := r.Scenario.Load
	if spec == nil || r.partial != nil {
		return nil
	}
	load := results.Load{Setting: spec.Setting, Value: r.Load, Least: spec.Least, Most: spec.Most, Share: spec.Share,
		Given: r.Load > 0}
	if !load.Given {
		var err error
		if load.Looks, err = r.look(ctx, *spec); err != nil {
			return err
		}
		rate := r.Scenario.stream(r.described().Primary()).Rate
		load.Value, load.Expected, load.Slowest = loadFor(*spec, load.Looks, rate, r.cpus())
		r.run.Command = r.Command.Load(load.Value)
	}
	r.Scenario, r.run.Load = r.Scenario.withLoad(load.Value), &load
	r.watch.Loaded(load)
	var err error
	r.run.Scenario, err = json.Marshal(r.Scenario)
	return err
}

// withLoad is the scenario with that load.
func (s Scenario) withLoad(value int) Scenario {
	s.Workload = maps.Clone(s.Workload)
	s.Workload[s.Load.Setting] = value
	return s
}

// cpus are those that this process may use at a time.
func (r *runner) cpus() float64 { return float64(max(1, r.run.Environment.GOMAXPROCS)) }

// workerCPUs are those that a worker may use at a time: with --pin its cores.
func (r *runner) workerCPUs() float64 {
	if n := len(r.cores.worker); n > 0 {
		return float64(n)
	}
	return r.cpus()
}

// Middle is the load in the middle of the bounds on a logarithmic scale.
func (s LoadSpec) Middle() int { return int(math.Round(math.Sqrt(float64(s.Least) * float64(s.Most)))) }

// look runs pilots with the load in the middle of the bounds, and returns what a batch cost in their closed-loop
// windows.
func (r *runner) look(ctx context.Context, spec LoadSpec) (looks []results.LoadLook, err error) {
	at := spec.Middle()
	arms, began := pilotArms(r.groups), clock.Now()
	for i := 0; i < len(arms) || clock.Now().Sub(began) < lookFor && i < 3*len(arms)+3; i++ {
		arm := arms[i%len(arms)]
		seen, err := r.pilot(ctx, arm, at)
		if err != nil && ctx.Err() == nil && i < len(arms) { // one that shows nothing is tried once more
			seen, err = r.pilot(ctx, arm, at)
		}
		switch {
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case err != nil && i < len(arms):
			return nil, fmt.Errorf("the load could not be measured: pilot of %s: %w", arm.arm, err)
		}
		looks = append(looks, seen...)
	}
	return looks, nil
}

// pilot runs one trial and throws it away, but for what a batch cost.
func (r *runner) pilot(ctx context.Context, arm pilotArm, at int) (looks []results.LoadLook, err error) {
	folder := filepath.Join(r.folder, results.PilotDir)
	if err := os.Mkdir(folder, 0o755); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	a, done, err := r.assign(arm.group, results.Slot{Group: arm.group.Name, Arm: arm.arm}, folder)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, done()) }()
	a.scenario, a.plan, a.profiled = r.Scenario.withLoad(at), r.Plans[0], false
	t := r.newTrial(a)
	r.enterPilot(t)
	if err := t.run(ctx); err != nil {
		return nil, err
	}
	if t.record.Invalid != "" {
		return nil, errors.New(t.record.Invalid)
	}
	for _, c := range t.record.Capacity {
		if n := c.Complete + c.Incomplete; n > 0 && c.CPU > 0 && c.TableOperations == 0 {
			looks = append(looks, results.LoadLook{
				Group: arm.group.Name, Arm: arm.arm, Window: c.Name, At: at, Cost: c.CPU / time.Duration(n),
				Busy: busy(c, a.workerCPUs),
			})
		}
	}
	if len(looks) == 0 {
		return nil, errors.New("no batch was made in its closed-loop windows")
	}
	return looks, nil
}

// atWork is how much of its processors a closed loop has to use, so that its batches are what took the time. Below it
// the loop mostly waited, and all that the process does besides would be put down to the few batches that were made.
const atWork = 0.5

// busy is the part of its processors that the process used in a closed-loop window.
func busy(c results.Capacity, cpus float64) float64 {
	if c.Window <= 0 {
		return 0
	}
	return c.CPU.Seconds() / c.Window.Seconds() / cpus
}

// loadFor returns the largest load at which the slowest look takes no more than the share, within the bounds and
// rounded down to two digits, and the share to expect then. It assumes that the cost of a batch grows in proportion.
// Looks at loops that mostly waited count only where there are no others.
func loadFor(spec LoadSpec, looks []results.LoadLook, rate, cpus float64) (
	value int, expected float64, slowest results.Arm,
) {
	waited := func(l results.LoadLook) bool { return l.Busy < atWork }
	if told := slices.DeleteFunc(slices.Clone(looks), waited); len(told) > 0 {
		looks = told
	}
	worst := 0.0 // share of the machine for each unit of load
	for _, l := range looks {
		if each := rate * l.Cost.Seconds() / cpus / float64(l.At); each > worst {
			worst, slowest = each, l.Arm
		}
	}
	value = spec.Most
	if worst > 0 {
		value = int(min(float64(spec.Most), spec.Share/worst))
	}
	value = min(max(twoDigits(value), spec.Least), spec.Most)
	return value, worst * float64(value), slowest
}

// twoDigits rounds down to two digits, so that a machine that is as fast as yesterday mostly gets yesterday's load.
func twoDigits(v int) int {
	unit := 1
	for v/unit >= 100 {
		unit *= 10
	}
	return v / unit * unit
}

// shareOf is the part of the machine that the open loop's batches take at the cost of those in a closed-loop window:
// that under the trigger, or else the calm one, of those in which the worker was at work on its processors if there is
// one. It is 0 where neither tells, and where the closed loop makes no batches.
func shareOf(capacity []results.Capacity, rate, cpus, workerCPUs float64) float64 {
	var share, atWorkShare float64
	for _, c := range capacity {
		n := c.Complete + c.Incomplete
		if n == 0 || c.TableOperations > 0 {
			continue
		}
		of := rate * c.CPU.Seconds() / float64(n) / cpus
		if c.Name == results.CapacityTrigger || share == 0 {
			share = of
		}
		if busy(c, workerCPUs) >= atWork && (c.Name == results.CapacityTrigger || atWorkShare == 0) {
			atWorkShare = of
		}
	}
	return cmp.Or(atWorkShare, share)
}
