package fixes_test

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/fixes"
)

func TestEveryRepairNamesItsPrice(t *testing.T) {
	for _, f := range fixes.Registry().Fixes {
		if !f.Repairs() {
			if f.Price.Stated() {
				t.Errorf("%s repairs nothing, and has the price %s", f.Name, f.Price)
			}
			continue
		}
		if says := f.Price.Says; says == "" || strings.HasSuffix(says, ".") || strings.Contains(says, "\n") {
			t.Errorf("%s: the price says %q, want one sentence without its full stop", f.Name, says)
		}
		// A name that no phase goes with and that is no counter of the arms is one of the trial's own figures.
		of := f.Workload(results.After).Describe().Counters
		counted := slices.ContainsFunc(of, func(c ops.Counter) bool { return c.Name == f.Price.Metric.Name })
		trials := []string{"", "heap_peak", "heap_end"}
		if f.Price.Metric.Phase == "" && !counted && !slices.Contains(trials, f.Price.Metric.Name) {
			t.Errorf("%s: its arms do not count its price %s", f.Name, f.Price)
		}
	}
}

// free are the fixes that cost nothing, each with a test that its arms do the same work but for what the repair
// leaves out.
var free = map[string]func(*testing.T, collector.Fix){
	"context-isolation": buildsNoMore, "panic-control-flow": buildsNoMore, "timeout-per-key": buildsNoMore,
	"done-leak": requestsNoMore,
}

func TestAPriceOfNoneIsNone(t *testing.T) {
	var none []string
	for _, f := range fixes.All() {
		if !f.Repairs() || !f.Price.None() {
			continue
		}
		none = append(none, f.Name)
		if check := free[f.Name]; check != nil {
			t.Run(f.Name, func(t *testing.T) { check(t, f) })
		}
	}
	slices.Sort(none)
	if want := slices.Sorted(maps.Keys(free)); !slices.Equal(none, want) {
		t.Errorf("the price is none for %q, and there is a test of that for %q", none, want)
	}
}

const rounds = 50

// buildsNoMore holds the batches of both arms against each other, and what they allocate, in calm and in trouble.
func buildsNoMore(t *testing.T, f collector.Fix) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	series := make([]collector.Series, 100)
	for i := range series {
		series[i] = collector.Series{Key: "n1:up_" + strconv.Itoa(i) + ":value", Value: float64(i)}
	}
	for name, shared := range map[string]context.Context{"calm": t.Context(), "cancelled": cancelled} {
		var allocs [2]float64
		var keys [2]int
		for i, arm := range []results.Arm{results.Before, results.After} {
			into, builder := make(map[string]any, len(series)), fixes.Seams(f, arm).Builder
			if b, ok := builder.(collector.Counting); ok {
				builder = b.Counting(func(string, uint64) {})
			}
			allocs[i] = testing.AllocsPerRun(rounds, func() { builder.Build(shared, into, series) })
			keys[i] = len(into)
		}
		if keys[0] != keys[1] || allocs[1] > allocs[0] {
			t.Errorf("%s: before writes %d series with %v allocations, after %d with %v", name, keys[0], allocs[0],
				keys[1], allocs[1])
		}
	}
}

// requestsNoMore holds what both arms allocate for a request against each other.
func requestsNoMore(t *testing.T, f collector.Fix) {
	var allocs [2]float64
	for i, arm := range []results.Arm{results.Before, results.After} {
		parent, cancel := context.WithCancel(t.Context())
		requests, id := fixes.Seams(f, arm).NewRequests(), uint64(0)
		allocs[i] = testing.AllocsPerRun(rounds, func() {
			id++
			requests.Begin(parent, id)
			requests.End(id)
		})
		cancel()
		requests.Wait()
	}
	if allocs[1] > allocs[0] {
		t.Errorf("a request takes %v allocations before and %v after", allocs[0], allocs[1])
	}
}
