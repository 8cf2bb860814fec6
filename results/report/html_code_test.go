package report_test

import (
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/report"
	"aftershock/results/report/reporttest"
	"aftershock/results/summary"
)

// code is a program that knows a fix's two files.
func code(binary, commit string) report.Program {
	return report.Program{Binary: binary, Commit: commit, Code: func(results.Fix) (string, string, bool) {
		return "package x\n\nvar old = \"</script>\"\n", "package x\n\nvar repaired = 1\n", true
	}}
}

// Code is shown by the program that made the run, or by one of the same clean commit, and by no other.
func TestCodeIsShownByTheProgramThatMadeTheRun(t *testing.T) {
	s := sample()
	s.Run.Environment.Binary, s.Run.Environment.Commit = "digest", "0123456789abcdef"
	dirty := s
	dirty.Run.Environment.Commit = "0123456789abcdef-dirty"
	for name, c := range map[string]struct {
		program report.Program
		s       summary.Summary
		shown   bool
	}{
		"the same binary":       {code("digest", "another"), s, true},
		"the same commit":       {code("another", "0123456789abcdef"), s, true},
		"another program":       {code("another", "fedcba9876543210"), s, false},
		"changes beside commit": {code("another", "0123456789abcdef-dirty"), dirty, false},
		"nothing known":         {code("", ""), summary.Summary{Run: results.Run{}, Fixes: s.Fixes}, false},
	} {
		text := written(t, "html", report.Input{Summary: c.s, Folder: t.TempDir(), Program: c.program})
		if shown := strings.Contains(text, "var repaired"); shown != c.shown {
			t.Errorf("%s: shown %v", name, shown)
		}
		if said := strings.Contains(text, "whose code may differ: it is not shown"); said == c.shown {
			t.Errorf("%s: said %v", name, said)
		}
		if n := strings.Count(text, "</script"); n != 2 {
			t.Errorf("%s: %d ends of scripts", name, n)
		}
	}
	text := written(t, "html", report.Input{Summary: s, Folder: t.TempDir(), Program: code("digest", "")})
	if got, want := strings.Count(text, "What was changed"), 4; got != want { // of six fixes, two are instruments
		t.Errorf("%d fixes show their code, want %d", got, want)
	}
}

// The arms of a scenario's own program are shown as they were started.
func TestRevisionsOfAProgram(t *testing.T) {
	s := sample()
	for scenario, want := range map[string][]string{
		`{"target":{"before":{"command":["./old","--port","{port}"]},"after":{"command":["./new","--port","{port}"],
			"env":{"LEVEL":"2"}}}}`: {`<span class="gone">- ./old`, `<span class="new">&#43; ./new`, "&#43; LEVEL=2"},
		`{"target":{"before":{"command":["./one"]},"after":{"command":["./one"]}}}`: {
			`<pre tabindex="0">./one</pre>`, "alike",
		},
		`{"target":{"before":{"command":["</pre><script>"]},"after":{"command":[]}}}`: {"&lt;/pre&gt;"},
	} {
		s.Run.Scenario = []byte(scenario)
		text := written(t, "html", report.Input{Summary: s, Folder: t.TempDir()})
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("no %q for %s", w, scenario)
			}
		}
	}
}

// Where there are profiles, a fix shows what took more and what less, with the functions behind it as a table; profiles
// that cannot be read leave a word in their place.
func TestWhereTheTimeWent(t *testing.T) {
	run := reporttest.Run{Fixes: 1, Pairs: 3, Edit: func(r *results.Run) { r.Profiled = true }}
	run.Trial = func(d *reporttest.Trial) {
		d.Stacks = map[string]int64{"x.send main.run": 300, "context.Err x.build main.run": 700}
		if d.Arm == results.After {
			d.Stacks = map[string]int64{"x.send main.run": 900, "x.build main.run": 100}
		}
	}
	text := htmlOf(t, run.Write(t))
	for _, want := range []string{
		"Where the CPU time went", "<title>context.Err: 70.0 % before, 0.0 % after</title>", `<rect class="less4"`,
		`<rect class="more4"`, "30.0 % -&gt; 90.0 %",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	run.Trial = func(d *reporttest.Trial) {
		if d.Arm == results.After {
			d.Stacks = map[string]int64{"run": 1}
		}
	}
	if text := htmlOf(t, run.Write(t)); !strings.Contains(text, "No pair has profiles in both arms.") {
		t.Error("that a profile lacks is not said")
	}
	run.Edit = nil
	if text := htmlOf(t, run.Write(t)); strings.Contains(text, "Where the CPU time went") {
		t.Error("a run without profiles shows where its time went")
	}
}
