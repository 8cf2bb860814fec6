package fixes_test

import (
	"cmp"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/scenarios"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/collector/lookups"
	"aftershock/scenarios/collector/records"
	"aftershock/scenarios/fixes"
	contextisolation "aftershock/scenarios/fixes/context-isolation"
	lockacrossrpc "aftershock/scenarios/fixes/lock-across-rpc"
	"aftershock/scenarios/fixes/null"
)

func TestTheOrderInWhichFixesAreListed(t *testing.T) {
	want := []string{
		"context-isolation", "context-isolation-without-cancel", "lock-across-rpc", "coupled-tick", "require-leader",
		"map-growth-reused", "map-growth-presized", "timeout-per-key", "panic-control-flow", "precheck",
		"safe-map-rwmutex", "safe-map-syncmap", "safe-map-sharded", "safe-map-xsync", "safe-map-advice", "safe-map-shared-reads",
		"detached-logging", "bounded-goroutine", "cancel-map-leak", "done-leak", "cancel-in-value",
		"ambiguous-put", "dropped-proposal", "per-try-deadline",
		"serializable-require-leader", "retry-amplification", "half-open-endpoint",
		"watch-compaction", "relist-herd",
		"keepalive-supervisor", "watch-lease-isolation", "watch-lease-article", "watch-lease-bounded", "orphan-lease",
		"collector-itself", "null", "null-steady", "control", "within-margin",
	}
	if got := fixes.Registry().Names(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEveryFolderIsAFixOrAFamilyOfItsName(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var folders, names []string
	for _, e := range entries {
		if e.IsDir() && e.Name() != "testdata" {
			folders = append(folders, e.Name())
		}
	}
	for _, f := range fixes.Registry().Fixes {
		name := f.Name
		if f.Family != "" {
			if name = f.Family; !strings.HasPrefix(f.Name, name+"-") {
				t.Errorf("%s does not begin with the name of its family %s", f.Name, name)
			}
		}
		names = append(names, name)
	}
	slices.Sort(names)
	if names = slices.Compact(names); !slices.Equal(names, folders) {
		t.Errorf("the fixes are %q, the folders %q", names, folders)
	}
}

func TestEveryFolderOfAFixReadsAsALesson(t *testing.T) {
	for _, f := range fixes.Registry().Fixes {
		if !f.Repairs() {
			continue
		}
		folder := cmp.Or(f.Family, f.Name)
		for _, file := range []string{"before.go", "after.go", "fix.go", "fix_test.go"} {
			if _, err := os.Stat(filepath.Join(folder, file)); err != nil {
				t.Error(err)
			}
		}
		doc, err := os.ReadFile(filepath.Join(folder, "doc.go"))
		if err != nil {
			t.Error(err)
		}
		for _, title := range []string{"Defect", "Cause", "Repair", "Cost", "What a user sees"} {
			if !strings.Contains(string(doc), "\n// # "+title+"\n") {
				t.Errorf("%s/doc.go has no section %q", folder, title)
			}
		}
	}
}

// outside are the triggers that may be: what the service asks before an arm does anything, what its own watch and
// publisher met, which are no seam of a fix that is triggered by them, and the members' own words. What an arm does
// in a lock, and what its attempts meet on the wire, depends on the arm: its own deadline ends them.
var outside = []string{
	collector.UnderCancelled, collector.TicksLeaderless, collector.PublishesLeaderless, records.Leaderless,
	lookups.Leaderless, collector.PublishesOpen, collector.ConfigCompacted, results.RaftLeaderless,
	results.RaftElections,
}

// A fix of how a batch is published or built could set what the publisher meets.
func TestEveryTriggerComesFromOutside(t *testing.T) {
	for _, f := range fixes.All() {
		counter := f.Trigger.Counter
		if counter != "" && !slices.Contains(outside, counter) {
			t.Errorf("%s: the trigger %s may be set by an arm (allowed: %q)", f.Name, counter, outside)
		}
		seams := fixes.Seams(f, results.Before).Differing(fixes.Seams(f, results.After))
		own := slices.Contains(seams, "NewBoard") || slices.Contains(seams, "Builder") || slices.Contains(seams, "Maps")
		if counter == collector.PublishesOpen && own {
			t.Errorf("%s: what the publisher meets is its arms' own doing, which differ in %q", f.Name, seams)
		}
	}
}

func TestEveryFixSaysHowItIsJudged(t *testing.T) {
	for _, f := range fixes.Registry().Fixes {
		if slices.Contains(f.Guards, f.Primary) {
			t.Errorf("%s: its primary metric %s guards itself", f.Name, f.Primary)
		}
		if !f.Repairs() && f.Claim+f.Article != "" {
			t.Errorf("%s repairs nothing, about which the article says nothing", f.Name)
		}
		trigger := f.Trigger
		// as triggers show them
		units := map[string]string{results.RaftLeaderless: "s", results.RaftElections: "elections"}
		for _, c := range f.Workload(results.Before).Describe().Counters {
			units[c.Name] = c.Unit
			if c.Unit == "ns" {
				units[c.Name] = "s"
			}
		}
		switch {
		case trigger == (results.Trigger{}):
			if f.Primary.Phase == results.UnderTrigger {
				t.Errorf("%s is judged under a trigger and has none", f.Name)
			}
		case trigger.Says == "" || trigger.Unit == "" || trigger.Unit != units[trigger.Counter]:
			t.Errorf("%s: trigger %+v, but the counters' units are %v", f.Name, trigger, units)
		}
		before, after := f.Workload(results.Before).Describe(), f.Workload(results.After).Describe()
		// functions are equal to nothing; what they refuse is tested where they are
		before.Refuses, after.Refuses = nil, nil
		if !reflect.DeepEqual(before, after) {
			t.Errorf("%s: the arms are described as %+v and %+v", f.Name, before, after)
		}
	}
}

// A fix that names a scenario which is not shipped could not be run where it matters.
func TestEveryFixNamesAScenarioThatIsShipped(t *testing.T) {
	for _, f := range fixes.Registry().Fixes {
		s, err := scenarios.Load(f.Scenario)
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		if !f.Instrument && !slices.Contains(s.Fixes, f.Name) {
			t.Errorf("%s is not among the fixes of its scenario %s: %q", f.Name, f.Scenario, s.Fixes)
		}
		if f.ClusterFree == "" {
			continue
		}
		if s, err = scenarios.Load(f.ClusterFree); err != nil || s.Cluster.Members > 0 {
			t.Errorf("%s: the cluster-free scenario %s has %d members, %v", f.Name, f.ClusterFree, s.Cluster.Members, err)
		}
	}
}

func TestTheArmsOfAFixDifferInItsSeamAndInNothingElse(t *testing.T) {
	want := map[string]string{
		"map-growth": "Maps", "lock-across-rpc": "NewBoard", "coupled-tick": "NewTicker", "safe-map": "NewTable", "detached-logging": "NewReporter",
		"bounded-goroutine": "NewRefresher", "cancel-map-leak": "NewRequests", "done-leak": "NewRequests",
		"cancel-in-value": "NewRequests", "collector-itself": "", "null": "", "null-steady": "",
		"require-leader": "NewWriter", "ambiguous-put": "NewWriter", "dropped-proposal": "NewWriter", "per-try-deadline": "NewWriter",
		"serializable-require-leader": "NewReader", "retry-amplification": "NewReader", "half-open-endpoint": "NewReader",
		"watch-compaction": "NewFollower", "relist-herd": "NewFollower",
		"keepalive-supervisor": "NewRegistrar", "watch-lease": "NewRegistrar", "orphan-lease": "NewRegistrar",
	}
	repaired := fixes.Seams(null.Fix, results.After)
	if empty := (collector.Seams{}).Differing(repaired); len(empty) != reflect.TypeFor[collector.Seams]().NumField() {
		t.Errorf("only the seams %q are filled", empty)
	}
	for _, f := range fixes.All() {
		seam, ok := want[cmp.Or(f.Family, f.Name)]
		if !ok {
			seam = "Builder"
		}
		got := fixes.Seams(f, results.Before).Differing(fixes.Seams(f, results.After))
		if strings.Join(got, ",") != seam {
			t.Errorf("%s: the arms differ in %q, want %q", f.Name, got, seam)
		}
		for _, arm := range []results.Arm{results.Before, results.After} { // and no other seam is defective
			for _, name := range fixes.Seams(f, arm).Differing(repaired) {
				if name != seam {
					t.Errorf("%s, %s: the seam %s is not the repaired one", f.Name, arm, name)
				}
			}
		}
	}
}

// A tick's batch may be built in parts, by whichever builder there is.
func TestEveryBuilderBuildsInParts(t *testing.T) {
	const n, first = 10, 3
	series := make([]collector.Series, n)
	for i := range series {
		series[i] = collector.Series{Key: "n1:up_" + strconv.Itoa(i) + ":value", Value: float64(i)}
	}
	for _, f := range fixes.All() {
		for _, arm := range []results.Arm{results.Before, results.After} {
			builder, into := fixes.Seams(f, arm).Builder, map[string]any{}
			if b, ok := builder.(collector.Counting); ok {
				builder = b.Counting(func(string, uint64) {})
			}
			builder.Build(t.Context(), into, series[:first])
			builder.Build(t.Context(), into, series[first:])
			for _, s := range series {
				if into[s.Key] != s.Value || len(into) != n {
					t.Errorf("%s, %s: of %d series there are %d, and %s is %v", f.Name, arm, n, len(into), s.Key, into[s.Key])
				}
			}
		}
	}
}

func TestAFixWithoutAnExpectationDoesNotRegister(t *testing.T) {
	whole := fixes.All()[0]
	both := func(s *collector.Seams) {
		contextisolation.Fix.Before(s)
		lockacrossrpc.Fix.Before(s)
	}
	for want, spoil := range map[string]func(*collector.Fix){
		"":                                     func(*collector.Fix) {},
		"no name":                              func(f *collector.Fix) { f.Name = "" },
		"no summary":                           func(f *collector.Fix) { f.Summary = "" },
		"no claim":                             func(f *collector.Fix) { f.Claim = "" },
		"no primary metric":                    func(f *collector.Fix) { f.Primary = results.Metric{} },
		"no price":                             func(f *collector.Fix) { f.Price = results.Price{} },
		"its price is service_p99 (trigger)":   func(f *collector.Fix) { f.Price.Metric = f.Primary },
		"its price is goodput (trigger)":       func(f *collector.Fix) { f.Price.Metric = f.Guards[0] },
		"no guards":                            func(f *collector.Fix) { f.Guards = nil },
		"no scenario":                          func(f *collector.Fix) { f.Scenario = "" },
		"no before":                            func(f *collector.Fix) { f.Before = nil },
		"no after":                             func(f *collector.Fix) { f.After = nil },
		"its arms are the same":                func(f *collector.Fix) { f.Before = f.After },
		"its arms differ in Builder and NewBo": func(f *collector.Fix) { f.Before = both },
	} {
		f := whole
		spoil(&f)
		err := fixes.Register(f)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}
