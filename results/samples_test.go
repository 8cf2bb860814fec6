package results_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"aftershock/results"
)

var started = time.Date(2026, 3, 1, 2, 3, 4, 500_000_000, time.UTC)

// sampleRun has every field set, so that a field which a file loses is noticed.
func sampleRun() results.Run {
	return results.Run{
		Schema: results.Schema, ID: "20260301T020304Z-leader-churn-7", Status: results.Partial, Why: "interrupted",
		Started: started, Ended: started.Add(time.Hour), Command: []string{"aftershock", "run", "leader-churn"},
		Name: "leader-churn", Scenario: json.RawMessage(`{"name":"leader-churn","pairs":8}`), Seed: 1<<64 - 1, Pairs: 8,
		Reserve: 1, Margin: 0.1, Quick: true, NotRun: []string{"lock-across-rpc"}, PlanDigest: "sha256:00ff",
		TrialTime: 12_500 * time.Millisecond, Cluster: "processes", DataRoot: "tmpfs", Moments: results.MomentsAsked,
		External: &results.Attached{ClusterID: "cdf818194e3a8c32", Members: []results.AttachedMember{
			{Name: "m1", Endpoint: "http://127.0.0.1:2379", Etcd: "3.6.1"},
		}, Allowed: []results.AllowedHost{{Host: "etcd-1.example:2379", Addresses: []string{"192.0.2.7"}}}},
		Fixes: []results.Fix{{
			Name: "context-isolation", Summary: "shared -> detached", Claim: "contexts are cancelled",
			Article: "P99 halves", Operations: "requests", Built: "before is v1, after v2",
			Instrument: true, Expect: 0.5, Tolerance: 0.01, Primary: results.Metric{Name: "p99",
				Phase: results.UnderTrigger},
			Guards: []results.Metric{{Name: "goodput", Phase: results.Steady}},
			Price: results.Price{Metric: results.Metric{Name: "age_p50", Phase: results.Steady},
				Says: "readers wait for the next one"},
			Trigger: results.Trigger{
				Counter: "under_cancelled", Unit: "batches", Says: "batches under a cancelled context",
			},
			Against: "steady", Family: "isolation", Scenario: "leader-churn", ClusterFree: "cluster-free",
			Group: "context-isolation", Arms: results.Arms{Before: results.Before, After: results.After},
		}},
		Groups: []results.Group{{Name: "context-isolation", Arms: []results.GroupArm{
			{Name: results.Before, Fix: "context-isolation", Side: results.Before},
			{Name: results.After, Fix: "context-isolation", Side: results.After},
		}}},
		Order: []results.Slot{{Group: "context-isolation", Block: 1, Arm: results.After}},
		Load: &results.Load{
			Setting: "series", Value: 2600, Least: 500, Most: 8000, Share: 0.4, Given: true, Expected: 0.39,
			Slowest: "before",
			Looks: []results.LoadLook{{
				Group: "context-isolation", Arm: results.Before, Window: results.CapacityTrigger, At: 2000,
				Cost: time.Millisecond, Busy: 0.9,
			}},
		},
		Environment: sampleEnvironment(),
		Stop:        &results.Stop{Width: 0.1, MaxPairs: 40, MaxTime: time.Hour},
		Looks: []results.Look{{
			At: started, Took: 2 * time.Second, Cores: 2, Taken: results.Taken{Strangers: 0.3, Known: true,
				Steal: 0.01, Throttled: 1},
		}},
		Patience: &results.Patience{Block: 15 * time.Second, Run: time.Minute}, Waited: 4 * time.Second,
		Resumed:   []time.Time{started.Add(time.Minute)},
		Pinning:   &results.Pinning{Worker: "0", Others: "1"},
		Endpoints: []string{"endpoint-1"},
		Profiled:  true, Registered: strings.Repeat("0", 64),
		Calibration: &results.Calibration{
			Schema: results.CalibrationSchema, Made: started.Add(-time.Hour), Command: []string{"aftershock",
				"selftest"},
			Environment: sampleEnvironment(), Quick: true, Result: results.Sound,
			Rates: []results.FalseAlarms{{
				Metric: results.Metric{Name: "p99", Phase: results.Steady}, Through: "cluster-free", Runs: 60,
				Pairs: 8, Alarms: 1,
				Nominal: 0.05, Upper: 0.077,
			}},
			Checks: []results.Check{{Name: "oracle", Holds: true, Undecided: true,
				Shown: "P99 1.02 s, 1 s was injected"}},
		},
	}
}

func sampleEnvironment() results.Environment {
	return results.Environment{
		Host: "0a1b", Binary: "2c3d", CPU: "some processor", Cores: 2, MemoryMB: 4096, Kernel: "6.1", Go: "go1.26.0",
		GOMAXPROCS: 2, Etcd: "3.7.3", Aftershock: "v0.1.0", Commit: "0123456789abcdef", Allowed: 0.5,
		Variables: []string{"GOGC=150"},
	}
}

