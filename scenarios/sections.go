package scenarios

import (
	"maps"
	"slices"
	"time"

	"aftershock/chaos/plan"
	"aftershock/harness"
	"aftershock/internal/document"
	"aftershock/internal/problem"
	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/summary"
	"aftershock/scenarios/collector"
)

// The limits of values whose own meaning sets none. Those of durations keep sums and products of them from overflowing.
const (
	shortest   = time.Millisecond
	longest    = time.Hour
	longestRun = 7 * 24 * time.Hour
	lowest     = 0.1 // operations per second; fewer are none within a trial
	highest    = 100_000
	mostPairs  = 1000
)

// read reads each section on its own, and then checks them against each other as far as their values could be read.
func read(name string, source []byte, rules []plan.FaultRule) (harness.Scenario, error) {
	list := problem.NewList(name, string(source))
	if root, ok := document.Parse(list, "scenario", source); ok {
		s := readScenario(root, rules)
		if err := list.Err(); err == nil {
			s.Outdated = outdated(root, problem.NewList(name, string(source)))
			return s, nil
		}
	}
	return harness.Scenario{}, list.Err()
}

func readScenario(root document.Value, rules []plan.FaultRule) harness.Scenario {
	switch {
	case root.Field(target).Given():
		return readTargeted(root, rules)
	case root.Field(keyValue).Given():
		return readKeyValue(root, rules)
	case root.Field(armsSection).Given():
		return readBuilds(root, rules)
	}
	o, ok := root.Object([]string{"name", "asks", "streams", "workload", "phases", "fixes", "pairs",
		"margin", "quick", "budget"}, []string{"cluster", "faults", "load", "answers", recovered, guard})
	if !ok {
		return harness.Scenario{}
	}
	clustered := checkCluster(o)
	s := readCollector(o, clustered, rules)
	if o["answers"].Given() {
		s.Answers = readAnswers(o["answers"], clustered, s.Streams)
	}
	s.Fixes = readFixes(o["fixes"])
	s.Quick = readQuick(o["quick"])
	return s
}

// readCollector reads what all scenarios that drive the collector have.
func readCollector(o document.Object, clustered bool, rules []plan.FaultRule) harness.Scenario {
	s, phases := readCommon(o, clustered, rules)
	s.Streams = readStreams(o["streams"])
	s.Workload = readWorkload(o["workload"])
	if o["load"].Given() {
		s.Load = readLoad(o["load"], s.Workload)
	}
	phases.checkSteady(s.Streams)
	return s
}

// readCommon reads what all scenarios have, but for their streams and what they drive.
func readCommon(o document.Object, clustered bool, rules []plan.FaultRule) (s harness.Scenario, p phases) {
	s.Name, _ = o["name"].Word()
	s.Asks, _ = o["asks"].Sentence()
	if clustered {
		s.Cluster = readCluster(o["cluster"])
	}
	p = readPhases(o["phases"], clustered)
	s.Phases = p.Phases
	if clustered {
		s.Faults = readFaults(o["faults"], faultContext{rules: rules, cluster: s.Cluster, phases: p.Phases})
	}
	s.Pairs = o["pairs"].Integer(1, mostPairs)
	s.Margin, _ = o["margin"].Share()
	s.Budget = readBudget(o["budget"])
	if o[recovered].Given() {
		s.Recovered = readRecovered(o[recovered], clustered, p)
	}
	return s, p
}

// recovered is the field that says at which share of its steady goodput a service counts as recovered.
const recovered = "recovered"

// readRecovered gives 0 for the usual share, as where none is given: the two are the same scenario.
func readRecovered(v document.Value, clustered bool, p phases) float64 {
	share, _ := v.Share()
	switch {
	case !clustered:
		v.Addf("needs a section \"cluster\" beside it: without one there is nothing to recover from")
	case p.Recovery > 0 && p.Recovery < summary.GoodputBackNeeds:
		v.Addf("needs a recovery phase of %s or more, in which goodput can be back for a second (it has %s)",
			units.Short(summary.GoodputBackNeeds), units.Short(p.Recovery))
	}
	if share == results.UsualRecovered {
		return 0
	}
	return share
}

// checkCluster tells whether the scenario has a cluster. One without has nothing that could be hurt, and so no faults;
// one with says which, if only that there are none.
func checkCluster(o document.Object) (clustered bool) {
	clustered = o["cluster"].Given()
	switch {
	case clustered && !o["faults"].Given():
		o["cluster"].Addf("needs a section \"faults\" beside it (\"events: []\" for none)")
	case !clustered && o["faults"].Given():
		o["faults"].Addf("needs a section \"cluster\" beside it: without one there is nothing to hurt")
	}
	return clustered
}

