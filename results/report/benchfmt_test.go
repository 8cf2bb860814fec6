package report_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/report"
	"aftershock/results/stat"
	"aftershock/results/summary"

	"golang.org/x/perf/benchfmt"
)

// readBench reads benchmark text as benchstat does.
func readBench(t testing.TB, text string) (all []*benchfmt.Result, better map[string]int) {
	t.Helper()
	r := benchfmt.NewReader(strings.NewReader(text), "bench.txt")
	for r.Scan() {
		switch record := r.Result().(type) {
		case *benchfmt.Result:
			all = append(all, record.Clone())
		case *benchfmt.SyntaxError:
			t.Fatalf("%v in\n%s", record, text)
		}
	}
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	for i, pair := range benchPairs(text) {
		all[i].SetConfig("block", pair)
	}
	better = map[string]int{}
	for key := range r.Units() {
		better[key.Unit] = r.Units().GetBetter(key.Unit)
	}
	return all, better
}

// benchPairs gives the pair of each line: the comment in front of it names it.
func benchPairs(text string) (pairs []string) {
	pair := ""
	for line := range strings.Lines(text) {
		if number, found := strings.CutPrefix(line, "# pair "); found {
			pair = strings.TrimSpace(number)
		}
		if strings.HasPrefix(line, "Benchmark") {
			pairs = append(pairs, pair)
		}
	}
	return pairs
}

// benchName is what a line of an arm is called.
func benchName(fix string, arm results.Arm) string {
	return fmt.Sprintf("Load/fix=%s/arm=%s-%d", fix, arm, environment().GOMAXPROCS)
}

func TestBenchRoundTrip(t *testing.T) {
	trials, better := readBench(t, written(t, "benchfmt", input()))
	byName := map[string][]*benchfmt.Result{}
	for _, r := range trials {
		byName[string(r.Name)] = append(byName[string(r.Name)], r)
		if r.GetConfig("scenario") != "leader-churn" || r.GetConfig("cpu") != "Some Processor 9" || r.GetConfig("block") == "" {
			t.Errorf("%s: %+v", r.Name, r.Config)
		}
	}
	for _, c := range []struct {
		fix, unit string
		row       summary.Row
		per       float64
		better    int
	}{
		{"context-isolation", "p99-trigger-sec/op", improved().Rows[0], 1e9, -1},
		{"context-isolation", "goodput-steady-share", improved().Rows[1], 1, +1},
		{"context-isolation", "capacity-trigger-op/s", improved().Rows[3], 1, +1},
		{"context-isolation", "elections_unplanned-count/trial", improved().Rows[4], 1, -1},
		{"context-isolation", "cpu_workload-sec/trial", improved().Rows[5], 1, -1},
		{"regressed-fix", "p999-trigger-sec/op", regressed().Rows[0], 1e9, -1},
		{"control", "build_p50-steady-sec/op", undecided().Rows[0], 1e9, -1},
	} {
		for arm, side := range map[results.Arm]summary.Side{results.Before: c.row.Before, results.After: c.row.After} {
			got := byName[benchName(c.fix, arm)]
			if len(got) != len(side.Values) {
				t.Fatalf("%s %s: %d trials, want %d", c.fix, arm, len(got), len(side.Values))
			}
			for i, r := range got {
				if v, ok := r.Value(c.unit); !ok || math.Abs(v-side.Values[i]/c.per) > 1e-12*math.Abs(v) {
					t.Errorf("%s, trial %d %s: %s is %v, want %v", c.fix, i, arm, c.unit, v, side.Values[i]/c.per)
				}
				if want := strconv.Itoa(side.Pairs[i]); r.GetConfig("block") != want {
					t.Errorf("block %s, want %s", r.GetConfig("block"), want)
				}
			}
		}
		if better[c.unit] != c.better {
			t.Errorf("better of %s is %d, want %d", c.unit, better[c.unit], c.better)
		}
	}
	if n := len(byName[benchName("hopeless", results.Before)]); n != 0 {
		t.Errorf("%d trials with values that reached the time-out", n)
	}
}

// A metric that some pairs lack leaves their trials without it, and moves no value into another trial.
func TestBenchKeepsPairsApart(t *testing.T) {
	in := input()
	f := &in.Summary.Fixes[0]
	f.Rows = f.Rows[:2]
	lacking := &f.Rows[1]
	for _, s := range []*summary.Side{&lacking.Before, &lacking.After} {
		s.Pairs, s.Values = []int{9, 2}, []float64{math.Inf(1), 0}
	}
	in.Summary.Fixes = in.Summary.Fixes[:1]
	trials, _ := readBench(t, written(t, "benchfmt", in))
	if len(trials) != 16 { // the infinite value is the only one of pair 9
		t.Errorf("%d trials", len(trials))
	}
	for _, r := range trials {
		v, ok := r.Value("goodput-steady-share")
		if ok != (r.GetConfig("block") == "2") || v != 0 {
			t.Errorf("pair %s: %v, %v", r.GetConfig("block"), v, ok)
		}
	}
}

// Of which pair a value is must be known, or it would be taken for another's.
func TestBenchLeavesOutWhatHasNoPair(t *testing.T) {
	for name, spoil := range map[string]func(*summary.Row){
		"no pairs":       func(r *summary.Row) { r.Before.Pairs, r.After.Pairs = nil, nil },
		"too many pairs": func(r *summary.Row) { r.After.Pairs = append(r.After.Pairs, 9) },
		"too few pairs":  func(r *summary.Row) { r.Before.Pairs = r.Before.Pairs[1:] },
		"one arm":        func(r *summary.Row) { r.After.Values, r.After.Pairs = nil, nil },
		"a bound after":  func(r *summary.Row) { r.After.Bounds = bounds(r.After) },
	} {
		in := input()
		in.Summary.Fixes = in.Summary.Fixes[1:2]
		spoil(&in.Summary.Fixes[0].Rows[0])
		if trials, better := readBench(t, written(t, "benchfmt", in)); len(trials)+len(better) != 0 {
			t.Errorf("%s: %d trials, %v", name, len(trials), better)
		}
	}
}

