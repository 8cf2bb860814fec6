package harness

import (
	"math/rand/v2"
	"path/filepath"
	"time"

	"aftershock/chaos/plan"
	"aftershock/harness/cluster"
	"aftershock/harness/load"
	"aftershock/results"
	"aftershock/results/ops"
)

// assignment is what one trial is to do: an arm, under a plan, in a folder. Nothing in it changes while the trial runs,
// and all that is known before it follows from it.
type assignment struct {
	slot       results.Slot
	attempt    int
	scenario   Scenario
	runtime    Runtime
	group      group
	plan       plan.Plan
	cores      cores
	profiled   bool
	cpus       float64 // that the run may use at a time
	workerCPUs float64 // that the worker may
	folder     string  // where its files go
	built      string  // the folder of what the arms were built to
	data       string  // where its members' data goes

	endpoints  []string          // the plan's clients that only probe
	operations func([]Operation) // is given them; nil where no one counts
}

// describe is what the trial's own workload says of itself.
func (a assignment) describe() Description {
	fix, side := a.group.of(a.slot.Arm)
	return fix.Workload(side).Describe()
}

// streams are those of the trial, each with its schedule.
func (a assignment) streams() []streamConfig { return streamsOf(a.scenario, a.plan, a.group.primary()) }

// streamsOf gives every stream its schedule. Arrivals come from the plan's seed and pair, so both arms have the same.
// Only the primary stream pauses in the capacity windows: the closed loop makes its operations instead, while all else
// goes on around it.
func streamsOf(scenario Scenario, pl plan.Plan, primary string) []streamConfig {
	rng := rand.New(rand.NewPCG(pl.Seed, uint64(pl.Pair)))
	whole := []load.Window{{From: 0, To: scenario.Phases.Windows().Recovery.To}}
	var streams []streamConfig
	for _, s := range scenario.Streams {
		windows := whole
		if s.Name == primary {
			windows = scenario.Phases.BatchWindows(pl)
		}
		streams = append(streams, streamConfig{Stream: s, Schedule: load.Schedule{
			Rate: s.Rate, Arrival: s.Arrival, Seed: rng.Uint64(), Windows: windows,
		}})
	}
	return streams
}

// workloadSeed comes from the plan's seed and pair as well, in a sequence of its own: a workload that draws more must
// not move the arrivals of any stream.
func (a assignment) workloadSeed() uint64 {
	return rand.NewPCG(a.plan.Seed, ^uint64(a.plan.Pair)).Uint64()
}

func (a assignment) capacityWindows() []capacityConfig {
	var windows []capacityConfig
	phases := a.scenario.Phases
	if phases.Capacity > 0 {
		windows = append(windows, capacityConfig{Name: results.CapacityCalm, Window: phases.Windows().Capacity})
	}
	if trigger, ok := phases.TriggerCapacity(a.plan); ok {
		windows = append(windows, capacityConfig{Name: results.CapacityTrigger, Window: trigger})
	}
	return windows
}

// createTable makes ops.bin.
func (a assignment) createTable() (*ops.Table, error) {
	header, err := a.tableHeader()
	if err != nil {
		return nil, err
	}
	return ops.Create(filepath.Join(a.folder, results.OpsFile), header)
}

// tableHeader describes a table with a slot for every operation that the schedule holds.
func (a assignment) tableHeader() (ops.Header, error) {
	description, err := a.group.describe()
	if err != nil {
		return ops.Header{}, err
	}
	header := ops.Header{Counters: description.Counters}
	for _, s := range a.streams() {
		intended, err := s.Schedule.Intended()
		if err != nil {
			return ops.Header{}, err
		}
		header.Streams = append(header.Streams, ops.Stream{
			Name: s.Name, Slots: len(intended), Timeout: s.Timeout,
			Aux: description.Stream(s.Name).Aux, Role: description.Stream(s.Name).Role,
		})
	}
	return header, nil
}

// longest is the time after which a worker that still runs must be stuck: the whole time line, the longest time-out,
// and a margin for a busy machine.
func (a assignment) longest() time.Duration {
	var timeout time.Duration
	for _, s := range a.scenario.Streams {
		timeout = max(timeout, s.Timeout)
	}
	return a.scenario.Phases.Trial() + timeout + 10*time.Second
}

// attachedTo is the part of a cluster's configuration that says how an external cluster is reached.
func (a assignment) attachedTo() *cluster.ExternalConfig {
	if a.runtime.External == nil {
		return nil
	}
	return &a.runtime.External.ExternalConfig
}

// located is a program with the path of what the run keeps of it.
func (a assignment) located(p *cluster.Program) *cluster.Program {
	if p == nil {
		return nil
	}
	one := *p
	one.Path = filepath.Join(a.built, one.Kept, cluster.ProgramFile)
	return &one
}
