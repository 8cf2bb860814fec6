package report_test

import (
	"time"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// sample is a summary with one fix of each verdict, and with everything that may stand beside one.
func sample() summary.Summary {
	return summary.Summary{
		Schema: summary.Schema,
		Run: results.Run{
			Name: "leader-churn", Seed: 7, Pairs: 8, Margin: 0.1, Cluster: "processes", DataRoot: "tmpfs (ram)",
			Command: []string{"aftershock", "run", "leader-churn", "--seed", "7"}, NotRun: []string{"two-locks", "control"},
			Environment: results.Environment{
				CPU: "Some Processor 9", Cores: 2, Kernel: "6.1.0", Go: "go1.26.0", GOMAXPROCS: 2, Etcd: "3.7.3",
				Aftershock: "v0.1.0", Commit: "0123456789abcdef0123-dirty",
			},
		},
		Fixes: []summary.Fix{improved(), regressed(), same(), undecided(), notExercised(), censored()},
		Warnings: []summary.Warning{
			{What: "the run is partial: interrupted", Remedy: "run it again"},
			{What: "regressed-fix: 6 of 8 planned pairs can be judged"},
		},
	}
}

func improved() summary.Fix {
	p99 := ratio("p99", results.UnderTrigger, "ns", 2_304_000, 1_152_000, within(-0.5, -0.5512, -0.4401))
	p99.Before.Beyond, p99.After.Beyond = 24, 22
	return summary.Fix{
		Fix: results.Fix{
			Name: "context-isolation", Summary: "shared -> detached", Article: "P99 230 us -> 115 us", Primary: p99.Metric,
			Trigger: results.Trigger{Counter: "c", Unit: "batches", Says: "batches under a cancelled context"},
		},
		Verdict: stat.Improved, Pairs: summary.Pairs{Planned: 8, Valid: 8}, Primary: p99,
		Trigger: summary.Trigger{Before: []float64{1000, 1200, 1100.5}, After: []float64{900, 800, 850}},
		Rows: []summary.Row{
			p99,
			share("goodput", results.Steady, 1, 0.998, within(-0.002, -0.0025, 0)),
			ratio("gap", results.InFault, "ns", 1.2345e9, 0.25e9, within(-0.8, -0.9, 0.1)),
			ratio("capacity", results.CapacityTrigger, "1/s", 4321.4, 8765.6, &summary.Change{Value: 1.03}),
			{
				Metric: results.Metric{Name: "elections_unplanned"}, Unit: "count", Scale: stat.Difference,
				Before: side(0), After: side(1.5), Change: within(1.5, 0, 3),
			},
			ratio("cpu_workload", "", "s", 1.204, 1.806, within(0.5, 0.4, 0.6)),
		},
	}
}

func regressed() summary.Fix {
	p999 := ratio("p999", results.UnderTrigger, "ns", 100e3, 150e3, within(0.5, 0.3, 0.7))
	p999.Note = "1 of 6 pairs lack the figure in one arm"
	return summary.Fix{
		Fix: results.Fix{
			Name: "regressed-fix", Summary: "one lock -> two", Primary: p999.Metric,
			Trigger: results.Trigger{Counter: "c", Unit: "s", Says: "time that the lock was held"},
		},
		Verdict: stat.Regressed, Primary: p999, Rows: []summary.Row{p999},
		Trigger: summary.Trigger{Before: []float64{1.25}, After: []float64{0}},
		Pairs: summary.Pairs{Planned: 8, Valid: 6, Again: 1, Invalid: []summary.Invalid{
			{Pair: 3, Arm: results.After, Why: "the fault took no effect"},
			{Pair: 3, Arm: results.Before, Attempt: 1, Why: "worker: exit status 2\nfatal error: concurrent map writes\n..."},
		}},
	}
}

func same() summary.Fix {
	p50 := ratio("build_p50", results.Steady, "ns", 41_500, 41_400, within(-0.002, -0.01, 0.006))
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
	p99 := results.Metric{Name: "p99", Phase: results.UnderTrigger}
	return summary.Fix{
		Fix: results.Fix{
			Name: "idle-fix", Summary: "never met -> never met", Primary: p99,
			Trigger: results.Trigger{Counter: "c", Unit: "batches", Says: "batches that met it"},
		},
		Verdict: stat.NotExercised, Why: "the trigger stayed 0 in every before trial: batches that met it",
		Pairs:   summary.Pairs{Planned: 8, Valid: 8, NotExercised: 8},
		Trigger: summary.Trigger{Before: make([]float64, 8), After: make([]float64, 8)},
		Primary: summary.Row{Metric: p99, Note: "no pair has the figure in both arms"},
	}
}

func censored() summary.Fix {
	p99 := ratio("p99", results.InFault, "ns", 1e9, 250e6, nil)
	p99.Before.Censored, p99.Note = true, "a trial's quantile reached the operation time-out"
	return summary.Fix{
		Fix:     results.Fix{Name: "hopeless", Summary: "no time-out -> a time-out", Primary: p99.Metric},
		Verdict: stat.Inconclusive, Why: p99.Note, Primary: p99, Rows: []summary.Row{p99},
		Pairs: summary.Pairs{Planned: 8, Valid: 8},
	}
}

// within is a change with its 95 % interval.
func within(value, low, high float64) *summary.Change {
	return &summary.Change{
		Value: value, Low: low, High: high, Confidence: 0.95, Achieved: 0.96, Pairs: 8, Method: stat.Wilcoxon,
	}
}

func side(v float64) summary.Side { return summary.Side{Median: v, Values: []float64{v}} }

func ratio(name, phase, unit string, before, after float64, c *summary.Change) summary.Row {
	return summary.Row{
		Metric: results.Metric{Name: name, Phase: phase}, Unit: unit, Better: stat.Lower, Scale: stat.Ratio,
		Before: side(before), After: side(after), Change: c,
	}
}

func share(name, phase string, before, after float64, c *summary.Change) summary.Row {
	r := ratio(name, phase, "share", before, after, c)
	r.Scale = stat.Difference
	return r
}
