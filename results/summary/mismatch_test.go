package summary_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/summary"
)

// edit replaces text in the scenario.
func edit(from, to string) func(*world) {
	return func(w *world) {
		if !strings.Contains(string(w.run.Scenario), from) {
			panic("the scenario lacks " + from)
		}
		w.run.Scenario = json.RawMessage(strings.Replace(string(w.run.Scenario), from, to, 1))
	}
}

func TestMismatch(t *testing.T) {
	moved := func(w *world) {
		w.run.PlanDigest = "another"
		w.plan(strings.ReplaceAll(strings.ReplaceAll(planOf(7, 8), "at=9s", "at=9.5s"), "at=12s", "at=11s"))
	}
	for _, c := range []struct {
		name  string
		alter func(w *world) // run B
		want  []string       // nothing: it is compared
	}{
		{"nothing", func(*world) {}, nil},
		{"the program", func(w *world) {
			w.run.Environment.Aftershock, w.run.Environment.Commit, w.run.Environment.Binary = "v0.2.0", "def", "other"
		}, nil},
		{"the same bucket", func(w *world) {
			e := &w.run.Environment
			e.Go, e.Kernel, e.MemoryMB = "go1.26.8", "6.12.3", 16384
		}, nil},
		{"more pairs", func(w *world) {
			w.run.Pairs, w.run.PlanDigest = 12, "longer"
			w.plan(planOf(7, 12))
		}, nil},
		{"what a scenario asks and how long it runs", func(w *world) {
			w.run.Scenario = json.RawMessage(`{"name":"leader-churn","asks":"why?","pairs":9,"margin":0.1,"fixes":[],` +
				`"streams":[{"rate":1000,"name":"batch"}],"phases":{"steady":2000000000}}`)
		}, nil},
		{"a value of the scenario", edit("2000000000", "3000000000"),
			[]string{"scenario, phases.steady: 2000000000 against 3000000000"}},
		{"close numbers", edit("2000000000", "2000000000.0000001"),
			[]string{"scenario, phases.steady: 2000000000 against 2000000000.0000001"}},
		{"fields of another version that are empty", edit(`"steady":2000000000`,
			`"steady":2000000000,"a":0,"b":"","c":false,"d":null,"e":[],"f":{}`), nil},
		{"a list of the scenario", edit(`{"name":"batch","rate":1000}`, `{"name":"batch","rate":1000},{"name":"publish"}`),
			[]string{"scenario, streams[1].name: none against publish"}},
		{"no scenario", func(w *world) { w.run.Scenario = nil }, []string{
			"scenario, margin: 0.1 against none", "scenario, name: leader-churn against none",
			"scenario, phases.steady: 2000000000 against none", "scenario, streams[0].name: batch against none",
			"scenario, streams[0].rate: 1000 against none",
		}},
		{"the seed", func(w *world) {
			w.run.Seed, w.run.PlanDigest = 8, "of seed 8"
			w.plan(planOf(8, 3))
		}, []string{"seed: 7 against 8", "plans: those of 3 of 3 pairs differ (pairs 1, 2, 3)"}},
		{"the seed, and one pair in common", func(w *world) {
			w.run.Seed, w.run.PlanDigest = 8, "of seed 8"
			w.plan(planOf(8, 1))
		}, []string{"seed: 7 against 8", "plans: those of 1 of 1 pair differ (pair 1)"}},
		{"two plans", moved, []string{"plans: those of 2 of 8 pairs differ (pairs 2, 5)"}},
		{"other pairs", func(w *world) {
			w.run.PlanDigest = "of pair 9"
			w.plan("plan scenario=s seed=7 pair=9\n")
		}, []string{"plans: no pair is planned in both"}},
		{"a pair that is not a number", func(w *world) {
			w.run.PlanDigest = "broken"
			w.plan("plan scenario=s seed=7 pair=99999999999999999999\n")
		}, []string{`plans: B's cannot be read: plan.txt: strconv.Atoi: parsing "99999999999999999999": value out of range`}},
		{"runtime", func(w *world) { w.run.Cluster = "embedded" }, []string{"runtime: processes against embedded"}},
		{"a CPU quota", func(w *world) { w.run.Environment.Allowed = 0.5 },
			[]string{"cores that the control group allows: all against 0.5"}},
		{"environment variables", func(w *world) {
			w.run.Environment.Variables = []string{"GOGC=50", "GORACE"}
		}, []string{"environment variables: none against GOGC=50 GORACE"}},
		{"everything about the machine", func(w *world) {
			w.run.Environment = results.Environment{
				CPU: "another", Cores: 4, GOMAXPROCS: 3, MemoryMB: 8000, Kernel: "5.10", Go: "go1.27.1", Etcd: "3.7.4",
			}
		}, []string{
			"CPU: some processor against another", "cores: 2 against 4", "GOMAXPROCS: 2 against 3", "Go: go1.26 against go1.27",
			"etcd: 3.7.3 against 3.7.4", "kernel: 6 against 5", "memory, in MB to the nearest power of two: 16384 against 8192",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := planned(t, 8), planned(t, 8)
			a.pair(1)
			b.pair(1)
			c.alter(b)
			_, err := versus(t, a, b, false)
			var mismatch *summary.Mismatch
			switch {
			case len(c.want) == 0:
				if err != nil {
					t.Fatal(err)
				}
				return
			case !errors.As(err, &mismatch):
				t.Fatalf("got %v, want a mismatch", err)
			}
			if !slices.Equal(mismatch.Differences, c.want) {
				t.Errorf("got  %q\nwant %q", mismatch.Differences, c.want)
			}
			want := "some-run and other-run cannot be compared, because they differ in more than the program:\n  " +
				strings.Join(c.want, "\n  ") + "\n(--force compares them all the same)"
			if err.Error() != want {
				t.Errorf("got  %s\nwant %s", err, want)
			}
			forced, err := versus(t, a, b, true)
			if err != nil || !slices.Equal(forced.Forced, c.want) || len(forced.Arms) != 2 {
				t.Fatalf("by force: %v, %+v", err, forced)
			}
			for _, d := range c.want {
				if !warned(forced.Warnings, "compared with --force although the runs differ: "+d) {
					t.Errorf("no warning of %q", d)
				}
			}
		})
	}
}

