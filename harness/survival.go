package harness

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results"
	"aftershock/results/ops"
)

// Survival says what a service is to survive, and how well. Of the zero value the leader of three members is killed,
// and restarted after 3 s, while 100 calls a second are made.
type Survival struct {
	// Faults begin at their At from the beginning of the fault phase. None kills the leader for 3 s.
	Faults []plan.FaultSpec
	// Outage is the longest time without a call that succeeds; 0 is 5 s.
	Outage time.Duration

	Rate     float64       // calls a second, of each stream; 0 is 100
	Timeout  time.Duration // of a call; 0 is 1 s
	Settings Settings      // of the workload
	Seed     uint64        // of plan and arrivals; 0 is 1
	Attempts int           // at a trial that other processes disturbed; 0 is 3
	Out      string        // the folder that gets the runs' folders; empty is one that is removed after the test
}

// Phases around the faults of a Survival.
const (
	quiet     = time.Second     // before the faults
	afterward = 3 * time.Second // after the last heal: a member restarts and catches up
)

// loss is the fault of the zero value.
var loss = []plan.FaultSpec{{Fault: "leader-kill", Target: "leader", For: 3 * time.Second}}

// Options are those of a run of so many pairs of a fix, or of as many trials of a Plain service.
func (s Survival) Options(of Fix, pairs int) Options {
	scenario, seed := s.scenario(of), cmp.Or(s.Seed, 1)
	scenario.Pairs = pairs
	return Options{
		Scenario: scenario, Fixes: []Fix{of}, Seed: seed, Out: s.Out, Runtime: Runtimes()[0],
		Plans: plan.ExpandAll(scenario.Name, scenario.Faults, faults.Rules(), seed, pairs),
	}
}

// scenario is of a cluster whose client has two endpoints, the first of them the leader at the beginning.
func (s Survival) scenario(service Fix) Scenario {
	planned := slices.Clone(s.Faults)
	if len(planned) == 0 {
		planned = slices.Clone(loss)
	}
	phases := Phases{
		WarmUp: 500 * time.Millisecond, Steady: quiet, Recovery: afterward, Drain: 200 * time.Millisecond,
	}
	for i := range planned {
		f := &planned[i]
		phases.Fault = max(phases.Fault, f.At+f.Jitter+f.For+500*time.Millisecond)
		f.At += phases.FaultStart()
	}
	var streams []Stream
	for _, served := range service.Workload(results.Before).Describe().Streams {
		streams = append(streams, Stream{
			Name: served.Name, Rate: cmp.Or(s.Rate, 100), Arrival: load.Poisson, Timeout: cmp.Or(s.Timeout,
				time.Second),
		})
	}
	return Scenario{
		Name: "survival", Asks: "Does " + service.Name + " survive it?", Pairs: 1, Margin: 0.1,
		Cluster: ClusterSpec{Members: 3, Tick: 50 * time.Millisecond, Election: 500 * time.Millisecond, Data: Tmpfs},
		Streams: streams, Phases: phases, Workload: s.Settings, Fixes: []string{service.Name},
		Faults: plan.Spec{
			Members: 3, Faults: planned,
			Clients: []plan.ClientSpec{{Name: "first", Pin: "leader"}, {Name: "second", Pin: "follower"}},
		},
		Budget: Budget{Boot: 3 * time.Second, Teardown: time.Second, Run: time.Hour},
	}
}

// Survived is what became of a service in its trial.
type Survived struct {
	Folder string        // the trial's, with all its files
	Trial  results.Trial // trial.json
	Calls  ops.Books     // of the primary stream, over the whole trial
	// Silence is the longest time without a call that succeeded, from the end of warm-up to the end of recovery; Began
	// is when it began, from the trial's epoch.
	Silence time.Duration
	Began   time.Duration
	// Acknowledged and Lost are writes, as the workload's audit counted them; both are 0 where it has none.
	Acknowledged, Lost uint64
}

// read fills in what a trial's table says.
func (s *Survived) read(log *ops.Log) {
	stream := slices.IndexFunc(log.Streams, func(s ops.Stream) bool { return s.Role == ops.Primary })
	s.Calls = log.Books(stream)
	watched := clock.Span{}
	for _, p := range s.Trial.Phases {
		switch p.Name {
		case results.WarmUp:
			watched.From = p.To
		case results.Recovery:
			watched.To = p.To
		}
	}
	silent := silence(log, stream, watched)
	s.Silence, s.Began = silent.Length(), time.Duration(silent.From)
	// A workload that declares no such counter has lost nothing that it knows of.
	s.Acknowledged, _ = log.Counter(WritesAcknowledged)
	s.Lost, _ = log.Counter(WritesLost)
}

// silence is the longest part of a span in which no operation of a stream succeeded.
func silence(log *ops.Log, stream int, within clock.Span) (longest clock.Span) {
	var ends []clock.Nanos
	for _, r := range log.Records(stream) {
		if end := clock.Nanos(r.Intended).Add(r.Response()); r.Outcome == ops.OK && within.Holds(end) {
			ends = append(ends, end)
		}
	}
	slices.Sort(ends)
	from := within.From
	for _, end := range append(ends, within.To) {
		if s := (clock.Span{From: from, To: end}); s.Length() > longest.Length() {
			longest = s
		}
		from = end
	}
	return longest
}

// disturbed tells whether a trial may have been spoiled by other processes of the machine, and how.
func (s Survived) disturbed() (why string, disturbed bool) {
	m := s.Trial.Machine
	switch {
	case s.Trial.Spoiled:
		return s.Trial.Invalid, true
	case m.Scored && m.Score > Disturbed:
		return fmt.Sprintf("other processes took %.0f %% of the machine", 100*m.Score), true
	}
	return "", false
}

// failures says why the service has not survived. Lost writes have no other cause than the service, or etcd.
func (s Survived) failures(outage time.Duration) (all []string, certain bool) {
	if s.Lost > 0 {
		all = append(all, fmt.Sprintf("%d of %d writes that were acknowledged are gone", s.Lost, s.Acknowledged))
	}
	if s.Trial.Invalid != "" {
		all = append(all, "the trial cannot be judged: "+s.Trial.Invalid)
	}
	if s.Trial.Worker.Crashed {
		all = append(all, "the service crashed: "+s.Trial.Worker.Exit)
	}
	if s.Silence > outage {
		all = append(all, fmt.Sprintf("no call succeeded for %v, from %v on; at most %v are allowed",
			s.Silence.Round(time.Millisecond), s.Began.Round(time.Millisecond), outage))
	}
	return all, s.Lost > 0
}
