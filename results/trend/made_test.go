package trend_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/trend"
)

// firstNight is when the first night of every test began.
var firstNight = time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)

// made is a night with one figure, whose pairs have a log-ratio about level. Again adds a rerun about that level.
func made(rng *rand.Rand, day int, level float64, again ...float64) trend.Night {
	n := trend.Night{
		Schema: trend.Schema, Job: "collector", Started: firstNight.AddDate(0, 0, day),
		Ended:       firstNight.AddDate(0, 0, day).Add(20 * time.Minute),
		Policy:      trend.Policy{Margin: 0.05, Finds: 0.1, Digest: "0123"},
		Environment: results.Environment{CPU: "a processor", Cores: 2, Kernel: "6.1", Go: "go1.26.8", Etcd: "3.7.3"},
		Runs:        []trend.Run{run(rng, day, level)},
	}
	for _, level := range again {
		r := run(rng, day, level)
		r.Confirms, r.Seed, r.PlanDigest, r.ID = true, 2, "other plan", r.ID+"-again"
		n.Runs = append(n.Runs, r)
	}
	return n
}

const madePairs = 12

func run(rng *rand.Rand, day int, level float64) trend.Run {
	f := trend.Figure{
		Fix: "target", Metric: results.Metric{Name: "p99", Phase: "steady"}, Primary: true, Unit: "ns",
		Scale:  stat.Ratio,
		Better: stat.Lower, Margin: 0.05,
	}
	for i := range madePairs {
		before := 1e6 * math.Exp(0.03*rng.NormFloat64())
		f.Pairs, f.Before = append(f.Pairs, i+1), append(f.Before, before)
		f.After = append(f.After, before*math.Exp(level+0.03*rng.NormFloat64()))
	}
	if err := f.Compare(); err != nil {
		panic(err)
	}
	return trend.Run{
		ID: fmt.Sprintf("night-%d", day), Scenario: "leader-churn", Seed: 1, Pairs: madePairs, PlanDigest: "plan",
		Bucket: "0123456789ab", Load: &trend.Load{Setting: "series", Value: 2400}, Baseline: "v1.0.0",
		Candidate: fmt.Sprintf("commit%d", day), Command: "aftershock run leader-churn", Figures: []trend.Figure{f},
	}
}

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

// stored is a night with its file's name.
func stored(t testing.TB, n trend.Night) trend.Stored {
	t.Helper()
	name, data, err := n.Text()
	if err != nil {
		t.Fatal(err)
	}
	read, err := trend.Parse(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return trend.Stored{File: name, Night: read}
}
