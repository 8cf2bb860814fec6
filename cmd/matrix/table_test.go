package main

import (
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/summary"
)

// of is a run on an etcd in which the leader was paused, with the calm and the trouble of its puts.
func of(etcd string, calm float64, trouble summary.Side, elected summary.Spread) summary.Summary {
	phase := results.Metric{Name: "goodput", Phase: results.InFault}
	return summary.Summary{
		Run: results.Run{
			Name: "kv-put", Status: results.Complete,
			Environment: results.Environment{Etcd: etcd, CPU: "Some Processor 9"},
		},
		Fixes: []summary.Fix{{
			Fix:     results.Fix{Name: "kv-put", Against: results.Steady},
			Primary: summary.Row{Metric: phase, Unit: "share", After: trouble},
			Rows: []summary.Row{
				{Metric: results.Metric{Name: "p99", Phase: results.InFault}, Unit: "ns",
					Before: summary.Side{Median: calm, Values: []float64{calm}}},
				{Metric: results.Metric{Name: "p99", Phase: results.Recovery}, Unit: "ns",
					Before: summary.Side{Median: calm, Values: []float64{calm}}},
			},
		}},
		Outages: []summary.Outage{
			{Fault: "leader-pause", All: summary.Anatomy{LeaderElected: elected, Links: []summary.LinkSpread{
				{Client: "a", Outage: summary.Spread{N: 1, Median: time.Second}},
				{Client: "b", Outage: summary.Spread{
					N: 3, Min: time.Second, Median: 2 * time.Second, Max: 3 * time.Second,
				}},
			}}},
			{Fault: "leader-kill", Shared: []string{"leader-pause"}, All: summary.Anatomy{LeaderElected: elected}},
		},
	}
}

func TestATableOfEtcds(t *testing.T) {
	seen := summary.Spread{
		N: 3, Min: 500 * time.Millisecond, Median: 600 * time.Millisecond, Max: 900 * time.Millisecond,
	}
	got := table([]summary.Summary{
		of("3.6.9 (binary 1)", 2e6, summary.Side{Median: 0.5, Values: []float64{0.5, 0.7, 0.4}}, seen),
		of("3.7.3 (binary 2)", 3e6, summary.Side{}, summary.Spread{}),
	})
	for _, want := range []string{
		"| scenario | figure | 3.6.9 (binary 1) | 3.7.3 (binary 2) |\n|---|---|---|---|\n",
		"| kv-put | p99 (steady) | 2 ms [2 ms, 2 ms] | 3 ms [3 ms, 3 ms] |\n",
		"| kv-put | goodput (fault) | 50 % [40 %, 70 %] | - |\n",
		"| kv-put | leader-pause: new leader after | 600 ms [500 ms, 900 ms] | - |\n",
		"| kv-put | leader-pause: out of service | 2 s [1 s, 3 s] | 2 s [1 s, 3 s] |\n", "Some Processor 9",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	bounded := summary.Side{Median: 1e9, AtLeast: true, Values: []float64{5e8, 1e9}, Bounds: []bool{false, true}}
	if got := median(bounded, "ns"); got != "at least 1 s [500 ms, more]" {
		t.Errorf("a bound is shown as %s", got)
	}
	if strings.Count(got, "p99") != 1 || strings.Contains(got, "leader-kill") {
		t.Errorf("too much in\n%s", got)
	}
}

func TestNoTableOfNoRuns(t *testing.T) {
	for want, folders := range map[string][]string{"no runs": nil, "no-such-folder: ": {"no-such-folder"}} {
		var out strings.Builder
		if err := run(folders, &out); err == nil || !strings.Contains(err.Error(), want) || out.Len() > 0 {
			t.Errorf("%v: %v, %q", folders, err, out.String())
		}
	}
}
