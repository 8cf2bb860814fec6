package summary_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/summary"
)

// A recording holds every attempt, judged or not, in the columns of those that are played.
func TestRecord(t *testing.T) {
	w := disturbedRun(t, func(share float64) float64 { return 1 + 10*share })
	w.run.Environment = results.Environment{CPU: "AMD EPYC", Cores: 2, Commit: "04f486d", Host: "secret"}
	// What reached the time-out, or was not recorded, is empty.
	w.trial(9, results.Before, slower(results.UnderTrigger, 1e6))
	w.trial(9, results.After)
	w.save()
	var out bytes.Buffer
	if err := summary.Record(&out, w.folder); err != nil {
		t.Fatal(err)
	}
	comment, rest, _ := strings.Cut(out.String(), "\n")
	if comment != "# leader-churn, seed 7, build 04f486d, AMD EPYC, 2 cores" || strings.Contains(rest, "secret") {
		t.Errorf("%q", comment)
	}
	rows, err := csv.NewReader(strings.NewReader(rest)).ReadAll()
	if err != nil || len(rows) != 1+2*11 {
		t.Fatalf("%v, %d rows:\n%s", err, len(rows), rest)
	}
	played, err := os.ReadFile("../stat/testdata/noisy/seed11.csv")
	if err != nil {
		t.Fatal(err)
	}
	_, header, _ := strings.Cut(string(played), "\n")
	header, _, _ = strings.Cut(header, "\n")
	for _, column := range rows[0] {
		if !slices.Contains(strings.Split(header, ","), column) {
			t.Errorf("no column %s in %s", column, header)
		}
	}
	for line, want := range map[int]string{
		1:  "repair,1.0,before,0,0.01,0,",
		2:  "repair,1.0,after,1,0.014,0,",
		3:  "repair,2.0,before,3,0.304,0,", // the after arm was run first
		19: "repair,5.1,before,18,0.015,0,",
		21: "repair,9.0,before,20,,,",
	} {
		if got := strings.Join(rows[line], ","); !strings.HasPrefix(got, want) {
			t.Errorf("line %d: %s, want %s", line, got, want)
		}
	}
	// The median under the trigger is the figure that the world slows down.
	column := 11
	if rows[0][column] != "p50_trigger_ns" || rows[1][column] == "" || rows[21][column] != "" || rows[22][column] == "" {
		t.Errorf("%s: %s, %s, %s", rows[0][column], rows[1][column], rows[21][column], rows[22][column])
	}
	if err := summary.Record(&out, t.TempDir()); err == nil || !strings.Contains(err.Error(), "is not a run's folder") {
		t.Errorf("%v", err)
	}
}
