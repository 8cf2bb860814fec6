package gate_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/gate"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares with a file in testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s(go test ./results/gate -update rewrites it)", got, want)
	}
}

// everything has what the shipped policies ask about.
func everything(name string) summary.Fix {
	calm := capacity(1.01, 0.02)
	calm.Phase = "calm"
	b, a := arms(1e8, 1, 0.05)
	return fix(name,
		latency("trigger", 0.5, 0.05), latency("steady", 1, 0.02), latency("fault", 0.9, 0.25), calm, capacity(2, 0.1),
		partial(constant(0)), row("failed", "steady", "share", stat.Lower, constant(0), constant(0.0005)),
		row("goodput", "steady", "share", stat.Higher, constant(1), constant(0.9995)),
		row("age_p50", "steady", "ns", stat.Lower, b, a), row("gap", "fault", "ns", stat.Lower, b, a))
}

func instrument(name string, expect float64, r summary.Row) summary.Fix {
	f := fix(name, r)
	f.Instrument, f.Expect = true, expect
	return f
}

func TestDecisionGolden(t *testing.T) {
	s := run(everything("some-fix"), notExercised(everything("idle-fix")), instrument("null", 0, latency("trigger", 1, 0.02)))
	s.Run.Calibration = nil
	s.Warnings = []summary.Warning{{What: "some-fix: the guard goodput is worse after", Remedy: "look at what it gave up"}}
	p, err := gate.Shipped("release")
	if err != nil {
		t.Fatal(err)
	}
	d, err := p.Judge(s)
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	encoder := json.NewEncoder(&got)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(d); err != nil {
		t.Fatal(err)
	}
	golden(t, "decision.json", got.Bytes())
}

func TestShippedPolicies(t *testing.T) {
	var names []string
	for _, name := range gate.Names() {
		p, err := gate.Shipped(name)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, p.Name)
		d, err := p.Judge(run(everything("some-fix")))
		if err != nil || d.Result != gate.Pass {
			t.Errorf("%s: a run that has everything: %v\n%+v", p.Name, err, d)
		}
	}
	if !slices.Equal(names, gate.Names()) || !slices.Contains(names, "release") || !slices.Contains(names, "nightly") {
		t.Errorf("the files %v hold policies named %v", gate.Names(), names)
	}
	if _, err := gate.Shipped("nightli"); err == nil || !strings.Contains(err.Error(), `unknown policy "nightli"; did you mean "nightly"?`) {
		t.Errorf("an unknown name: %v", err)
	}
}

// What was shown to fail fails, and what is unknown never passes: the worst answer decides.
func TestTheWorstAnswerDecides(t *testing.T) {
	bound := func(metric string) string {
		return "{rule: non-inferior, fix: a, metric: " + metric + ", phase: steady, margin: 5%}"
	}
	figure := func(name string, change, noisy float64) summary.Row {
		r := latency("steady", change, noisy)
		r.Name = name
		return r
	}
	hidden := figure("invalid", 1, 0.02)
	hidden.Change = nil
	s := run(fix("a", figure("pass", 1, 0.02), figure("fail", 1.2, 0.02), figure("inconclusive", 1.045, 0.03),
		figure("underpowered", 1, 0.2), hidden))
	order := []string{"fail", "invalid", "underpowered", "inconclusive", "pass"}
	for i := range order {
		var rules []string
		for _, name := range slices.Backward(order[i:]) {
			rules = append(rules, bound(name))
		}
		d, err := policy(t, rules...).Judge(s)
		if err != nil || string(d.Result) != order[i] || len(d.Answers) != len(rules) {
			t.Errorf("%v: %s, %v", order[i:], d.Result, err)
		}
		for j, a := range d.Answers {
			if want := order[len(order)-1-j]; string(a.Result) != want {
				t.Errorf("%s: %s, want %s", a.Name, a.Result, want)
			}
		}
	}
}

