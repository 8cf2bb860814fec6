package bisect_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"aftershock/internal/golden"
	"aftershock/results"
	"aftershock/results/bisect"
	"aftershock/results/stat"
)

// made is a log with each outcome.
func made() bisect.Log {
	l := bisect.Log{
		Schema: bisect.Schema, Started: time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC), Scenario: "service.yaml",
		ScenarioDigest: "0123", Fix: "my-service", Figure: results.Metric{Name: "p99", Phase: results.Steady},
		Level: 0.95, Pairs: 12, Seed: 1, Good: "v1.0.0", Bad: "main", Program: "aa", Scale: stat.Ratio, Unit: "ns",
		Margin: study.Margin,
	}
	for _, c := range "0123456789" {
		l.Revisions = append(l.Revisions, bisect.Revision{Commit: strings.Repeat(string(c), 40), Subject: "commit " +
			string(c)})
	}
	bad, good := seen(9, 0.262, 0.02), seen(4, 0.004, 0.02)
	bad.Run, bad.Program, good.Run, good.Program = "one", "bb", "two", "cc"
	l.Steps = []bisect.Step{
		bad, good, {Revision: 6, Outcome: bisect.Unbuilt, Why: "arms.after: make | failed"},
		{Revision: 7, Outcome: bisect.Void, Why: "the program crashed", Run: "three", Program: "dd"},
		{Revision: 5, Outcome: bisect.Same, Why: "as 444444444444", Program: "cc", Twin: 4}, seen(7, 0.27, 0.02),
	}
	return l
}

func text(t testing.TB, l bisect.Log) []byte {
	t.Helper()
	data, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(data, '\n')
}

func TestALogIsReadAsItWasWritten(t *testing.T) {
	data := text(t, made())
	golden.Compare(t, "testdata/bisect.json", data)
	l, err := bisect.Parse("bisect.json", data)
	if err != nil {
		t.Fatal(err)
	}
	if again := text(t, l); !bytes.Equal(again, data) {
		t.Errorf("read and written again:\n%s", again)
	}
	if twin, ok := l.Twin(8, "aa"); !ok || twin != 0 {
		t.Errorf("a twin of GOOD is %d, %v", twin, ok)
	}
	if twin, ok := l.Twin(8, "dd"); !ok || twin != 7 {
		t.Errorf("a twin is %d, %v", twin, ok)
	}
	if _, ok := l.Twin(7, "dd"); ok {
		t.Error("a revision is its own twin")
	}
	if _, ok := l.Twin(4, "cc"); ok { // the fifth is the same as the fourth, which was measured
		t.Error("a revision that was measured is the twin of a later one")
	}
}

func TestALogIsReadStrictly(t *testing.T) {
	data := string(text(t, made()))
	for _, c := range []struct{ old, new, want string }{
		{`"schema": 1`, `"schema": 2`, "bisect.json:2:13: schema: is 2 (this program knows 1)"},
		{`"pairs": 12,`, `"pears": 12,`, `unknown field "pears"; did you mean "pairs"?`},
		{`"scenario": "service.yaml"`, `"scenario": ""`, "scenario: is empty"},
		{`"level": 0.95`, `"level": 0.3`, "level: is 30% (allowed: above 50% to 99.99%)"},
		{`"outcome": "not built"`, `"outcome": "bad"`, `steps[2].outcome: is "bad" (allowed: measured, same program, `},
		{`"revision": 6`, `"revision": 10`, "steps[2].revision: is 10 (allowed: 1 to 9)"},
		{`"twin": 4`, `"twin": 5`, "steps[4].twin: is 5 (allowed: another revision, 0 to 9)"},
		{`"error": 0.02`, `"error": -1`, "steps[0].measured: has the value 0.262 and the error -1"},
		{`"outcome": "not built"`, `"outcome": "measured"`, "there must be a measurement exactly where"},
		{data[len(data)/2:], "", "the file is truncated"},
	} {
		changed := strings.Replace(data, c.old, c.new, 1)
		_, err := bisect.Parse("bisect.json", []byte(changed))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.want, err)
		}
	}
}

// Whatever a log says, what follows from it is no NaN and no panic.
func FuzzParse(f *testing.F) {
	data, err := os.ReadFile("testdata/bisect.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"schema":1,"steps":[{"revision":1}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := bisect.Parse("bisect.json", data)
		if err != nil {
			return
		}
		s := l.State()
		s.Ending()
		s.Likeliest()
		s.Remaining()
		s.Next(l.Pairs)
		for k, p := range s.Probability {
			if !(p >= 0 && p <= 1) {
				t.Fatalf("revision %d has the probability %v", k, p)
			}
		}
	})
}
