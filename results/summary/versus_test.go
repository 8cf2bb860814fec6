package summary_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

var environment = results.Environment{
	CPU: "some processor", Cores: 2, GOMAXPROCS: 2, MemoryMB: 16000, Kernel: "6.1.0-18-amd64", Go: "go1.26.3", Etcd: "3.7.3",
	Aftershock: "v0.1.0", Commit: "abc",
}

const scenario = `{"name":"leader-churn","asks":"what?","pairs":8,"margin":0.1,"fixes":["repair"],` +
	`"phases":{"steady":2000000000},"streams":[{"name":"batch","rate":1000}],"quick":{"pairs":6},"budget":{"run":7}}`

// planOf is a plan's text, pair after pair.
func planOf(seed uint64, pairs int) string {
	var text strings.Builder
	text.WriteString("# aftershock plan, version 1\n")
	for pair := 1; pair <= pairs; pair++ {
		fmt.Fprintf(&text, "plan scenario=leader-churn seed=%d pair=%d\nclient name=collector pin=follower.%d\n"+
			"event id=e1 at=%ds fault=leader-kill target=leader\n\n", seed, pair, pair%2, pair+int(seed))
	}
	return text.String()
}

// planned begins a run of as many planned pairs, with what a comparison with another looks at.
func planned(t *testing.T, pairs int) *world {
	w := newWorld(t, repair)
	w.run.Scenario, w.run.Environment, w.run.Pairs = json.RawMessage(scenario), environment, pairs
	w.run.PlanDigest = fmt.Sprintf("digest of %d pairs", pairs)
	w.plan(planOf(w.run.Seed, pairs))
	return w
}

func (w *world) plan(text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.folder, results.PlanFile), []byte(text), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// both makes two runs of 8 pairs, of which B has both arms take factor times as long.
func both(t *testing.T, factor float64) (a, b *world) {
	a, b = planned(t, 8), planned(t, 8)
	for i, n := range noise {
		a.trial(i+1, results.Before, slower(results.UnderTrigger, n))
		a.trial(i+1, results.After, slower(results.UnderTrigger, n/2))
		b.trial(8-i, results.Before, slower(results.UnderTrigger, factor*noise[7-i]))
		b.trial(8-i, results.After, slower(results.UnderTrigger, factor/2))
	}
	return a, b
}

func versus(t *testing.T, a, b *world, force bool) (summary.Versus, error) {
	t.Helper()
	b.run.ID = "other-run"
	a.save()
	b.save()
	return summary.CompareRuns(a.folder, b.folder, force)
}

// Each arm is compared with the same arm in the other run, pair with pair, whatever the order in which each was run.
func TestVersus(t *testing.T) {
	a, b := both(t, 1.5)
	v, err := versus(t, a, b, false)
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Arms) != 2 || v.Arms[0].Arm != results.Before || v.Arms[1].Arm != results.After || len(v.Forced) != 0 {
		t.Fatalf("%+v", v)
	}
	before, ok := v.Arms[0].Row(v.Arms[0].Primary)
	if !ok || !reflect.DeepEqual(before.Before.Pairs, []int{1, 2, 3, 4, 5, 6, 7, 8}) {
		t.Fatalf("%+v", before)
	}
	for i, value := range before.Before.Values { // the noise of a pair is that of its plan, and goes
		if ratio := before.After.Values[i] / value; math.Abs(ratio-1.5) > 1e-6 {
			t.Errorf("pair %d: %v", before.Before.Pairs[i], ratio)
		}
	}
	if c := before.Change; c.Verdict != stat.Regressed || v.Arms[0].Verdict() != stat.Regressed || math.Abs(c.Value-0.5) > 1e-6 {
		t.Errorf("%+v", *c)
	}
	after, _ := v.Arms[1].Row(v.Arms[1].Primary)
	if after.Before.Median > 1.1e6 || math.Abs(after.Change.Value-0.5) > 0.02 {
		t.Errorf("%+v, %+v", after.Before, *after.Change)
	}
	if _, ok := v.Arms[1].Row(results.Metric{Name: "capacity", Phase: results.CapacityCalm}); !ok {
		t.Error("other metrics are missing")
	}
	if _, err := json.Marshal(v); err != nil {
		t.Error(err)
	}
}