// What people call things has blanks and slashes, which end a part of a benchmark's name.
func TestBenchNames(t *testing.T) {
	row := ratio("p 99/x", "a b-c", "ns", 1e9, 1e9, nil)
	row.Better = stat.Higher
	in := report.Input{Summary: summary.Summary{Fixes: []summary.Fix{{
		Fix: results.Fix{Name: "a b/c=d-8"}, Rows: []summary.Row{row},
	}}}}
	in.Summary.Run.Environment.CPU = "  two\nlines: x "
	trials, better := readBench(t, written(t, "benchfmt", in))
	if len(trials) != 16 || string(trials[0].Name) != "Load/fix=a%20b%2Fc=d-8/arm=before-1" {
		t.Fatalf("%d, %s", len(trials), trials[0].Name)
	}
	if base, parts := trials[0].Name.Parts(); string(base) != "Load" || string(parts[len(parts)-1]) != "-1" {
		t.Errorf("benchstat takes %s apart into %s and %q", trials[0].Name, base, parts)
	}
	if v, ok := trials[0].Value("p%2099%2Fx-a%20b_c-sec/op"); !ok || math.Abs(v-1) > 0.01 || better["p%2099%2Fx-a%20b_c-sec/op"] != 1 {
		t.Errorf("%v, %v", trials[0].Values, better)
	}
	if cpu := trials[0].GetConfig("cpu"); cpu != "two lines: x" {
		t.Errorf("cpu %q", cpu)
	}
}

// benchstat, in the version that go.mod names, with the command line that the documentation gives.
func TestBenchstatReadsIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bench.txt")
	if err := os.WriteFile(path, []byte(written(t, "benchfmt", input())), 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{"tool", "benchstat", "-col", "/arm@(before after)"}
	run := func(more ...string) string {
		var out, problems bytes.Buffer
		cmd := exec.CommandContext(t.Context(), "go", append(append(args[:len(args):len(args)], more...), path)...)
		cmd.Stdout, cmd.Stderr = &out, &problems
		if err := cmd.Run(); err != nil {
			t.Fatalf("%v: %s", err, problems.String())
		}
		return out.String()
	}
	if text := run(); strings.Count(text, " before ") != 9 || strings.Count(text, " after ") != 9 {
		t.Errorf("not 9 tables with a column for each arm:\n%s", text)
	}
	shown := benchstatRows(t, run("-format", "csv"))
	for _, c := range []struct {
		name          string
		before, after float64
		change, n     string
	}{
		{"p99-trigger-sec/op context-isolation", 0.002304, 0.001152, "-50.00%", "p=0.000 n=8"},
		{"capacity-trigger-op/s context-isolation", 4321.4, 8765.6, "+102.84%", "p=0.000 n=8"},
		{"p999-trigger-sec/op regressed-fix", 100e-6, 150e-6, "+50.00%", "p=0.000 n=8"},
		{"build_p50-steady-sec/op null", 41.5e-6, 41.4e-6, "~", "p=0.083 n=8"},
		{"build_p50-steady-sec/op control", 41.5e-6, 59e-6, "+42.17%", "p=0.000 n=8"},
	} {
		row := shown[c.name]
		if len(row) != 7 || row[5] != c.change || row[6] != c.n || !near(row[1], c.before) || !near(row[3], c.after) {
			t.Errorf("%s: %q, want %v -> %v, %s %s", c.name, row, c.before, c.after, c.change, c.n)
		}
	}
	if len(shown) != 10 {
		t.Errorf("%d rows: %q", len(shown), shown)
	}
}

// Two runs differ in their names, seeds and commits, and are shown beside each other without a word about that.
func TestBenchstatShowsTwoRunsBesideEachOther(t *testing.T) {
	folder := t.TempDir()
	var files []string
	for n, in := range []report.Input{input(), input()} {
		in.Summary.Run.ID += strconv.Itoa(n)
		in.Summary.Run.Seed += uint64(n)
		in.Summary.Run.Environment.Commit += strconv.Itoa(n)
		files = append(files, filepath.Join(folder, fmt.Sprintf("bench%d.txt", n)))
		if err := os.WriteFile(files[n], []byte(written(t, "benchfmt", in)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.CommandContext(t.Context(), "go", append([]string{"tool", "benchstat"}, files...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	text := string(out)
	if strings.Count(text, "cpu: ") != 1 || strings.Count(text, "vs base") != 9 || strings.Contains(text, "seed") {
		t.Errorf("not a table a unit with a column for each file:\n%s", text)
	}
}

// benchstatRows gives the rows of benchstat's tables by "unit fix". A table without a before and an after column has
// none.
func benchstatRows(t *testing.T, text string) map[string][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	records, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows, arms, unit := map[string][]string{}, false, ""
	for _, record := range records {
		fix, isRow := strings.CutPrefix(record[0], "Load/fix=")
		fix = strings.TrimSuffix(fix, fmt.Sprintf("-%d", environment().GOMAXPROCS))
		switch {
		case len(record) == 7 && record[1] == "before":
			arms, unit = record[3] == "after", ""
		case len(record) == 7 && record[2] == "CI":
			unit = record[1]
		case isRow && arms && unit != "":
			rows[unit+" "+fix] = record
		}
	}
	return rows
}

func near(text string, want float64) bool {
	v, err := strconv.ParseFloat(text, 64)
	return err == nil && math.Abs(v-want) <= 1e-9*want
}