func TestAPartialRunIsNoPass(t *testing.T) {
	for _, status := range []results.Status{results.Partial, results.Running, ""} {
		s := run(fix("a", latency("trigger", 0.5, 0.05)))
		s.Run.Status, s.Run.Why = status, "interrupted"
		d, err := policy(t, "{rule: verdict, fix: a, is: improved}").Judge(s)
		if err != nil || d.Result != gate.Invalid || d.Answers[0].Fix != "" || d.Answers[0].Why != "the run is partial: interrupted" {
			t.Errorf("status %q: %+v, %v", status, d, err)
		}
	}
}

func TestAnUnsoundCalibrationIsTheOnlyAnswer(t *testing.T) {
	s := run(fix("a", latency("trigger", 1.5, 0.05)))
	s.Run.Calibration = &results.Calibration{Result: results.Unsound, Checks: []results.Check{
		{Name: "oracle", Holds: true}, {Name: "control"}, {Name: "null", Undecided: true},
	}}
	p := policy(t, "{rule: verdict, fix: a, is: improved}")
	d, err := p.Judge(s)
	if err != nil || d.Result != gate.Invalid || len(d.Answers) != 1 || d.Answers[0].Measured != "unsound: control" {
		t.Errorf("got %+v, %v", d, err)
	}
	if _, err := policy(t, "{rule: exercised, fix: b}").Judge(s); err == nil {
		t.Error("a fix that the run lacks was forgiven")
	}
}

// What the summary warns of is shown with it, and not a second time among the notes.
func TestNotes(t *testing.T) {
	s := run(fix("a", latency("trigger", 0.5, 0.05)))
	s.Warnings = []summary.Warning{{What: "a: odd", Remedy: "look"}}
	for _, c := range []struct {
		calibration *results.Calibration
		notRun      []string
		want        []string
	}{
		{&results.Calibration{Result: results.Sound}, nil, nil},
		{&results.Calibration{Result: results.Sound, Quick: true}, nil,
			[]string{"the calibration of this machine was a quick one, which claims no false-alarm rate"}},
		{&results.Calibration{Result: results.Undecided, Checks: []results.Check{
			{Name: "oracle", Holds: true}, {Name: "control", Undecided: true},
		}}, nil, []string{"the calibration of this machine left open whether the harness is sound: control"}},
		{&results.Calibration{}, nil, []string{"the calibration of this machine does not say whether the harness is sound"}},
		{&results.Calibration{Result: "splendid"}, nil,
			[]string{"the calibration of this machine does not say whether the harness is sound"}},
		{nil, []string{"b", "c"}, []string{
			"no calibration: selftest never ran on this machine, so no false-alarm rate is known here",
			"fixes of the scenario that were not run: b, c",
		}},
	} {
		s.Run.Calibration, s.Run.NotRun = c.calibration, c.notRun
		d, err := policy(t, "{rule: verdict, fix: a, is: improved}").Judge(s)
		if err != nil || d.Result != gate.Pass || !slices.Equal(d.Notes, c.want) {
			t.Errorf("got %s, %q, %v\nwant pass, %q", d.Result, d.Notes, err, c.want)
		}
	}
}

