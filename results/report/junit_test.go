package report_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/gate"
	"aftershock/results/report"
	"aftershock/results/summary"
)

// suite is JUnit XML as a CI server reads it, written down once more.
type suite struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Suites   []struct {
		Name       string `xml:"name,attr"`
		Tests      int    `xml:"tests,attr"`
		Failures   int    `xml:"failures,attr"`
		Errors     int    `xml:"errors,attr"`
		Time       string `xml:"time,attr"`
		Properties []struct {
			Name  string `xml:"name,attr"`
			Value string `xml:"value,attr"`
		} `xml:"properties>property"`
		Cases []struct {
			Class   string   `xml:"classname,attr"`
			Name    string   `xml:"name,attr"`
			Time    string   `xml:"time,attr"`
			Failure *verdict `xml:"failure"`
			Error   *verdict `xml:"error"`
			Skipped *verdict `xml:"skipped"`
			Out     string   `xml:"system-out"`
		} `xml:"testcase"`
		Out string `xml:"system-out"`
	} `xml:"testsuite"`
}

type verdict struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
}

func parseJUnit(t testing.TB, text string) suite {
	t.Helper()
	var s suite
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = true
	if err := d.Decode(&s); err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		for err == nil {
			_, err = d.Token()
		}
		if !errors.Is(err, io.EOF) {
			t.Fatalf("%v behind the end of\n%s", err, text)
		}
	}
	if len(s.Suites) != 1 {
		t.Fatalf("%d suites", len(s.Suites))
	}
	return s
}

// Only what passed is a test that passed, whatever a result is called.
func TestJUnitResults(t *testing.T) {
	for _, c := range []struct {
		result gate.Result
		want   string
	}{
		{gate.Pass, ""}, {gate.Fail, "failure"}, {gate.Inconclusive, "error"}, {gate.Underpowered, "error"},
		{gate.Invalid, "error"}, {"", "error"}, {"passed", "error"},
	} {
		in := input()
		in.Decision.Result = c.result
		in.Decision.Answers = []gate.Answer{{Name: "rule", Fix: "a-fix", Result: c.result, Why: "because"}}
		s := parseJUnit(t, written(t, "junit", in))
		got, all, bad := "", s.Suites[0], 0
		for _, test := range all.Cases {
			if test.Failure != nil {
				got, bad = "failure", bad+1
			}
			if test.Error != nil {
				got, bad = "error", bad+1
			}
			if test.Class != "leader-churn.a-fix" || test.Name != "rule" || test.Skipped != nil {
				t.Errorf("%+v", test)
			}
		}
		if got != c.want || all.Tests != 1 || all.Failures+all.Errors != bad {
			t.Errorf("%q: %q in %+v, want %q", c.result, got, all, c.want)
		}
		if s.Tests != all.Tests || s.Failures != all.Failures || s.Errors != all.Errors {
			t.Errorf("the sums differ: %+v", s)
		}
	}
}

// A decision that did not pass never leaves a suite in which everything did, and a policy that asked nothing proves
// nothing.
func TestJUnitNeverPassesAlone(t *testing.T) {
	pass := gate.Answer{Name: "rule", Result: gate.Pass}
	for _, c := range []struct {
		name     string
		decision gate.Decision
		bad      int
	}{
		{"partial run", gate.Decision{Policy: "p", Result: gate.Invalid, Answers: []gate.Answer{pass}}, 1},
		{"no result", gate.Decision{Policy: "p", Answers: []gate.Answer{pass}}, 1},
		{"no answer", gate.Decision{Policy: "p"}, 1},
		{"no answer, and a pass", gate.Decision{Policy: "p", Result: gate.Pass}, 1},
		{"failed", gate.Decision{Policy: "p", Result: gate.Fail, Answers: []gate.Answer{pass}}, 1},
		{"passed", gate.Decision{Policy: "p", Result: gate.Pass, Answers: []gate.Answer{pass, pass}}, 0},
	} {
		in := input()
		in.Decision = c.decision
		s := parseJUnit(t, written(t, "junit", in))
		if s.Failures+s.Errors != c.bad || s.Tests != len(s.Suites[0].Cases) {
			t.Errorf("%s: %+v", c.name, s)
		}
	}
	in := input()
	in.Decision = gate.Decision{}
	if err := report.Write("junit", io.Discard, in); err == nil || !strings.Contains(err.Error(), "no policy") {
		t.Errorf("without a policy: %v", err)
	}
}