// readCluster applies etcd's own rules (server/v3 embed/config.go, Validate): both times are whole milliseconds, and an
// election is at least five ticks and at most 50 s.
func readCluster(v document.Value) harness.ClusterSpec {
	var c harness.ClusterSpec
	o, _ := v.Object([]string{"members", "tick", "election", "data"},
		append([]string{"tls", "quota", "snapshot-count", "next"}, programFields...))
	c.Members = o["members"].Integer(1, 9)
	c.Data, _ = o["data"].OneOf("place for data", []string{"tmpfs", "disk"})
	c.Program, c.Next = readEtcd(o), readNext(o["next"])
	if o["tls"].Given() {
		c.TLS, _ = o["tls"].Bool()
	}
	if o["quota"].Given() {
		c.Quota, _ = o["quota"].Bytes(leastQuota, mostQuota)
	}
	if o["snapshot-count"].Given() {
		c.SnapshotCount = o["snapshot-count"].Integer(10, mostEntries)
	}
	var tickOK, electionOK bool
	c.Tick, tickOK = readMillis(o["tick"], time.Millisecond, 10*time.Second)
	c.Election, electionOK = readMillis(o["election"], 5*time.Millisecond, 50*time.Second)
	if tickOK && electionOK && c.Election < 5*c.Tick {
		o["election"].Addf("%v is less than five ticks of %v, and etcd would not start (allowed: %v or more)",
			c.Election, c.Tick, 5*c.Tick)
	}
	return c
}

// The limits of what makes a cluster smaller than etcd's defaults: a backend that the data root has room for, and a log
// of raft that a trial can fill.
const (
	leastQuota  = 16 << 20
	mostQuota   = 128 << 20
	mostEntries = 100_000
)

func readMillis(v document.Value, low, high time.Duration) (time.Duration, bool) {
	d, ok := v.Duration(low, high)
	if ok && d%time.Millisecond != 0 {
		v.Addf("%v is cut by etcd to whole milliseconds (nearest: %v)", d, d.Round(time.Millisecond))
		return 0, false
	}
	return d, ok
}

func readStreams(v document.Value) []harness.Stream {
	seen := map[string]int{}
	return streamsOf(v, nil, nil, func(o document.Object) string { return o["name"].Unique(seen) })
}

func readWorkload(v document.Value) harness.Settings {
	const limit = 1_000_000_000
	settings := harness.Settings{}
	entries, _ := v.Entries()
	for _, e := range entries {
		if _, twice := settings[e.Name]; twice {
			e.Key.Addf("is given twice")
		}
		settings[e.Name] = e.Value.Integer(-limit, limit)
	}
	return settings
}

// readLoad reads a load that a run measures. The workload's own setting of that name is what is checked before it is
// known.
func readLoad(v document.Value, workload harness.Settings) *harness.LoadSpec {
	var l harness.LoadSpec
	o, _ := v.Object([]string{"setting", "least", "most", "share"}, nil)
	names := slices.Sorted(maps.Keys(workload))
	l.Setting, _ = o["setting"].OneOf("workload setting", names)
	l.Least = o["least"].Integer(1, mostLoad)
	l.Most = o["most"].Integer(1, mostLoad)
	if l.Least > l.Most && l.Most > 0 {
		o["least"].Addf("%d is more than most, which is %d", l.Least, l.Most)
	}
	l.Share, _ = o["share"].Share()
	return &l
}

// mostLoad bounds a load as workload settings are bounded.
const mostLoad = 1_000_000_000

func readFixes(v document.Value) []string {
	items, ok := v.Items("fix")
	if ok && len(items) == 0 {
		v.Addf("there must be at least one fix")
	}
	var fixes []string
	seen := map[string]int{}
	for _, item := range items {
		fixes = append(fixes, item.Unique(seen))
	}
	return fixes
}

// readAnswers reads the figure that answers the scenario's question: one that its streams give in a phase.
func readAnswers(v document.Value, clustered bool, streams []harness.Stream) *results.Metric {
	m := readFigure(v, collectorFigures(streams), troubled)
	if !clustered {
		v.Addf("needs a section \"cluster\" beside it: without one there is no trouble to hold against the calm")
	}
	return &m
}

// troubled are the phases that can be held against the calm.
var troubled = []string{results.InFault, results.UnderTrigger, results.Recovery}

// collectorFigures are those that the collector has in a phase, with these streams.
func collectorFigures(streams []harness.Stream) []string {
	var plain []string
	served := collector.New(collector.Seams{}).Describe()
	for _, s := range streams {
		if served.Stream(s.Name).Role == ops.Plain {
			plain = append(plain, s.Name)
		}
	}
	return summary.WithinFigures(plain)
}

func readQuick(v document.Value) harness.Quick {
	var q harness.Quick
	o, _ := v.Object([]string{"fixes", "pairs"}, nil)
	q.Fixes = readFixes(o["fixes"])
	q.Pairs = o["pairs"].Integer(1, mostPairs)
	return q
}

// guard is a section that scenarios had while the machine could make a pair invalid. Files that still have it are read.
const guard = "guard"

// outdated says what in a file that was read has no effect any more; "" when all of it has.
func outdated(root document.Value, list *problem.List) string {
	if v := root.Field(guard); v.Given() {
		v.To(list).Addf("has no effect and can be deleted: no pair is left out because of the machine any more")
	}
	if err := list.Err(); err != nil {
		return err.Error()
	}
	return ""
}

func readBudget(v document.Value) harness.Budget {
	var b harness.Budget
	o, _ := v.Object([]string{"boot", "teardown", "reserve", "run", "quick-run"}, nil)
	b.Boot, _ = o["boot"].Duration(shortest, longest)
	b.Teardown, _ = o["teardown"].Duration(shortest, longest)
	b.Reserve = o["reserve"].Integer(0, mostPairs)
	b.Run, _ = o["run"].Duration(shortest, longestRun)
	b.QuickRun, _ = o["quick-run"].Duration(shortest, longestRun)
	return b
}