// What a policy names beforehand is corrected together with the primary metrics of all fixes, and nothing else is.
func TestVerdictsAreCorrectedTogether(t *testing.T) {
	few := func(name string, n int) summary.Row {
		b, a := arms(2e6, 0.5, 0.05)
		return row(name, "trigger", "ns", stat.Lower, b[:n], a[:n]) // p is 2/2^n
	}
	one := run(fix("a", few("p99", 6), few("p50", 6), few("p999", 6)))
	two := run(fix("a", few("p99", 6)), fix("b", few("p99", 6)))
	eight := run(fix("a", few("p99", 8), few("p50", 8), few("p999", 8), few("build_p50", 8)))
	verdict := func(metric string) string {
		if metric != "" {
			metric = ", metric: " + metric + ", phase: trigger"
		}
		return "{rule: verdict, fix: a, is: improved" + metric + "}"
	}
	for _, c := range []struct {
		name  string
		run   summary.Summary
		rules []string
		want  gate.Result
		says  string
	}{
		{"alone", one, []string{verdict("")}, gate.Pass, "p 0.031 corrected for 1 gated metrics"},
		{"the primary named", one, []string{verdict(""), verdict("p99")}, gate.Pass, "p 0.031 corrected for 1 gated metrics"},
		{"with another", one, []string{verdict(""), verdict("p50")}, gate.Underpowered, "6 pairs cannot show a change when 2 metrics"},
		{"with another fix", two, []string{verdict("")}, gate.Underpowered, "it takes 7"},
		{"four of eight pairs", eight, []string{verdict(""), verdict("p50"), verdict("p999"), verdict("build_p50")}, gate.Pass,
			"p 0.031 corrected for 4 gated metrics"},
	} {
		d, err := policy(t, c.rules...).Judge(c.run)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range d.Answers {
			if a.Result != c.want || !strings.Contains(a.Why, c.says) {
				t.Errorf("%s: %s, %s: %s\nwant %s: %s", c.name, a.Name, a.Result, a.Why, c.want, c.says)
			}
		}
	}
	// Found by itself, with pairs enough, and not when corrected.
	weak := latency("trigger", 0.85, 0.2)
	s := run(fix("a", weak), fix("b", latency("trigger", 1, 0.02)), fix("c", latency("trigger", 1, 0.02)))
	if p := weak.Change.P; p > 0.05 || 3*p <= 0.05 {
		t.Fatalf("the example's p is %v", p)
	}
	a, err := judge(t, verdict(""), s)
	if err != nil || a.Result != gate.Inconclusive || !strings.Contains(a.Why, "improved by itself") {
		t.Errorf("got %+v, %v", a, err)
	}
}

// The summary's own correction, over other metrics than the policy's, does not decide.
func TestTheSummarysVerdictDoesNotDecide(t *testing.T) {
	r := latency("trigger", 0.5, 0.05)
	r.Change.Verdict, r.Change.Adjusted = stat.Inconclusive, 0.3
	a, err := judge(t, "{rule: verdict, fix: a, is: improved, metric: p99, phase: trigger}", run(fix("a", r)))
	if err != nil || a.Result != gate.Pass {
		t.Errorf("got %+v, %v", a, err)
	}
}

func TestAllFixesAreThoseThatAreNoInstrument(t *testing.T) {
	null := instrument("null", 0, latency("trigger", 1, 0.02))
	p := policy(t, "{rule: verdict, fix: all, is: improved}")
	d, err := p.Judge(run(fix("a", latency("trigger", 0.5, 0.05)), null, fix("b", latency("trigger", 0.5, 0.05))))
	if err != nil || len(d.Answers) != 2 || d.Answers[0].Fix != "a" || d.Answers[1].Fix != "b" || d.Result != gate.Pass {
		t.Errorf("got %+v, %v", d, err)
	}
	for _, s := range []summary.Summary{run(null), run()} {
		if d, err := p.Judge(s); err == nil || !strings.Contains(err.Error(), "no fix that is no instrument") || d.Result == gate.Pass {
			t.Errorf("got %+v, %v", d, err)
		}
	}
	a, err := judge(t, `{rule: verdict, fix: "null", is: no difference}`, run(null))
	if err != nil || a.Result != gate.Pass || a.Fix != "null" {
		t.Errorf("an instrument by its name: %+v, %v", a, err)
	}
}

func TestTheZeroPolicyPassesNothing(t *testing.T) {
	d, err := gate.Policy{}.Judge(run(fix("a", latency("trigger", 0.5, 0.05))))
	if err != nil || d.Result != gate.Invalid {
		t.Errorf("got %+v, %v", d, err)
	}
}