// Runs are not compared when a file of either is not as it left it; by force they are, with a warning of it.
func TestVersusOfADamagedRun(t *testing.T) {
	a, b := planned(t, 8), planned(t, 8)
	b.run.ID = "other-run"
	a.pair(1)
	b.pair(1)
	a.save()
	b.save()
	if err := os.Remove(filepath.Join(a.folder, results.TrialDir(results.Slot{Group: "repair", Block: 1, Arm: results.After}, 0), results.OpsFile)); err != nil {
		t.Fatal(err)
	}
	put(t, "", b.folder, results.PlanFile)
	want := []string{
		"damaged in run A: trials/repair/01-after/ops.bin: is missing",
		"damaged in run B: plan.txt: is not what the run left: its SHA-256 is e3b0c44298fc and was ",
	}
	_, err := summary.CompareRuns(a.folder, b.folder, false)
	var mismatch *summary.Mismatch
	if !errors.As(err, &mismatch) || len(mismatch.Differences) != 2 {
		t.Fatalf("%v", err)
	}
	forced, err := summary.CompareRuns(a.folder, b.folder, true)
	if err != nil {
		t.Fatal(err)
	}
	for i, says := range want {
		if !strings.HasPrefix(mismatch.Differences[i], says) || !warned(forced.Warnings, "compared with --force "+
			"although the runs differ: "+says) {
			t.Errorf("%q, warnings %+v", mismatch.Differences, forced.Warnings)
		}
	}
	if err := os.Remove(filepath.Join(b.folder, results.PlanFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := summary.CompareRuns(a.folder, b.folder, false); err == nil || !strings.Contains(err.Error(), "damaged in run B: plan.txt: is missing") {
		t.Errorf("%v", err)
	}
}

// A slower program must not be given less to do: runs at two loads are refused, and told how to be made alike.
func TestMismatchOfLoads(t *testing.T) {
	with := func(w *world, series int, measured bool) {
		edit(`"phases"`, fmt.Sprintf(`"workload":{"series":%d},"phases"`, series))(w)
		if measured {
			w.run.Load = &results.Load{Setting: "series", Value: series, Least: series / 2, Most: 8000, Expected: 0.3}
		}
		w.pair(1)
	}
	for _, c := range []struct {
		name     string
		series   int
		measured bool
		want     []string
	}{
		{"equal", 2600, true, nil},
		{"equal, and not measured", 2600, false, nil},
		{"other", 3000, true, []string{"load: 2600 series against 3000 (run either again with --load and the other's)"}},
		{"other, and not measured", 3000, false, []string{"scenario, workload.series: 2600 against 3000"}},
	} {
		a, b := planned(t, 8), planned(t, 8)
		with(a, 2600, true)
		with(b, c.series, c.measured)
		_, err := versus(t, a, b, false)
		var mismatch *summary.Mismatch
		if refused := errors.As(err, &mismatch); refused != (len(c.want) > 0) || refused && !slices.Equal(mismatch.Differences, c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// Either folder may be none of a run.
func TestVersusOfNoRun(t *testing.T) {
	a := planned(t, 1)
	a.save()
	none := t.TempDir()
	for _, folders := range [][2]string{{a.folder, none}, {none, a.folder}} {
		if _, err := summary.CompareRuns(folders[0], folders[1], true); err == nil ||
			!strings.Contains(err.Error(), "is not a run's folder") {
			t.Errorf("%v", err)
		}
	}
}

func TestFingerprint(t *testing.T) {
	for _, c := range []struct{ got, want summary.Fingerprint }{
		{summary.FingerprintOf(environment), summary.Fingerprint{
			CPU: "some processor", Cores: 2, GOMAXPROCS: 2, Go: "go1.26", Etcd: "3.7.3", Kernel: "6", MemoryMB: 16384,
		}},
		{summary.FingerprintOf(results.Environment{Go: "devel go1.27-0123abc", Kernel: "7", MemoryMB: 15_800}),
			summary.Fingerprint{Go: "go1.27", Kernel: "7", MemoryMB: 16384}},
		{summary.FingerprintOf(results.Environment{MemoryMB: 16_500}), summary.Fingerprint{MemoryMB: 16384}},
		{summary.FingerprintOf(results.Environment{Go: "something else", Kernel: "custom", MemoryMB: 1}),
			summary.Fingerprint{Go: "something else", Kernel: "custom", MemoryMB: 1}},
		{summary.FingerprintOf(results.Environment{MemoryMB: -5}), summary.Fingerprint{}},
		{summary.FingerprintOf(results.Environment{Variables: []string{"GOGC=50", "GOMAXPROCS=1"}}),
			summary.Fingerprint{Variables: "GOGC=50 GOMAXPROCS=1"}},
		{summary.FingerprintOf(results.Environment{MemoryMB: 1<<63 - 1}), summary.Fingerprint{MemoryMB: 1 << 62}},
	} {
		if c.got != c.want {
			t.Errorf("got  %+v\nwant %+v", c.got, c.want)
		}
	}
}
