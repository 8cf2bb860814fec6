package scenarios

import (
	"time"

	"aftershock/chaos/plan"
	"aftershock/harness"
	"aftershock/harness/load"
	"aftershock/internal/problem"
)

// read reads each section on its own, and then checks them against each other as far as their values could be read.
func read(name string, source []byte, rules []plan.FaultRule) (harness.Scenario, error) {
	list := problem.NewList(name, string(source))
	if root, ok := parse(list, source); ok {
		s := readScenario(root, rules)
		if err := list.Err(); err == nil {
			return s, nil
		}
	}
	return harness.Scenario{}, list.Err()
}

func readScenario(root value, rules []plan.FaultRule) harness.Scenario {
	o, ok := root.object([]string{"name", "asks", "cluster", "streams", "workload", "phases", "faults", "fixes", "pairs",
		"margin", "quick", "budget"}, nil)
	if !ok {
		return harness.Scenario{}
	}
	var s harness.Scenario
	s.Name, _ = o["name"].word()
	s.Asks, _ = o["asks"].sentence()
	s.Cluster = readCluster(o["cluster"])
	s.Streams = readStreams(o["streams"])
	s.Workload = readWorkload(o["workload"])
	phases := readPhases(o["phases"])
	s.Phases = phases.Phases
	s.Faults = readFaults(o["faults"], faultContext{rules: rules, members: s.Cluster.Members, phases: phases.Phases})
	s.Fixes = readFixes(o["fixes"])
	s.Pairs = o["pairs"].integer(1, mostPairs)
	s.Margin, _ = o["margin"].share()
	s.Quick = readQuick(o["quick"])
	s.Budget = readBudget(o["budget"])
	phases.checkSteady(s.Streams)
	return s
}

// readCluster applies etcd's own rules (server/v3 embed/config.go, Validate): both times are whole milliseconds, and an
// election is at least five ticks and at most 50 s.
func readCluster(v value) harness.ClusterSpec {
	var c harness.ClusterSpec
	o, _ := v.object([]string{"members", "tick", "election", "data"}, nil)
	c.Members = o["members"].integer(1, 9)
	c.Data, _ = o["data"].oneOf("place for data", []string{"tmpfs", "disk"})
	var tickOK, electionOK bool
	c.Tick, tickOK = readMillis(o["tick"], time.Millisecond, 10*time.Second)
	c.Election, electionOK = readMillis(o["election"], 5*time.Millisecond, 50*time.Second)
	if tickOK && electionOK && c.Election < 5*c.Tick {
		o["election"].addf("%v is less than five ticks of %v, and etcd would not start (allowed: %v or more)",
			c.Election, c.Tick, 5*c.Tick)
	}
	return c
}

func readMillis(v value, low, high time.Duration) (time.Duration, bool) {
	d, ok := v.duration(low, high)
	if ok && d%time.Millisecond != 0 {
		v.addf("%v is cut by etcd to whole milliseconds (nearest: %v)", d, d.Round(time.Millisecond))
		return 0, false
	}
	return d, ok
}

func readStreams(v value) []harness.Stream {
	items, ok := v.items("stream")
	if ok && len(items) == 0 {
		v.addf("there must be at least one stream")
	}
	var streams []harness.Stream
	seen := map[string]int{}
	for _, item := range items {
		o, _ := item.object([]string{"name", "rate", "arrival", "timeout"}, nil)
		var s harness.Stream
		s.Name = o["name"].unique(seen)
		s.Rate, _ = o["rate"].rate()
		arrival, _ := o["arrival"].oneOf("arrival process", []string{string(load.Constant), string(load.Poisson)})
		s.Arrival = load.Arrival(arrival)
		s.Timeout, _ = o["timeout"].duration(shortest, longest)
		streams = append(streams, s)
	}
	return streams
}

// unique reads a name that none of those seen, with their lines, has.
func (v value) unique(seen map[string]int) string {
	name, ok := v.word()
	if !ok {
		return ""
	}
	if line, twice := seen[name]; twice {
		v.addf("%q is used twice, first in line %d", name, line)
		return ""
	}
	seen[name] = v.line()
	return name
}

func readWorkload(v value) harness.Settings {
	const limit = 1_000_000_000
	settings := harness.Settings{}
	entries, _ := v.entries()
	for _, e := range entries {
		if _, twice := settings[e.name]; twice {
			e.key.addf("is given twice")
		}
		settings[e.name] = e.value.integer(-limit, limit)
	}
	return settings
}

func readFixes(v value) []string {
	items, ok := v.items("fix")
	if ok && len(items) == 0 {
		v.addf("there must be at least one fix")
	}
	var fixes []string
	seen := map[string]int{}
	for _, item := range items {
		fixes = append(fixes, item.unique(seen))
	}
	return fixes
}

func readQuick(v value) harness.Quick {
	var q harness.Quick
	o, _ := v.object([]string{"fixes", "pairs"}, nil)
	q.Fixes = readFixes(o["fixes"])
	q.Pairs = o["pairs"].integer(1, mostPairs)
	return q
}

func readBudget(v value) harness.Budget {
	var b harness.Budget
	o, _ := v.object([]string{"boot", "teardown", "reserve", "run", "quick-run"}, nil)
	b.Boot, _ = o["boot"].duration(shortest, longest)
	b.Teardown, _ = o["teardown"].duration(shortest, longest)
	b.Reserve = o["reserve"].integer(0, mostPairs)
	b.Run, _ = o["run"].duration(shortest, longestRun)
	b.QuickRun, _ = o["quick-run"].duration(shortest, longestRun)
	return b
}