// A CI server keeps one case of a class and a name, and of two it may keep the one that passed.
func TestJUnitNamesAreUnique(t *testing.T) {
	in := input()
	in.Decision.Answers = []gate.Answer{
		{Name: "rule", Fix: "a-fix", Result: gate.Fail}, {Name: "rule", Fix: "a-fix", Result: gate.Pass},
		{Name: "rule (2)", Fix: "a-fix", Result: gate.Pass}, {Name: "rule", Fix: "b-fix", Result: gate.Pass},
		{Name: "bell\x07", Result: gate.Pass}, {Name: "bell\x08", Result: gate.Pass},
	}
	seen := map[[2]string]bool{}
	s := parseJUnit(t, written(t, "junit", in))
	for _, c := range s.Suites[0].Cases {
		seen[[2]string{c.Class, c.Name}] = true
	}
	if len(seen) != len(in.Decision.Answers) || s.Failures != 1 {
		t.Errorf("%d names of %d cases: %v", len(seen), len(in.Decision.Answers), seen)
	}
}

// Jenkins and GitLab show a suite's time, or the sum of its cases': both are the run's.
func TestJUnitTimes(t *testing.T) {
	in := input()
	in.Decision.Answers = make([]gate.Answer, 8)
	suite := parseJUnit(t, written(t, "junit", in)).Suites[0]
	if suite.Time != "3600.000" {
		t.Errorf("the suite took %q", suite.Time)
	}
	for _, c := range suite.Cases {
		if c.Time != "450.000" {
			t.Errorf("case %s took %q", c.Name, c.Time)
		}
	}
	in.Summary.Run.Ended = time.Time{} // killed, or still running
	if suite = parseJUnit(t, written(t, "junit", in)).Suites[0]; suite.Time != "0.000" ||
		suite.Cases[0].Time != "0.000" {
		t.Errorf("without an end it took %q, and a case %q", suite.Time, suite.Cases[0].Time)
	}
}

// What became of trials, what is damaged and what is noted stands where CI servers show it: in each case's output, whether it
// passed or not, and in the suite's properties and output.
func TestJUnitShowsWhatBecameOfTrials(t *testing.T) {
	in := input()
	in.Summary.Fixes = []summary.Fix{{
		Fix: results.Fix{Name: "a-fix"},
		Rows: []summary.Row{
			{Metric: results.Metric{Name: "crashed"}, Before: summary.Side{Values: []float64{0, 0}}, After: summary.Side{Values: []float64{0, 0}}},
			{Metric: results.Metric{Name: "invalid"}, Before: summary.Side{Values: []float64{0, 0}}, After: summary.Side{Values: []float64{1, 0}}},
			{Metric: results.Metric{Name: "diverged"}, Before: summary.Side{Values: []float64{1, 1}}, After: summary.Side{Values: []float64{0, 0}}},
		},
		Pairs: summary.Pairs{Invalid: []summary.Invalid{{Why: "late", Spoiled: true}, {Why: "not recovered"}}},
	}}
	in.Summary.Damaged = []summary.Damage{{File: "trials/a-fix/03-after/ops.bin", What: "is cut", Fixes: []string{"a-fix"}}}
	in.Summary.Warnings = []summary.Warning{{What: "the machine is shared"}}
	in.Decision = gate.Decision{Policy: "p", Result: gate.Fail, Notes: []string{"an alarm between identical arms"}, Answers: []gate.Answer{
		{Name: "held", Fix: "a-fix", Result: gate.Pass, Why: "it did"}, {Name: "broke", Fix: "a-fix", Result: gate.Fail, Why: "it did"},
	}}
	s := parseJUnit(t, written(t, "junit", in)).Suites[0]
	const of = "invalid: 0 of 2 before, 1 of 2 trials after\ndiverged: 2 of 2 before, 0 of 2 trials after\nspoiled: 1 trial\n" +
		"damaged: trials/a-fix/03-after/ops.bin: is cut"
	if s.Cases[0].Out != "measured -, bound -: it did\n"+of || s.Cases[1].Out != of || s.Cases[1].Failure == nil {
		t.Errorf("the cases' output is\n%s\n%s", s.Cases[0].Out, s.Cases[1].Out)
	}
	if s.Out != "note: an alarm between identical arms\nwarning: the machine is shared" {
		t.Errorf("the suite's output is\n%s", s.Out)
	}
	got := map[string]string{}
	for _, p := range s.Properties {
		got[p.Name] = p.Value
	}
	if got["a-fix invalid"] != "0 of 2 before, 1 of 2 trials after" || got["a-fix spoiled"] != "1 trial" ||
		got["damaged"] != "trials/a-fix/03-after/ops.bin: is cut" || got["a-fix crashed"] != "" {
		t.Errorf("properties %v", got)
	}
}

func TestJUnitProperties(t *testing.T) {
	got := map[string]string{}
	for _, p := range parseJUnit(t, written(t, "junit", input())).Suites[0].Properties {
		got[p.Name] = p.Value
	}
	for name, want := range map[string]string{
		"seed": "7", "commit": "0123456789abcdef0123-dirty", "cpu": "Some Processor 9", "cores": "4", "etcd": "3.7.3",
		"go": "go1.26.0", "kernel": "6.1.0", "result": "fail", "policy": "release",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
}
