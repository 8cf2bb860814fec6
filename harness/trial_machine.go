package harness

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"aftershock/chaos/plan"
	"aftershock/harness/noise"
	"aftershock/internal/clock"
	"aftershock/results"
	"aftershock/results/stat"
)

// machineWindows are the parts of the time line in which the machine is looked at: those of which the bounds are known
// beforehand, one after the other without a gap.
func (a assignment) machineWindows() []results.Phase {
	w, healed := a.scenario.Phases.Windows(), a.healed()
	return slices.DeleteFunc([]results.Phase{
		results.PhaseOf(results.Steady, w.Steady),
		results.PhaseOf(inCapacity, w.Capacity),
		{Name: results.InFault, From: w.Fault.From, To: healed},
		{Name: results.Recovery, From: healed, To: w.Recovery.To},
	}, func(p results.Phase) bool { return p.Length() <= 0 })
}

// inCapacity is the window of the closed loop in calm weather.
const inCapacity = "capacity"

// watchMachine reads the machine's state at the bounds of its windows, and the harness's own timer all along. Stop
// ends that and records it; an interrupted trial has a last look then. Two goroutines sleep for it, and it costs a
// few reads of small files a trial.
func (t *trial) watchMachine() (stop func()) {
	windows := t.machineWindows()
	pulse := noise.StartPulse()
	ctx, over := context.WithCancel(context.Background())
	var looks []noise.Reading
	var looking sync.WaitGroup
	looking.Go(func() {
		for _, at := range bounds(windows) {
			if clock.SleepUntil(ctx, t.epoch+at) != nil {
				break
			}
			looks = append(looks, noise.Read())
		}
	})
	return func() {
		over()
		looking.Wait()
		t.lastLook = noise.Read()
		if n := len(looks); n > 0 && n <= len(windows) {
			looks = append(looks, t.lastLook)
		}
		t.bookMachine(windows, looks)
		t.bookStandstill(pulse.Stop())
	}
}

// bounds are the moments between windows, the beginning of the first and the end of the last included.
func bounds(windows []results.Phase) (all []clock.Nanos) {
	for i, w := range windows {
		if i == 0 {
			all = append(all, w.From)
		}
		all = append(all, w.To)
	}
	return all
}

// bookMachine computes the windows from the readings at their bounds.
func (t *trial) bookMachine(windows []results.Phase, looks []noise.Reading) {
	if len(looks) < 2 {
		return
	}
	m, last := &t.record.Machine, len(looks)-1
	for i, look := range looks[1:] {
		m.Windows = append(m.Windows, t.taken(windows[i].Name, looks[i], look))
	}
	whole := t.taken(results.Measured, looks[0], looks[last])
	m.Windows = append(m.Windows, whole)
	m.Score, m.Scored = 0, whole.Known
	if whole.Known {
		m.Score = whole.Others()
	}
}

func (t *trial) taken(name string, from, to noise.Reading) results.MachineWindow {
	w := results.MachineWindow{Name: name, From: from.At - t.epoch, To: to.At - t.epoch, Taken: from.To(to)}
	if t.runtime.External != nil { // the members are not our children: what they do cannot be told from others
		w.Known, w.Strangers = false, 0
	}
	return w
}

// MostLate is by how much the harness may be late before a trial says nothing, and Disturbed the score above which a
// block is run again while the reserve lasts. Tests, which share their machine with each other, set both before they
// run anything.
var (
	MostLate          = results.MostLate
	Disturbed float64 = stat.Disturbed
)

// bookStandstill records how late the harness was, with its timer and with the plan's moments.
func (t *trial) bookStandstill(p noise.Pause) {
	s := &results.Standstill{Longest: p.Longest, Stopped: p.Stopped, Suspended: p.Suspended, Limit: MostLate}
	if p.At > 0 {
		s.At = p.At - t.epoch
	}
	s.Late, s.Event = latest(t.plan.Events, t.record.Faults)
	t.record.Machine.Standstill = s
}

// stoodStill says why the harness itself has spoiled the trial. What happened in an arm meanwhile is not its outcome:
// its faults, links and probes were not where the plan has them.
func (t *trial) stoodStill() error {
	if why := t.record.Machine.Standstill.Spoils(); why != "" && !t.record.Interrupted {
		return errors.New(why)
	}
	return nil
}

// latest finds the moment that began the longest after its time: injections, and heals of what the plan holds. How long
// a fault then takes to be effective or healed is the cluster's doing and not the harness's; so is how long its target
// took to come to lead.
func latest(events []plan.Event, faults []results.Fault) (late time.Duration, event string) {
	for _, f := range faults {
		i := slices.IndexFunc(events, func(e plan.Event) bool { return e.ID == f.Event })
		if i < 0 {
			continue
		}
		e := events[i]
		if by := time.Duration(f.Injected) - f.Waited - e.At; f.Injected > 0 && by > late {
			late, event = by, e.ID
		}
		if by := time.Duration(f.Healed) - e.At - e.For; f.Healed > 0 && e.For > 0 && by > late {
			late, event = by, e.ID
		}
	}
	return late, event
}
