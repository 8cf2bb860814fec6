package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"aftershock/results"
	"aftershock/results/gate"
	"aftershock/results/report"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// hostile is a summary in which every text and many figures come from a stranger.
func hostile(text string, v float64) report.Input {
	in := input()
	s := &in.Summary
	s.Run.ID, s.Run.Name, s.Run.Cluster, s.Run.Command = text, text, text, []string{text}
	s.Run.Environment = results.Environment{CPU: text, Commit: text, Go: text, Etcd: text, Kernel: text}
	s.Run.Pinning = &results.Pinning{Worker: text, Others: text}
	s.Run.Calibration.Checks[1].Shown, s.Run.Calibration.Rates[0].Through = text, text
	s.Warnings = []summary.Warning{{What: text, Remedy: text}}
	hurt := summary.Anatomy{
		Faults: 2, Leaderless: summary.Spread{N: 1, Median: time.Duration(math.Float64bits(v) >> 1)},
		Links: []summary.LinkSpread{{Client: text}, {Client: text}},
	}
	s.Outages = []summary.Outage{{Fault: text, All: hurt, After: hurt}}
	s.Noise = summary.Noise{
		Trials: 1, Known: true, Strangers: v, StrangersWorst: v, Steal: v, Load: v,
		Processes: []summary.Setup{setup(results.Before, text, 1, 1, text)},
	}
	change := &summary.Change{Value: v, Low: v, High: v, Confidence: 0.95, P: v, Detectable: v}
	r := ratio(text, text, "ns", v, v, change)
	r.Note = text
	f := summary.Fix{
		Fix: results.Fix{
			Name: text, Summary: text, Article: text, Primary: r.Metric,
			Trigger: results.Trigger{Counter: "c", Unit: text},
		},
		Primary: r, Rows: []summary.Row{r, ratio("p99", text, text, v, v, nil)}, Why: text, Verdict: stat.Verdict(1),
		Pairs: summary.Pairs{Invalid: []summary.Invalid{
			{Why: text}, {Why: "machine:" + text}, {Why: text, Interrupted: true},
		}},
		Need: &summary.Need{Command: text}, Trigger: summary.Trigger{Before: []float64{v}, After: []float64{v}},
	}
	s.Fixes = []summary.Fix{f, same()}
	in.Decision = gate.Decision{
		Policy: text, Run: text, Result: gate.Result(text), Notes: []string{text},
		Answers: []gate.Answer{
			{Name: text, Fix: text, Result: gate.Result(text), Measured: text, Bound: text, Why: text},
			{Name: "rule", Result: gate.Pass},
		},
	}
	return in
}

// Whatever a name is, each format stays one that its readers accept, with as many records as there are.
func FuzzHostileNames(f *testing.F) {
	for _, text := range []string{
		"", "fix", "a b", "a|b\nc", "]]>&<\x00\x1b[2J", "\xff\xfe", "a,b\"c", "\u2028\u202e", "=1+1", "a/b=c-8", "pass",
		strings.Repeat("x", 5000),
	} {
		f.Add(text, 0.5)
	}
	f.Add("x", 0.0)
	f.Add("x", -1.0)
	f.Add("x", 1e300)
	f.Fuzz(func(t *testing.T, text string, v float64) {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return // no summary holds one: its JSON could not
		}
		in := hostile(text, v)
		checkPlain(t, in)
		checkJUnit(t, in)
		checkCSV(t, in)
		checkBench(t, in)
		parseSVG(t, written(t, "svg", in))
		if page := written(t, "md", in); len(page) >= mebibyte || strings.Count(page, "\n| ") != 3*(1+2) {
			t.Errorf("%d bytes, %d table rows of\n%s", len(page), strings.Count(page, "\n| "), page)
		}
		checkPage(t, in, written(t, "html", hostile("harmless", v)))
		if !json.Valid([]byte(written(t, "json", in))) {
			t.Error("no JSON")
		}
	})
}

// checkPage sees to it that no name is an element of a page, or ends one: there are as many as with harmless names.
func checkPage(t *testing.T, in report.Input, harmless string) {
	t.Helper()
	text := written(t, "html", in)
	for element, want := range map[string]int{
		"<script": 2, "</script": 2, "<style": 1, "</style": 1, "<h1": 1, "<main": 1, "<meta": 5, "<!": 1,
		"<svg": strings.Count(harmless, "<svg"), "</svg": strings.Count(harmless, "<svg"),
		"<tr": strings.Count(harmless, "<tr"), "<table": strings.Count(harmless, "<table"),
	} {
		if got := strings.Count(text, element); got != want {
			t.Errorf("%d of %q, want %d", got, element, want)
		}
	}
	dataOf(t, text)
}

// checkPlain sees to it that no view moves a terminal's cursor.
func checkPlain(t *testing.T, in report.Input) {
	t.Helper()
	var out bytes.Buffer
	err := report.Terminal(&out, in.Summary, "folder")
	for _, other := range []error{
		report.Detail(&out, in.Summary), report.FixLine(&out, in.Summary.Fixes[0]), report.Decision(&out, in.Decision),
		report.Versus(&out, summary.Versus{A: in.Summary.Run, Arms: []summary.VersusArm{
			{Fix: in.Summary.Fixes[0].Name, Rows: in.Summary.Fixes[0].Rows},
		}}),
		report.Write("md", &out, in), err,
	} {
		if other != nil {
			t.Error(other)
		}
	}
	if !utf8.Valid(out.Bytes()) {
		t.Fatal("no UTF-8")
	}
	for _, r := range out.String() {
		if r != '\n' && !unicode.IsGraphic(r) || r == '\u2028' || r == '\u2029' {
			t.Fatalf("%q in a line of a terminal or page", r)
		}
	}
}

func checkJUnit(t *testing.T, in report.Input) {
	t.Helper()
	s := parseJUnit(t, written(t, "junit", in))
	if in.Decision.Answers[0].Result != gate.Pass && (s.Failures+s.Errors != 1 || s.Tests != 2) {
		t.Errorf("%+v", s)
	}
	if in.Decision.Result != gate.Pass && s.Failures+s.Errors == 0 {
		t.Errorf("%q became a pass", in.Decision.Result)
	}
}

func checkCSV(t *testing.T, in report.Input) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(written(t, "csv", in))).ReadAll()
	if err != nil || len(rows) != 1+2+1 {
		t.Errorf("%v: %d rows", err, len(rows))
	}
}

func checkBench(t *testing.T, in report.Input) {
	t.Helper()
	trials, _ := readBench(t, written(t, "benchfmt", in))
	if len(trials) != 2*2*8 {
		t.Errorf("%d trials", len(trials))
	}
}
