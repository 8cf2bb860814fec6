package summary_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/summary"
)

var update = flag.Bool("update", false, "rewrite the golden file")

// A whole summary.json, with a line for each leaf.
func TestSummaryGolden(t *testing.T) {
	fix := repair
	fix.Claim, fix.Article = "the defect doubles the time", "P99 230 us -> 115 us"
	fix.Guards = []results.Metric{goodput, {Name: "partial"}}
	w := newWorld(t, fix)
	w.run.Pairs, w.run.Scenario = 7, json.RawMessage(`{"name":"leader-churn"}`)
	for i, n := range noise[:6] {
		disturbed := machine(results.Machine{
			Steal: 0.001 * float64(i), Load: 1.5, Windows: []results.MachineWindow{
				{Name: results.Measured, Taken: results.Taken{Known: true, Strangers: 0.01 * float64(i)}},
			},
			Standstill: &results.Standstill{Longest: time.Duration(i) * 30 * ms, Stopped: i > 3, Limit: results.MostLate},
			Pressure:   results.Pressure{Known: true, CPU: 0.25, IO: 0.125},
		})
		w.trial(i+1, results.Before, fired(uint64(100+i)), disturbed, setUp, probed(i))
		w.trial(i+1, results.After, disturbed, setUp, probed(2*i), fired(uint64(10+i)), slower(results.UnderTrigger, n/2), slower(results.Steady, 2*n*n*n*n),
			become(results.InFault, 5*i, refused), become(results.Recovery, 120, missed),
			capacity(results.CapacityTrigger, uint64(900+i)))
	}
	w.trial(7, results.After, invalid("the fault took no effect"))
	s := w.compute()
	got := compact(t, s)
	path := filepath.Join("testdata", results.SummaryFile)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s(go test ./results/summary -update rewrites it)", got, want)
	}
	// The golden file is what a reader of summary.json gets, verdict included.
	var back summary.Summary
	if err := json.Unmarshal(want, &back); err != nil {
		t.Fatal(err)
	}
	f, g := s.Fixes[0], back.Fixes[0]
	if back.Schema != summary.Schema || g.Verdict != f.Verdict || !reflect.DeepEqual(g.Pairs, f.Pairs) {
		t.Errorf("read back as %+v", back)
	}
}

func setUp(r *recipe) {
	r.trial.Processes = []results.Process{
		{Role: "worker", GOMAXPROCS: 4, GOGC: 400, Cores: "0-1"}, {Role: "n1", GOMAXPROCS: 2, GOGC: 100, Cores: "0-1"},
		{Role: "orchestrator", GOMAXPROCS: 2, GOGC: 100, Cores: "0-1"},
	}
	r.trial.Worker.GCs, r.trial.Worker.GCPause = 3, 250*time.Microsecond
}

var (
	fraction = regexp.MustCompile(`-?\d+(\.\d+)?(e[-+]?\d+)?\b`)
	array    = regexp.MustCompile(`\[[^\[\]{}]*\]`)
	object   = regexp.MustCompile(`\{[^{}]*\}`)
	blanks   = regexp.MustCompile(`\n\s*`)
)

// compact is a summary's JSON with arrays and objects that hold no other on a line of their own. Fractions are rounded
// to 9 digits: logarithms differ in their last bit from one processor to another.
func compact(t *testing.T, s summary.Summary) string {
	t.Helper()
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		t.Fatal(err)
	}
	oneLine := func(leaf string) string { return strings.TrimSpace(blanks.ReplaceAllString(leaf, " ")) }
	out := array.ReplaceAllStringFunc(text.String(), oneLine)
	out = object.ReplaceAllStringFunc(out, oneLine)
	return fraction.ReplaceAllStringFunc(out, func(number string) string {
		if !strings.ContainsAny(number, ".e") {
			return number
		}
		value, err := strconv.ParseFloat(number, 64)
		if err != nil {
			t.Fatal(err)
		}
		return strconv.FormatFloat(value, 'g', 9, 64)
	})
}
