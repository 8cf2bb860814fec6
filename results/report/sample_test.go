package report_test

import (
	"encoding/json"
	"time"

	"aftershock/results"
	"aftershock/results/gate"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// sample is a summary with one fix of each verdict, and with everything that may stand beside one.
func sample() summary.Summary {
	s := summary.Summary{
		Schema: summary.Schema,
		Run:    sampleRun(),
		Noise: summary.Noise{
			Trials: 98, Known: true, Strangers: 0.0312, StrangersWorst: 0.2041, Steal: 0.001, StealWorst: 0.0123,
			Pressure: results.Pressure{Known: true, CPU: 0.25, IO: 0.0031, Memory: 0}, Load: 2.345,
			Standstills: []summary.Standstill{
				{Group: "control", Arm: results.After, Stood: 9, Trials: 40, Worst: 250 * time.Millisecond, Uneven: true},
			},
			Processes: []summary.Setup{
				setup(results.Before, "member", 2, 100, "0-1"), setup(results.After, "member", 2, 100, "0-1"),
				setup(results.Before, "orchestrator", 2, 100, "0-1"), setup(results.After, "orchestrator", 2, 100, "0-1"),
				setup(results.Before, "worker", 4, 400, "2-3"), setup(results.After, "worker", 4, 100, "2-3"),
			},
		},
		Fixes: []summary.Fix{improved(), regressed(), same(), undecided(), notExercised(), censored()},
		Outages: []summary.Outage{
			{
				Fault: "leader-transfer", All: transferred(12), Before: transferred(6), After: transferred(6),
			},
			{
				Fault: "follower-kill", All: followerKilled(), Before: followerKilled(),
				After: summary.Anatomy{Links: []summary.LinkSpread{}},
			},
			{Fault: "snapshot-save", All: saved(4), Before: saved(2), After: saved(2)},
			{
				Fault: "follower-kill", Shared: []string{"link-latency"}, All: transferred(1), Before: transferred(1),
				After: summary.Anatomy{Links: []summary.LinkSpread{}},
			},
		},
		Warnings: []summary.Warning{
			{What: "null: an alarm between identical arms", Remedy: "believe no verdict", Top: true},
			{Partial: true, What: "the run is partial: interrupted", Remedy: "run it again"},
			{What: "regressed-fix: 6 of 8 planned pairs can be judged"},
		},
	}
	for _, f := range s.Fixes {
		s.Run.Fixes = append(s.Run.Fixes, f.Fix)
	}
	return s
}

// transferred is what transfers cost two clients, in all of which everything came.
func transferred(n int) summary.Anatomy {
	return summary.Anatomy{
		Faults: n, Effective: times(n, 1_200, 2_300, 3_456), LeaderLost: times(n, 1_100, 1_900, 2_000),
		LeaderElected: times(n, 2_000, 2_500, 4_000), Leaderless: times(n, 0, 600, 2_000), Recovered: times(n, 2_100, 2_700, 4_100),
		Links: []summary.LinkSpread{
			{Client: "collector", Out: 2, Outage: times(2, 4_000, 5_000, 29_999),
				LongestGap: times(n, 25_100, 26_000, 51_000)},
			{Client: "reader", LongestGap: times(n, 25_100, 26_000, 51_000)},
		},
	}
}

// followerKilled is a fault that costs no leader, met so often that a P90 can be told, and once without an end.
func followerKilled() summary.Anatomy {
	gap := times(201, 5_000_000, 5_012_345, 5_100_000)
	gap.P90 = 5_050 * time.Millisecond
	return summary.Anatomy{
		Faults: 201, Effective: times(201, 1_000, 2_000, 3_000), Leaderless: times(201, 0, 0, 0), Recovered: times(200, 90_000, 95_000, 99_000),
		Links: []summary.LinkSpread{{Client: "collector", Out: 201,
			Outage: times(200, 5_000_000, 5_012_345, 5_100_000), LongestGap: gap}},
	}
}

// saved is a fault that means to hurt no one.
func saved(n int) summary.Anatomy {
	return summary.Anatomy{
		Faults: n, Done: times(n, 9_000, 9_500, 12_000), Leaderless: times(n, 0, 0, 0),
		Recovered: times(n, 10_000, 10_500, 13_000),
		Links:     []summary.LinkSpread{{Client: "collector", LongestGap: times(n, 50_000, 51_000, 53_000)}},
	}
}

// times are a spread in microseconds.
func times(n, least, median, most int) summary.Spread {
	us := func(n int) time.Duration { return time.Duration(n) * time.Microsecond }
	return summary.Spread{N: n, Min: us(least), Median: us(median), Max: us(most)}
}

func setup(arm results.Arm, role string, procs, gogc int, cores string) summary.Setup {
	return summary.Setup{Arm: arm, Process: results.Process{Role: role, GOMAXPROCS: procs, GOGC: gogc, Cores: cores}}
}

func sampleRun() results.Run {
	started := time.Date(2026, 3, 1, 2, 3, 4, 0, time.UTC)
	return results.Run{
		Schema: results.Schema, ID: "20260301T020304Z-leader-churn-7", Status: results.Partial, Why: "interrupted",
		Started: started, Ended: started.Add(time.Hour), Scenario: json.RawMessage(`{"name":"leader-churn"}`),
		Name: "leader-churn", Seed: 7, Pairs: 8, Margin: 0.1, Cluster: "processes", DataRoot: "tmpfs (ram)",
		Command: []string{"aftershock", "run", "leader-churn", "--seed", "7"}, NotRun: []string{"two-locks", "control"},
		PlanDigest: "sha256:abc", TrialTime: 20 * time.Second, Reserve: 2,
		Groups: []results.Group{{Name: "null", Arms: []results.GroupArm{
			{Name: results.Before, Fix: "null", Side: results.Before}, {Name: results.After, Fix: "null", Side: results.After},
		}}},
		Order:       []results.Slot{{Group: "null", Block: 1, Arm: results.After}},
		Environment: environment(),
		Stop:        &results.Stop{Width: 0.1, MaxPairs: 20, MaxTime: 90 * time.Minute},
		Looks: []results.Look{{
			At: started, Took: 2 * time.Second, Cores: 2, Taken: results.Taken{Strangers: 0.3, Known: true, Steal: 0.01, Throttled: 1},
		}},
		Patience: &results.Patience{Block: 15 * time.Second, Run: time.Minute}, Waited: 4 * time.Second,
		Resumed: []time.Time{started.Add(time.Minute)},
		Pinning: &results.Pinning{Worker: "2-3", Others: "0-1"},
		Calibration: &results.Calibration{
			Schema: results.CalibrationSchema, Made: started.AddDate(0, 0, -3), Command: []string{"aftershock", "selftest"},
			Environment: environment(), Result: results.Unsound,
			Rates: []results.FalseAlarms{
				{Metric: metric("p99", results.UnderTrigger), Through: "cluster-free", Runs: 100, Pairs: 8, Alarms: 1, Nominal: 0.05, Upper: 0.0466},
				{Metric: metric("build_p50", results.Steady), Through: "cluster and faults", Runs: 12, Pairs: 8, Nominal: 0.05, Upper: 0.221},
				{Metric: metric("p50", results.Recovery), Through: "cluster-free", Runs: 100, Pairs: 8, Nominal: 0.05, Upper: 0.03},
			},
			Checks: []results.Check{
				{Name: "oracle", Holds: true, Shown: "P99 1.00 s of 1 s"},
				{Name: "control", Shown: "+12 % [+3, +20], and +50 % was injected"},
				{Name: "null", Undecided: true, Shown: "+1 % [-20, +30]"},
			},
		},
	}
}

func environment() results.Environment {
	return results.Environment{
		Host: "h1", Binary: "b1", CPU: "Some Processor 9", Cores: 4, MemoryMB: 8000, Kernel: "6.1.0", Go: "go1.26.0",
		GOMAXPROCS: 2, Etcd: "3.7.3", Aftershock: "v0.1.0", Commit: "0123456789abcdef0123-dirty",
	}
}

func improved() summary.Fix {
	p99 := ratio("p99", results.UnderTrigger, "ns", 2_304_000, 1_152_000, within(-0.5, -0.5512, -0.4401))
	p99.Before.Beyond, p99.After.Beyond = 24, 22
	p99.Change.Verdict, p99.Change.Correction, p99.Change.Adjusted = stat.Improved, stat.Holm, 0.0469
	p99.Change.Autocorrelation = -0.213
	psi := share("psi_cpu", "", 0.2, 0.31, within(0.1, 0.05, 0.15))
	return summary.Fix{
		Fix: results.Fix{
			Name: "context-isolation", Summary: "shared -> detached", Article: "P99 230 us -> 115 us", Primary: p99.Metric,
			Claim: "halves P99", Guards: []results.Metric{metric("goodput", results.Steady)},
			Price:   results.Price{Metric: metric("gap", results.InFault), Says: "readers wait for a batch"},
			Trigger: results.Trigger{Counter: "c", Unit: "batches", Says: "batches under a cancelled context"},
		},
		Verdict: stat.Improved, Pairs: summary.Pairs{Planned: 8, Valid: 8}, Primary: p99,
		Looked:  summary.Looked{Figures: 30, Pairs: 8, AtOnce: 19, Alone: 13},
		Trigger: summary.Trigger{Before: []float64{1000, 1200, 1100.5}, After: []float64{900, 800, 850}},
		Rows: []summary.Row{
			p99,
			share("goodput", results.Steady, 1, 0.998, within(-0.002, -0.0025, 0)),
			ratio("gap", results.InFault, "ns", 1.2345e9, 0.25e9, within(-0.8, -0.9, 0.1)),
			ratio("capacity", results.CapacityTrigger, "1/s", 4321.4, 8765.6, &summary.Change{Value: 1.03, Pairs: 1, Method: stat.NoInterval}),
			{
				Metric: metric("elections_unplanned", ""), Unit: "count", Better: stat.Lower, Scale: stat.Difference,
				Before: side(0), After: side(1.5), Change: within(1.5, 0, 3),
			},
			ratio("cpu_workload", "", "s", 1.204, 1.806, within(0.5, 0.4, 0.6)),
			psi,
		},
	}
}

func regressed() summary.Fix {
	p999 := ratio("p999", results.UnderTrigger, "ns", 100e3, 150e3, within(0.5, 0.3, 0.7))
	p999.Note = "1 of 6 pairs lack the figure in one arm"
	p999.Change.Verdict, p999.Change.P, p999.Change.Adjusted = stat.Regressed, 0.00003, 0.00018
	p999.Change.Correction, p999.Change.Detectable = stat.Holm, 0
	return summary.Fix{
		Fix: results.Fix{
			Name: "regressed-fix", Summary: "one lock -> two", Primary: p999.Metric,
			Price:   results.Price{Says: "both lock as often"},
			Trigger: results.Trigger{Counter: "c", Unit: "s", Says: "time that the lock was held"},
		},
		Verdict: stat.Regressed, Primary: p999, Rows: []summary.Row{p999},
		Trigger: summary.Trigger{Before: []float64{1.25}, After: []float64{0}},
		Pairs: summary.Pairs{Planned: 8, Valid: 6, Again: 1, CrashedBefore: 1, Invalid: []summary.Invalid{
			{Pair: 3, Arm: results.After, Why: "the fault took no effect"},
			{Pair: 3, Arm: results.Before, Attempt: 1, Why: "worker: exit status 2\nfatal error: concurrent map writes\n..."},
			{Pair: 4, Arm: results.Before, Why: "standstill: the machine was suspended for 3s"},
			{Pair: 5, Arm: results.After, Attempt: 1, Why: "machine: steal 9 %"},
			{Pair: 6, Arm: results.Before, Why: "machine: steal 8 %"},
			{Pair: 8, Arm: results.After, Why: "the run was interrupted", Interrupted: true},
		}},
	}
}

func same() summary.Fix {
	p50 := ratio("build_p50", results.Steady, "ns", 41_500, 41_400, within(-0.002, -0.01, 0.006))
	p50.Change.Verdict, p50.Change.Equivalence = stat.NoDifference, 0.0039
	return summary.Fix{
		Fix: results.Fix{
			Name: "null", Summary: "instrument: both arms are the same", Instrument: true, Primary: p50.Metric,
		},
		Verdict: stat.NoDifference, Pairs: summary.Pairs{Planned: 8, Valid: 8}, Primary: p50, Rows: []summary.Row{p50},
	}
}

func undecided() summary.Fix {
	p50 := ratio("build_p50", results.Steady, "ns", 41_500, 59_000, within(0.42, -0.1, 0.9))
	return summary.Fix{
		Fix: results.Fix{
			Name: "control", Summary: "instrument: slower by half", Instrument: true, Expect: 0.5, Primary: p50.Metric,
		},
		Verdict: stat.Inconclusive, Why: "the interval is too wide", Primary: p50, Rows: []summary.Row{p50},
		Need: &summary.Need{
			MorePairs: 12, Time: 8*time.Minute + 24*time.Second, Command: "aftershock run leader-churn --pairs 20",
		},
		Pairs: summary.Pairs{Planned: 8, Valid: 8},
	}
}

func notExercised() summary.Fix {
	p99 := metric("p99", results.UnderTrigger)
	return summary.Fix{
		Fix: results.Fix{
			Name: "idle-fix", Summary: "never met -> never met", Primary: p99,
			Price:   results.Price{Metric: metric("heap_peak", ""), Says: "a batch more"},
			Trigger: results.Trigger{Counter: "c", Unit: "batches", Says: "batches that met it"},
		},
		Verdict: stat.NotExercised, Why: "the trigger stayed 0 in every before trial: batches that met it",
		Pairs:   summary.Pairs{Planned: 8, Valid: 8, NotExercised: 8},
		Trigger: summary.Trigger{Before: make([]float64, 8), After: make([]float64, 8)},
		Primary: summary.Row{
			Metric: p99, Unit: "ns", Better: stat.Lower, Scale: stat.Ratio, Note: "no pair has the figure in both arms",
		},
	}
}

func censored() summary.Fix {
	p99 := ratio("p99", results.InFault, "ns", 1e9, 250e6, within(-0.75, -1, -0.7))
	p99.Before.AtLeast, p99.Before.Bounds = true, bounds(p99.Before)
	p99.Change.Open, p99.Change.Low90, p99.Change.High90, p99.Change.Verdict = stat.OpenLow, -1, -0.72, stat.Improved
	p99.Change.Detectable, p99.Change.DetectableHarm = 0, 0
	return summary.Fix{
		Fix:     results.Fix{Name: "hopeless", Summary: "no time-out -> a time-out", Primary: p99.Metric},
		Verdict: stat.Improved, Primary: p99, Rows: []summary.Row{p99}, Pairs: summary.Pairs{Planned: 8, Valid: 8},
	}
}

// sampleVersus is two runs that differ in more than they may.
func sampleVersus() summary.Versus {
	a, b := sampleRun(), sampleRun()
	b.ID, b.Environment.Cores, b.Status = "20260302T020304Z-leader-churn-7", 8, results.Complete
	f := improved()
	v := summary.Versus{Schema: summary.VersusSchema, A: a, B: b, Forced: []string{"cores: 4 and 8"}}
	for _, arm := range []results.Arm{results.Before, results.After} {
		v.Arms = append(v.Arms, summary.VersusArm{Fix: f.Name, Arm: arm, Primary: f.Fix.Primary, Rows: f.Rows[:2]})
	}
	v.Forced = append(v.Forced, "go: 1.25 against 1.26")
	v.Warnings = []summary.Warning{
		{What: "control is in A alone", Remedy: "run it in both"},
		{What: "compared with --force although the runs differ: go: 1.25 against 1.26",
			Remedy: "this difference may have caused the change"},
	}
	return v
}

// sampleDecision has an answer of each result.
func sampleDecision() gate.Decision {
	return gate.Decision{
		Policy: "release", Notes: []string{"the run is partial: interrupted"}, Run: "20260301T020304Z-leader-churn-7", Result: gate.Fail,
		Answers: []gate.Answer{
			{Name: "must be improved", Fix: "context-isolation", Result: gate.Pass, Measured: "-50.0 % [-55.1, -44.0]", Bound: "improved", Why: "the verdict is improved"},
			{Name: "no harm to P99 (steady)", Fix: "regressed-fix", Result: gate.Fail, Measured: "+50.0 % [+30.0, +70.0]", Bound: "+5 %", Why: "the interval is beyond the bound"},
			{Name: "no harm to P99 (steady)", Fix: "control", Result: gate.Inconclusive, Measured: "+42.0 % [-10.0, +90.0]", Bound: "+5 %", Why: "the interval allows both"},
			{Name: "no harm to P99 (fault)", Fix: "null", Result: gate.Underpowered, Measured: "-0.2 %", Bound: "+1 %", Why: "8.1 % could have been found"},
			{Name: "exercised", Fix: "idle-fix", Result: gate.Invalid, Why: "the trigger stayed 0"},
		},
	}
}

func metric(name, phase string) results.Metric { return results.Metric{Name: name, Phase: phase} }

// within is a change with its 95 % interval.
func within(value, low, high float64) *summary.Change {
	return &summary.Change{
		Value: value, Low: low, High: high, Low90: low + (value-low)/4, High90: high - (high-value)/4, Confidence: 0.95,
		Achieved: 0.96, Pairs: 8, Method: stat.Wilcoxon, Margin: 0.1, P: 0.0078125, Adjusted: 0.0123,
		Correction: stat.BenjaminiYekutieli, Equivalence: 1, Detectable: -0.0753, DetectableHarm: 0.0814, MannWhitney: 0.000155,
	}
}

// side is an arm with eight pairs about a median, as if each trial of pair n were n - 4.5 thousandths above it.
func side(v float64) summary.Side {
	s := summary.Side{Median: v}
	for n := 1; n <= 8; n++ {
		s.Values, s.Pairs = append(s.Values, v+v/1000*(float64(n)-4.5)), append(s.Pairs, n)
	}
	return s
}

func ratio(name, phase, unit string, before, after float64, c *summary.Change) summary.Row {
	better := stat.Lower
	if unit == "1/s" || name == "goodput" {
		better = stat.Higher
	}
	return summary.Row{
		Metric: metric(name, phase), Unit: unit, Better: better, Scale: stat.Ratio,
		Before: side(before), After: side(after), Change: c,
	}
}

func share(name, phase string, before, after float64, c *summary.Change) summary.Row {
	r := ratio(name, phase, "share", before, after, c)
	r.Scale = stat.Difference
	return r
}

// bounds marks all values of a side.
func bounds(s summary.Side) []bool {
	all := make([]bool, len(s.Values))
	for i := range all {
		all[i] = true
	}
	return all
}

// sampleOutages is a run of outages alone.
func sampleOutages() summary.Unarmed {
	s := sample()
	u := summary.Unarmed{Schema: summary.OutagesSchema, Run: s.Run, Trials: 3, Noise: s.Noise}
	for _, o := range s.Outages {
		u.Outages = append(u.Outages, summary.UnarmedOutage{Fault: o.Fault, Shared: o.Shared, Anatomy: o.All})
	}
	return u
}
