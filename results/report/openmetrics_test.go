package report_test

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/report/reporttest"
)

// sampleLine is a line of OpenMetrics text with a value and a time in seconds.
var sampleLine = regexp.MustCompile(`^([a-z_]+)\{((?:[a-z]+="(?:[^"\\\n]|\\.)*",?)+)\} (\S+) (\d+)$`)

// exposed are the last value of each metric, and how many samples it has. Samples of one that is no histogram's must be
// in the order of time, no two at one, and all of them together.
func exposed(t testing.TB, text string) (last map[string]float64, samples map[string]int) {
	t.Helper()
	last, samples = map[string]float64{}, map[string]int{}
	times, previous := map[string]int64{}, ""
	if !strings.HasSuffix(text, "\n# EOF\n") {
		t.Errorf("the text ends with %q", text[max(0, len(text)-40):])
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "# ") {
			continue
		}
		m := sampleLine.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("no sample: %q", line)
		}
		name := m[1] + "{" + m[2] + "}"
		value, err := strconv.ParseFloat(m[3], 64)
		at, bad := strconv.ParseInt(m[4], 10, 64)
		if err != nil || bad != nil || math.IsNaN(value) {
			t.Fatalf("%q: %v, %v", line, err, bad)
		}
		if before, seen := times[name]; seen && at <= before {
			t.Errorf("%q comes after a sample at %d", line, before)
		}
		if times[name] != 0 && name != previous && !strings.HasPrefix(m[1], "aftershock_response_seconds") {
			t.Errorf("%q is apart from other samples of its metric", line)
		}
		times[name], last[name], previous = at, value, name
		samples[name]++
	}
	return last, samples
}

func openMetricsOf(t testing.TB, folder string) string {
	t.Helper()
	return folderAs(t, "openmetrics", folder)
}

// The counts at the end are those of the operations in the files, of every outcome, phase and stream.
func TestOpenMetricsCountsEveryOperation(t *testing.T) {
	folder := reporttest.Run{Fixes: 2, Pairs: 3, Trial: func(d *reporttest.Trial) {
		if d.Group != "group-1" || d.Arm != results.Before {
			return
		}
		d.Batch[100].Outcome, d.Batch[100].Reason = ops.Failed, ops.Rejected
		due := d.Batch[101].Intended
		d.Batch[101] = ops.Record{Outcome: ops.Missed, Reason: ops.Crashed, Intended: due, Lag: time.Second}
		d.Batch[102].Flags, d.Batch[600].Flags = ops.Partial, ops.Partial
		d.Batch[600].Service = 250 * time.Millisecond
		d.Generator.LatenessP99 = 3 * time.Millisecond
		d.Machine.Standstill = &results.Standstill{Longest: 20 * time.Millisecond}
		d.Spoiled = d.Block == 2
		if d.Spoiled {
			d.Invalid = "standstill"
		}
		d.Epoch = d.Epoch.Add(time.Duration(d.Block) * time.Minute)
	}}.Write(t)
	last, samples := exposed(t, openMetricsOf(t, folder))
	const run = `run="20260301T020304Z-leader-churn-7"`
	of := `arm="before",fix="fix-1",`
	for name, want := range map[string]float64{
		`aftershock_operations_total{` + of + `outcome="ok",phase="warm-up",` + run + `,stream="batch"}`:     3 * 498,
		`aftershock_operations_total{` + of + `outcome="failed",phase="warm-up",` + run + `,stream="batch"}`: 3,
		`aftershock_operations_total{` + of + `outcome="missed",phase="warm-up",` + run + `,stream="batch"}`: 3,
		`aftershock_operations_total{` + of + `outcome="missed",phase="steady",` + run + `,stream="batch"}`:  0,
		`aftershock_operations_total{` + of + `outcome="ok",phase="trigger",` + run + `,stream="batch"}`:     3 * 3900,
		`aftershock_operations_total{` + of + `outcome="ok",phase="fault",` + run + `,stream="batch"}`:       3 * 900,
		`aftershock_operations_total{` + of + `outcome="ok",phase="steady",` + run + `,stream="record"}`:     3 * 21,
		`aftershock_partial_operations_total{` + of + `phase="warm-up",` + run + `,stream="batch"}`:          3,
		`aftershock_response_seconds_count{` + of + `phase="warm-up",` + run + `,stream="batch"}`:            3 * 500,
		`aftershock_response_seconds_bucket{` + of + `phase="warm-up",` + run + `,stream="batch",le="+Inf"}`: 3 * 500,
		`aftershock_response_seconds_bucket{` + of + `phase="warm-up",` + run + `,stream="batch",le="0.5"}`:  3 * 498,
		`aftershock_leader_changes_total{` + run + `}`:                                                       12 * 2,
		`aftershock_trials_total{outcome="valid",` + run + `}`:                                               11,
		`aftershock_trials_total{outcome="invalid",` + run + `}`:                                             1,
		`aftershock_faults_active{fault="partition-leader",` + run + `}`:                                     0,
	} {
		if got, there := last[name]; !there || got != want {
			t.Errorf("%s is %v (%v), want %v", name, got, there, want)
		}
	}
	partition := `aftershock_faults_active{fault="partition-leader",` + run + `}`
	if samples[partition] < 5 {
		t.Errorf("%d samples of a fault of five seconds", samples[partition])
	}
}

