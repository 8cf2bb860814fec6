package collector

import (
	"fmt"
	"slices"
	"strings"

	"aftershock/harness"
	"aftershock/results"
)

// need is what a seam or a figure needs from a scenario; the zero value is nothing.
type need struct {
	stream, setting string
	cluster         bool // members
	cancels         bool // something that cancels the shared context: the loss of a leader, or the clock
}

// seamNeeds are the needs of seams that a service uses only if a scenario asks for it.
var seamNeeds = map[string]need{
	"NewBoard": {stream: PublishStream}, "NewTicker": {setting: TicksSetting}, "NewTable": {setting: ReadsSetting},
	"NewReporter": {cancels: true}, "NewRefresher": {setting: HangSetting}, "NewRequests": {setting: RequestsSetting},
	"NewWriter": {stream: RecordStream}, "NewReader": {stream: LookupStream}, "NewFollower": {setting: FollowersSetting},
	"NewRegistrar": {setting: RegistrySetting},
}

// figureNeeds are the needs of counters and figures that not every trial has. Figures of a stream begin with its
// name.
var figureNeeds = map[string]need{
	UnderCancelled: {cancels: true}, LogLines: {cancels: true}, CancelParent: {setting: RequestsSetting},
	DependencyLookups: {setting: HangSetting}, TicksLeaderless: {setting: TicksSetting},
	TicksOutdated:       {setting: TicksSetting},
	PublishesLeaderless: {stream: PublishStream}, PublishesOpen: {stream: PublishStream},
	ConfigCompacted:        {cluster: true},
	results.RaftLeaderless: {cluster: true}, results.RaftElections: {cluster: true},
	FalseFailures: {stream: RecordStream}, Duplicates: {stream: RecordStream}, RecordsLost: {stream: RecordStream},
	SurfacedFailures: {stream: RecordStream}, DroppedFailed: {stream: RecordStream}, TimeHung: {stream: RecordStream},
	RecordsLeaderless: {stream: RecordStream}, WriteAttempts: {stream: RecordStream},
	AmbiguousWrites:   {stream: RecordStream},
	ProposalsDropped:  {stream: RecordStream},
	LookupsLeaderless: {stream: LookupStream}, LookupsStale: {stream: LookupStream},
	WireAttempts:       {stream: LookupStream},
	AttemptsUnanswered: {stream: LookupStream},
	SilentWatch:        {setting: FollowersSetting}, FollowersBehind: {setting: FollowersSetting},
	WatchesCompacted: {setting: FollowersSetting}, Relists: {setting: FollowersSetting},
	RelistPeak:   {setting: FollowersSetting},
	Unregistered: {setting: RegistrySetting}, RegistrationsLost: {setting: RegistrySetting},
	LeasesLeft: {setting: RegistrySetting},
	Renewals:   {setting: RegistrySetting}, "publish_goodput": {stream: PublishStream}, "staleness_p50": {stream: PublishStream},
	"age_p50": {stream: PublishStream}, "age_max": {stream: PublishStream},
}

// lacking says what a scenario does not give; it is empty when it gives all.
func (n need) lacking(s harness.Scenario) string {
	switch {
	case n.stream != "" && !slices.ContainsFunc(s.Streams,
		func(given harness.Stream) bool { return given.Name == n.stream }):
		return fmt.Sprintf("stream %q", n.stream)
	case n.setting != "" && s.Workload[n.setting] == 0:
		return fmt.Sprintf("workload setting %q", n.setting)
	case n.cluster && s.Cluster.Members == 0:
		return "cluster"
	case n.cancels && s.Workload[CancelledSetting] == 0 && !s.Faults.Holds():
		return fmt.Sprintf("fault that is held, or workload setting %q", CancelledSetting)
	}
	return ""
}

// figureNeed is what a figure asks for beside its phase.
func figureNeed(m results.Metric) need {
	for _, stream := range []string{RecordStream, LookupStream} {
		if m.Phase != "" && strings.HasPrefix(m.Name, stream+"_") {
			return need{stream: stream}
		}
	}
	return figureNeeds[m.Name]
}

// noPhase says which phase a scenario does not have; empty when it has it.
func noPhase(m results.Metric, s harness.Scenario) string {
	given := map[string]bool{
		"": true, results.Steady: s.Phases.Steady > 0, results.InFault: s.Phases.Fault > 0, results.Recovery: s.Phases.Recovery > 0,
		results.UnderTrigger: s.Faults.Holds(), results.CapacityCalm: s.Phases.Capacity > 0,
	}
	if given[m.Phase] {
		return ""
	}
	return fmt.Sprintf("phase %q", m.Phase)
}

// Lacking lists what a scenario does not give that the fix's seams and figures need, each once, with what needs it
// first. Without them a run would end without the figure, or with a fix that was never exercised.
func (f Fix) Lacking(seams []string, s harness.Scenario) (all []string) {
	seen := map[string]bool{}
	add := func(lacks, by string) {
		if lacks != "" && !seen[lacks] {
			seen[lacks] = true
			all = append(all, lacks+" (for its "+by+")")
		}
	}
	for _, seam := range seams {
		add(seamNeeds[seam].lacking(s), "seam "+seam)
	}
	figure := func(m results.Metric, as string) {
		add(noPhase(m, s), as+" "+m.String())
		add(figureNeed(m).lacking(s), as+" "+m.String())
	}
	figure(f.Primary, "primary metric")
	figure(results.Metric{Name: f.Trigger.Counter}, "trigger")
	for _, guard := range f.Guards {
		figure(guard, "guard")
	}
	figure(f.Price.Metric, "price")
	return all
}