func sampleTrial() results.Trial {
	return results.Trial{
		Schema: results.Schema, Run: "20260301T020304Z-leader-churn-7", Seed: 7, Plan: "00ff",
		Files: []results.File{{Name: "members/m1.log", Size: 7, SHA256: "ff00"}},
		Group: "context-isolation", Block: 3, Arm: results.Before, Attempt: 1, Position: 7,
		Spoiled: true, Diverged: true,
		Invalid: "the fault took no effect", Started: started, Boot: time.Second, Whole: 13 * time.Second,
		Epoch:  started.Add(time.Second),
		Phases: []results.Phase{{Name: results.Steady, From: 5, To: 9}},
		Capacity: []results.Capacity{{
			Name: results.CapacityCalm, From: 9, To: 12, Workers: 4, Complete: 1 << 60, TableOperations: 1000,
			Incomplete: 2, Window: 3, CPU: 4,
		}},
		Faults: []results.Fault{{
			Event: "e1", Fault: "partition-leader", Resolved: map[string]string{"target": "m1"}, Injected: 1,
			Waited: 1, Effective: 2, Done: 2,
			Healed: 3, Recovered: 4, Error: "late", Observed: "m1 lost its leader", LeaderLost: 2, LeaderElected: 3,
			Leaderless: 1,
			Links: []results.LinkOutage{{Client: "collector", Member: "m2", Began: 2, Served: 4, LongestGap: 3,
				Sent: 2, Failed: 1, Shared: []string{"e2"}}},
		}},
		Agreement: &results.Agreement{
			Members: 3, Revision: 812, CompactRevision: 100, Hash: 1<<32 - 1, Took: time.Millisecond,
			Error: "m2 differs",
		},
		Pinned: map[string]string{"collector": "m2"}, Elections: results.Elections{Planned: 2, Unplanned: 1},
		Worker: results.Worker{
			Exit: "signal: killed", Crashed: true, Stuck: true, GOMAXPROCS: 2, GOGC: 400, GCs: 9,
			GCPause: time.Millisecond,
			Died:    8, Vitals: &results.Vitals{
				Samples: 90, GoroutinePeak: 70, GoroutineEnd: 60, HeapPeak: 1 << 25, HeapEnd: 1 << 24, GCShare: 0.02,
				SchedLatencyP99: 300, MutexWait: 400,
			},
		},
		LoadShare: 0.31,
		Generator: results.Generator{Method: "timerfd", LatenessP50: 1, LatenessP99: 2, LatenessMax: 3},
		CPU:       results.CPU{Generator: 1, Workload: 2, Members: 3, Orchestrator: 4},
		Machine: results.Machine{
			Steal: 0.01, Load: 1.5,
			Pressure: results.Pressure{Known: true, CPU: 0.3, IO: 0.2, Memory: 0.1},
			Windows: []results.MachineWindow{{
				Name: results.Measured, From: 5, To: 12,
				Taken: results.Taken{Strangers: 0.2, Known: true, Steal: 0.01, Throttled: time.Millisecond},
			}},
			Score: 0.21, Scored: true, Waited: 3 * time.Second,
			Standstill: &results.Standstill{Longest: 12 * time.Millisecond, At: 7, Stopped: true,
				Suspended: time.Second, Late: time.Millisecond, Event: "e1", Limit: results.MostLate},
		},
		Processes: []results.Process{{Role: "worker", GOMAXPROCS: 4, GOGC: 400, Cores: "0-1"}},
		Evidence: &results.Evidence{
			Profiles:   []results.Profiled{{Window: results.Steady, From: 5, To: 9}},
			TraceBytes: 1 << 25, TraceEnd: 11, Missing: []string{"cpu-fault.pprof: no space left on device"},
			Worst: &results.Worst{At: 7, Response: 8 * time.Millisecond, Taken: 10, Dumps: 2},
		},
		Interrupted: true,
	}
}

func sampleEvents() []results.Event {
	return []results.Event{
		{At: -5, Source: "m1", What: "leader", Data: map[string]string{"leader": "m1", "term": "2"}},
		{At: 7, Source: "chaos", What: "injected \"now\"\n<&>"},
	}
}

// The samples are only worth something while they set every field.
func TestSamplesAreComplete(t *testing.T) {
	for _, sample := range []any{sampleRun(), sampleTrial(), sampleEvents()[0]} {
		for _, path := range zeros(reflect.ValueOf(sample), reflect.TypeOf(sample).Name()) {
			t.Errorf("%s is not set", path)
		}
	}
}

// zeros lists the fields that hold their zero value.
func zeros(v reflect.Value, path string) (unset []string) {
	switch {
	case v.IsZero():
		return []string{path}
	case v.Type() == reflect.TypeFor[time.Time]():
	case v.Kind() == reflect.Pointer:
		return zeros(v.Elem(), path)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() { // others are in no file
				unset = append(unset, zeros(v.Field(i), path+"."+f.Name)...)
			}
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			unset = append(unset, zeros(v.Index(i), path+"[]")...)
		}
	}
	return unset
}