// The primary metrics of both arms stand together, and each arm's other rows.
func TestVersusIsCorrected(t *testing.T) {
	a, b := both(t, 1.5)
	v, err := versus(t, a, b, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, arm := range v.Arms {
		for _, r := range arm.Rows {
			if r.Change == nil {
				continue
			}
			want := stat.BenjaminiYekutieli
			if summary.OfMachine(r.Metric) || slices.Equal(r.Before.Values, r.After.Values) {
				want = stat.NoCorrection
			}
			if r.Metric == arm.Primary {
				if want = stat.Holm; r.Change.Adjusted != 2*r.Change.P {
					t.Errorf("%s: %+v", r.Metric, *r.Change)
				}
			}
			if r.Change.Correction != want || r.Change.Adjusted < r.Change.P {
				t.Errorf("%s: %+v", r.Metric, *r.Change)
			}
		}
	}
}

// Pairs that can be judged in both runs count: not those that are invalid, unexercised or not run in one of them.
func TestVersusOverCommonPairs(t *testing.T) {
	a, b := planned(t, 9), planned(t, 6)
	for pair := 1; pair <= 9; pair++ {
		a.pair(pair)
	}
	b.pair(1)
	b.trial(2, results.Before, invalid("worker"))
	b.trial(3, results.Before)
	b.trial(3, results.After, invalid("worker"))
	b.trial(3, results.Before, again(1))
	b.trial(3, results.After, again(1))
	b.trial(4, results.Before, fired(0))
	b.trial(4, results.After)
	b.pair(6)
	v, err := versus(t, a, b, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, arm := range v.Arms {
		if r, _ := arm.Row(arm.Primary); !reflect.DeepEqual(r.Before.Pairs, []int{1, 3, 6}) {
			t.Errorf("%s: pairs %v", arm.Arm, r.Before.Pairs)
		}
	}
	want := summary.SharedPairs{Fix: "repair", Both: []int{1, 3, 6}, LostB: []summary.LostPair{
		{Pair: 2, Why: "before: worker"}, {Pair: 4, Why: "not exercised"}, {Pair: 5, Why: "it has no trial"},
	}}
	if len(v.Pairs) != 1 || !reflect.DeepEqual(v.Pairs[0], want) || !v.Judged() {
		t.Errorf("got  %+v\nwant %+v", v.Pairs, want)
	}
	if !warned(v.Warnings, "repair: run B lost 3 pairs: pair 2 (before: worker), pair 4 (not exercised), pair 5 (it has no trial); 3 pairs compared") {
		t.Errorf("warnings %+v", v.Warnings)
	}
}

// A run whose pairs are added by width has lost only what it began.
func TestVersusOfARunThatStoppedByWidth(t *testing.T) {
	a, b := planned(t, 8), planned(t, 8)
	for _, w := range []*world{a, b} {
		w.run.Stop = &results.Stop{Width: 0.1, MaxPairs: 8}
		w.pair(1)
	}
	b.trial(2, results.Before)
	v, err := versus(t, a, b, false)
	if err != nil || len(v.Pairs[0].LostA) > 0 ||
		!reflect.DeepEqual(v.Pairs[0].LostB, []summary.LostPair{{Pair: 2, Why: "one arm alone has a trial"}}) {
		t.Errorf("%+v, %v", v.Pairs, err)
	}
}

// A run differs from a copy of itself in nothing, which is no answer, forced or not.
func TestVersusOfTheSameRun(t *testing.T) {
	a := planned(t, 1)
	a.pair(1)
	a.save()
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(a.folder)); err != nil {
		t.Fatal(err)
	}
	for _, force := range []bool{false, true} {
		if _, err := summary.CompareRuns(a.folder, copied, force); !errors.Is(err, summary.ErrSameRun) {
			t.Errorf("force %v: %v", force, err)
		}
	}
	a.run.Started = a.run.Started.Add(1)
	a.save()
	if _, err := summary.CompareRuns(a.folder, copied, false); err != nil {
		t.Errorf("two runs of one ID: %v", err)
	}
}

// A reader who compares two runs is told that they were not interleaved, and where others used one machine more
// than the other.
func TestVersusWarns(t *testing.T) {
	const apart = "the runs were not interleaved: A began at 2026-03-01 02:03 UTC (others took 4 % of the machine), " +
		"B at 2026-03-02 02:03 UTC ("
	for _, c := range []struct {
		others step
		want   []string
	}{
		{machine(results.Machine{}), []string{apart + "what others took is not known)"}},
		{sharedBy(0.08, 0.005), []string{apart + "others took 8 % of the machine)"}},
		{sharedBy(0.2, 0.01), []string{apart + "others took 21 % of the machine)",
			"the machine was shared differently: others took +17 points of it in B"}},
	} {
		a, b := planned(t, 1), planned(t, 1)
		b.run.Started = b.run.Started.Add(24 * time.Hour)
		a.trial(1, results.Before, sharedBy(0.03, 0.01))
		a.trial(1, results.After, sharedBy(0.03, 0.01))
		b.trial(1, results.Before, c.others)
		b.trial(1, results.After, c.others)
		v, err := versus(t, a, b, false)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, w := range v.Warnings {
			got = append(got, w.What)
			if w.Remedy == "" {
				t.Errorf("%q has no remedy", w.What)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
}

// Fixes of one run alone are told, and two runs without a common fix have nothing to compare.
func TestVersusOfDifferentFixes(t *testing.T) {
	a, b := both(t, 1)
	other := repair
	other.Name = "other"
	b.run.Fixes = append(b.run.Fixes, other)
	a.run.Status, b.run.Pinning = results.Partial, &results.Pinning{Worker: "0", Others: "1"}
	v, err := versus(t, a, b, false)
	if err != nil || len(v.Arms) != 2 {
		t.Fatalf("%v, %+v", err, v)
	}
	var got []string
	for _, w := range v.Warnings[1:] {
		got = append(got, w.What)
	}
	want := []string{
		"the processes were kept to different cores: A on all, B worker on 0, others on 1", "run A is partial",
		"other is in run B alone, and not compared",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	b.run.Fixes = []results.Fix{other}
	for _, force := range []bool{false, true} {
		var mismatch *summary.Mismatch
		if _, err := versus(t, a, b, force); err == nil || errors.As(err, &mismatch) || !strings.HasSuffix(err.Error(), "have no fix in common") {
			t.Errorf("%v", err)
		}
	}
}

func TestVersusOfAProfiledRun(t *testing.T) {
	for _, c := range []struct {
		a, b bool
		want string
	}{
		{true, false, "only the workers of run A were profiled"}, {false, true, "only the workers of run B were profiled"},
		{true, true, ""}, {false, false, ""},
	} {
		a, b := both(t, 1)
		a.run.Profiled, b.run.Profiled = c.a, c.b
		v, err := versus(t, a, b, false)
		if err != nil || warned(v.Warnings, "were profiled") != (c.want != "") || !warned(v.Warnings, c.want) {
			t.Errorf("%v, %v: %+v, %v", c.a, c.b, v.Warnings, err)
		}
	}
}

// A common fix without a common pair gives arms without rows, and says so.
func TestVersusWithoutACommonPair(t *testing.T) {
	a, b := planned(t, 8), planned(t, 8)
	a.pair(1)
	b.pair(2)
	v, err := versus(t, a, b, false)
	if err != nil || len(v.Arms) != 2 || len(v.Arms[0].Rows) != 0 || v.Arms[0].Verdict() != stat.Inconclusive {
		t.Fatalf("%v, %+v", err, v.Arms)
	}
	if !warned(v.Warnings, "repair: no pair can be judged in both runs") || v.Judged() {
		t.Errorf("%+v", v.Warnings)
	}
}