// A run gives the same bytes each time, also where a counter stands at 0 in its first seconds.
func TestOpenMetricsAreRepeatable(t *testing.T) {
	slow.Reads(t)
	folder := reporttest.Run{Fixes: 1, Pairs: 2}.Write(t)
	first := openMetricsOf(t, folder)
	for range 10 {
		if again := openMetricsOf(t, folder); again != first {
			t.Fatal("another text of the same run")
		}
	}
}

// A trial that cannot be read is counted as such, and one that a file moves to another age, or makes as long as an age,
// does not give a sample to each of its seconds.
func TestOpenMetricsOfTroubledRuns(t *testing.T) {
	for name, c := range map[string]struct {
		spoil  func(*reporttest.Trial)
		unread float64
	}{
		"another age":   {func(d *reporttest.Trial) { d.Epoch = time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC) }, 4},
		"a later age":   {func(d *reporttest.Trial) { d.Epoch = d.Epoch.AddDate(300, 0, 0) }, 4},
		"as long as it": {func(d *reporttest.Trial) { d.Phases[3].To = math.MaxInt64 }, 4},
		"one arm":       {func(d *reporttest.Trial) { d.Skip = d.Arm == results.After }, 0},
		"outside": {func(d *reporttest.Trial) {
			d.Batch[0].Intended, d.Faults[1].Healed = math.MaxInt64, math.MaxInt64
			d.Faults[0].Fault = "leader\n\"kill\""
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			folder := reporttest.Run{Fixes: 1, Pairs: 2, Trial: c.spoil}.Write(t)
			last, _ := exposed(t, openMetricsOf(t, folder))
			const run = `run="20260301T020304Z-leader-churn-7"`
			if got := last[`aftershock_trials_total{outcome="unread",`+run+`}`]; got != c.unread {
				t.Errorf("%v trials are unread, want %v", got, c.unread)
			}
		})
	}
	damaged := reporttest.Run{Fixes: 1, Pairs: 2}.Write(t)
	if err := os.Truncate(filepath.Join(damaged, "trials/group-1/01-before", results.OpsFile), 5000); err != nil {
		t.Fatal(err)
	}
	last, _ := exposed(t, openMetricsOf(t, damaged))
	const run = `run="20260301T020304Z-leader-churn-7"`
	if last[`aftershock_trials_total{outcome="unread",`+run+`}`] != 1 ||
		last[`aftershock_trials_total{outcome="valid",`+run+`}`] != 3 {
		t.Errorf("one of four trials is damaged: %v", last)
	}
}
