package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"aftershock/harness"
	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/gate"
	"aftershock/results/report"
	"aftershock/results/summary"
)

// Runs without a cluster that tests share: one, another like it, and one with another seed. Each is made for the first
// test that asks for it.
var (
	one   = sync.OnceValues(func() (string, error) { return runFree() })
	alike = sync.OnceValues(func() (string, error) { return runFree() })
	other = sync.OnceValues(func() (string, error) { return runFree("--seed", "2") })
)

// runFree makes a run without a cluster and returns its folder.
func runFree(args ...string) (string, error) {
	folder, err := os.MkdirTemp(shared, "")
	if err != nil {
		return "", err
	}
	out := filepath.Join(folder, "runs")
	args = append([]string{"run", "testdata/free.yaml", "--out", out, "--calibration", folder}, args...)
	code, _, stderr, err := runApart(folder, nil, args)
	if err == nil && code != exitOK {
		err = fmt.Errorf("exit %d: %s", code, stderr)
	}
	if err != nil {
		return "", err
	}
	return folderIn(out)
}

// copyOf is a test's own copy of a run.
func copyOf(t *testing.T, run func() (string, error)) string {
	t.Helper()
	folder, err := run()
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(t.TempDir(), filepath.Base(folder))
	if err := os.CopyFS(own, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	return own
}

func onlyFolder(t *testing.T, out string) string {
	t.Helper()
	folder, err := folderIn(out)
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// folderIn is the only run below out. The link to the latest is beside it.
func folderIn(out string) (string, error) {
	runs, err := filepath.Glob(filepath.Join(out, "*"))
	if err != nil {
		return "", err
	}
	runs = slices.DeleteFunc(runs, func(path string) bool { return filepath.Base(path) == harness.Latest })
	if len(runs) != 1 {
		return "", fmt.Errorf("runs %q", runs)
	}
	return runs[0], nil
}

func TestARunLeavesItsViews(t *testing.T) {
	slow.Boots(t)
	folder := copyOf(t, one)
	for _, name := range []string{results.RunFile, results.PlanFile, results.SummaryFile, "summary.md", "bench.txt",
		"junit.xml", "forest.svg", "report.html"} {
		if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReportWritesEveryFormat(t *testing.T) {
	slow.Boots(t)
	folder := copyOf(t, one)
	for _, f := range report.Formats() {
		code, text, stderr := aftershock("report", folder, "--format", f.Name)
		if code != exitOK || text == "" {
			t.Errorf("%s: exit %d, %s", f.Name, code, stderr)
		}
		file := filepath.Join(t.TempDir(), "out")
		code, nothing, stderr := aftershock("report", folder, "--format", f.Name, "--out", file)
		if written, err := os.ReadFile(file); err != nil || code != exitOK || nothing != "" || string(written) != text {
			t.Errorf("%s to a file: exit %d, %v, %s", f.Name, code, err, stderr)
		}
	}
	code, _, stderr := aftershock("report", folder, "--format", "juint")
	if code != exitUsage || !strings.Contains(stderr, `did you mean "junit"?`) {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

func TestGateAnswersByItsExitCode(t *testing.T) {
	slow.Boots(t)
	folder := copyOf(t, one)
	// Bounds are on the build time of complete batches, which a busy machine lengthens and never censors.
	for name, c := range map[string]struct {
		rule string
		code int
		want string
	}{
		"pass": {"{rule: bound, fix: control, metric: build_p50, phase: steady, at-most: 1s}", exitOK, "pass"},
		"fail": {"{rule: bound, fix: control, metric: build_p50, phase: steady, at-most: 1ns}",
			exitGateFailed, "fail"},
		"too few pairs": {"{rule: pairs, fix: control, at-least: 8}", exitNoVerdict, "underpowered"},
		"no metric": {"{rule: bound, fix: control, metric: p98, phase: steady, at-most: 1s}", exitUsage,
			`did you mean "p99"?`},
		"no fix":  {"{rule: exercised, fix: contrl}", exitUsage, `did you mean "control"?`},
		"no rule": {"{rule: exercized, fix: control}", exitUsage, `did you mean "exercised"?`},
	} {
		t.Run(name, func(t *testing.T) {
			policy := filepath.Join(t.TempDir(), "policy.yaml")
			text := "name: test\nasks: Is it right?\nrules:\n  - " + c.rule + "\n"
			if err := os.WriteFile(policy, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			code, stdout, stderr := aftershock("gate", folder, "--policy", policy)
			if code != c.code || !strings.Contains(stdout+stderr, c.want) {
				t.Errorf("exit %d, want %d and %q:\n%s%s", code, c.code, c.want, stdout, stderr)
			}
			if code == exitUsage {
				return
			}
			again, asJSON, _ := aftershock("gate", folder, "--policy", policy, "--json")
			var d gate.Decision
			if err := json.Unmarshal([]byte(asJSON), &d); err != nil || again != code || len(d.Answers) == 0 {
				t.Errorf("as JSON: exit %d, %v, %+v", again, err, d)
			}
			if code, xml, _ := aftershock("report", folder, "--format", "junit", "--policy", policy); code != exitOK ||
				(c.code == exitOK) == (strings.Contains(xml, "<failure") || strings.Contains(xml, "<error")) {
				t.Errorf("JUnit: exit %d\n%s", code, xml)
			}
		})
	}
	for _, policy := range []string{"", "relase"} {
		if code, _, stderr := aftershock("gate", folder, "--policy", policy); code != exitUsage ||
			!strings.Contains(stderr, "polic") {
			t.Errorf("policy %q: exit %d: %s", policy, code, stderr)
		}
	}
}

func TestCompareTwoRuns(t *testing.T) {
	slow.Boots(t)
	first, again, other := copyOf(t, one), copyOf(t, alike), copyOf(t, other)
	code, text, stderr := aftershock("compare", first, again)
	if code != exitOK || !strings.Contains(text, "build P50") || !strings.Contains(text, "not interleaved") {
		t.Errorf("exit %d: %s%s", code, stderr, text)
	}
	code, _, stderr = aftershock("compare", first, other)
	if code != exitUsage || !strings.Contains(stderr, "seed") || !strings.Contains(stderr, "--force") {
		t.Errorf("another seed: exit %d: %s", code, stderr)
	}
	code, text, _ = aftershock("compare", first, other, "--force", "--json")
	var v summary.Versus
	if err := json.Unmarshal([]byte(text), &v); code != exitOK || err != nil || len(v.Forced) == 0 || len(v.Arms) != 2 {
		t.Errorf("forced: exit %d, %v, %+v", code, err, v.Forced)
	}
	if code, _, stderr := aftershock("compare", first, first); code != exitNoVerdict ||
		!strings.Contains(stderr, "same run") {
		t.Errorf("a run and itself: exit %d: %s", code, stderr)
	}
	if err := os.RemoveAll(filepath.Join(again, results.TrialsDir)); err != nil {
		t.Fatal(err)
	}
	code, text, stderr = aftershock("compare", first, again, "--force") // without its trials a run is damaged
	if code != exitNoVerdict || !strings.Contains(text+stderr, "no pair can be judged in both runs") {
		t.Errorf("no common pair: exit %d: %s%s", code, stderr, text)
	}
	if code, _, stderr := aftershock("compare", first, "--force"); code != exitUsage {
		t.Errorf("one run by force: exit %d: %s", code, stderr)
	}
}

func TestARunThatWasInterruptedCanBeResumed(t *testing.T) {
	slow.Boots(t)
	out := t.TempDir()
	p := start(t, "run", "testdata/free.yaml", "--out", out, "--pairs", "6")
	p.awaitProgress(t, "  steady") // of some trial
	if err := p.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if code := p.end(t); code != exitInterrupted {
		t.Fatalf("exit %d", code)
	}
	folder := onlyFolder(t, out)
	if !strings.Contains(p.stdout.String(), "--resume "+folder) {
		t.Errorf("the command that resumes is missing:\n%s", p.stdout.String())
	}
	if code, _, stderr := aftershock("run", "--resume", folder, "--pairs", "3"); code != exitUsage ||
		!strings.Contains(stderr, "--pairs cannot be given with --resume") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	code, table, stderr := apart(t, nil, "run", "--resume", folder)
	if code != exitOK || !strings.Contains(table, "6/6") || strings.Contains(table, "is partial") {
		t.Fatalf("exit %d: %s%s", code, stderr, table)
	}
	if run, err := results.ReadRun(folder); err != nil || run.Status != results.Complete || len(run.Resumed) != 1 {
		t.Errorf("status %q, resumed %v, %v", run.Status, run.Resumed, err)
	}
	if code, _, stderr := aftershock("run", "--resume", folder); code != exitUsage ||
		!strings.Contains(stderr, "nothing to resume") {
		t.Errorf("a complete run: exit %d: %s", code, stderr)
	}
}

// --max-time has to hold 40 pairs, or the run is refused; other tests share the machine, and so it is never reached.
func TestARunStopsByWidth(t *testing.T) {
	slow.Boots(t)
	out := t.TempDir()
	code, table, stderr := apart(t, nil, "run", "testdata/free.yaml", "--out", out, "--width", "100%", "--max-pairs",
		"40",
		"--max-time", "5m")
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	folder := onlyFolder(t, out)
	run, err := results.ReadRun(folder)
	if err != nil || run.Stop == nil || run.Stop.Width != 1 || run.Stop.MaxPairs != 40 ||
		run.Status != results.Complete {
		t.Fatalf("%+v, %v", run.Stop, err)
	}
	if want := "--width 100% --max-pairs 40 --max-time 5m"; !strings.Contains(table, want) {
		t.Errorf("the table lacks %q:\n%s", want, table)
	}
	s, err := summary.Compute(folder)
	if err != nil || s.Fixes[0].Pairs.Valid < 6 || s.Fixes[0].Pairs.Valid >= 40 {
		t.Errorf("it stopped after %+v, %v", s.Fixes[0].Pairs, err)
	}
}

func TestARunByWidthCanBeResumed(t *testing.T) {
	slow.Boots(t)
	out := t.TempDir()
	p := start(t, "run", "testdata/free.yaml", "--out", out, "--width", "100%", "--max-pairs", "9",
		"--max-time", "5m")
	p.awaitProgress(t, "  steady")
	if err := p.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if code := p.end(t); code != exitInterrupted {
		t.Fatalf("exit %d", code)
	}
	folder := onlyFolder(t, out)
	if code, _, stderr := apart(t, nil, "run", "--resume", folder); code != exitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	if s, err := summary.Compute(folder); err != nil || s.Fixes[0].Pairs.Valid < 6 {
		t.Errorf("%+v, %v", s.Fixes[0].Pairs, err)
	}
}

func TestACalibrationIsNotReplacedByOneThatSaysLess(t *testing.T) {
	one := func(result results.Soundness, quick bool, binary string) results.Calibration {
		return results.Calibration{Result: result, Quick: quick, Environment: results.Environment{Binary: binary}}
	}
	full := one(results.Sound, false, "a")
	for name, c := range map[string]struct {
		old, new results.Calibration
		kept     bool
	}{
		"quick and sound":               {full, one(results.Sound, true, "a"), true},
		"quick and unsound":             {full, one(results.Unsound, true, "a"), false},
		"undecided":                     {full, one(results.Undecided, false, "a"), true},
		"full and sound":                {full, one(results.Sound, false, "a"), false},
		"of another binary":             {full, one(results.Sound, true, "b"), false},
		"full after quick":              {one(results.Sound, true, "a"), full, false},
		"decided after undecided":       {one(results.Undecided, false, "a"), one(results.Sound, true, "a"), true},
		"undecided after undecided":     {one(results.Undecided, true, "a"), one(results.Undecided, true, "a"), false},
		"sound after unsound, repaired": {one(results.Unsound, false, "a"), one(results.Sound, true, "b"), false},
	} {
		if got := saysMore(c.old, c.new); got != c.kept {
			t.Errorf("%s: kept %v, want %v", name, got, c.kept)
		}
	}
}

func TestNewFlagsAreChecked(t *testing.T) {
	for name, c := range map[string]struct{ args, want string }{
		"width":           {"run leader-churn --width 10", "--width is 10 (allowed: above 0% to 100%)"},
		"width's unit":    {"run leader-churn --width ten", `--width: "ten" is not a share`},
		"width and pairs": {"run leader-churn --width 10% --pairs 8", "give one of them"},
		"no width":        {"run leader-churn --max-pairs 8", "--max-pairs bounds --width, and there is none"},
		"max-pairs": {"run leader-churn --fix context-isolation,lock-across-rpc --width 10% --max-pairs 5",
			"--max-pairs is 5 (allowed: 7, the fewest from which 2 fixes can be judged together, to 1000)"},
		"max-time":            {"run leader-churn --width 10% --max-time 10s", "does not fit its budget"},
		"width and plan":      {"run leader-churn --width 10% --plan x", "give one of them"},
		"scenario and resume": {"run leader-churn --resume x", "no scenario with --resume"},
		"resume":              {"run --resume ./nowhere", "is not a run's folder"},
		"selftest":            {"selftest --quick --runs 5", "--quick makes one A/A run"},
		"selftest's runs":     {"selftest --runs 0", "allowed: 1 to 10000"},
		"selftest's resume":   {"selftest --resume ./nowhere", "is not a selftest's folder"},
		"selftest's more":     {"selftest --resume ./nowhere --quick", "--quick cannot be given with --resume"},
		"policy":              {"gate ./nowhere", "--policy is missing"},
		"three runs":          {"compare a b c", "takes one run's folder, or two"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := aftershock(strings.Fields(c.args)...)
			if code != exitUsage || stdout != "" || !strings.Contains(stderr, c.want) {
				t.Errorf("exit %d, want %q:\n%s%s", code, c.want, stdout, stderr)
			}
		})
	}
}

func TestASelftestThatWasInterruptedSaysHowToGoOn(t *testing.T) {
	slow.Boots(t)
	out := t.TempDir()
	p := start(t, "selftest", "--out", out, "--calibration", t.TempDir())
	p.awaitProgress(t, "oracle")
	if err := p.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if code := p.end(t); code != exitInterrupted ||
		!strings.Contains(p.screen.Text(), "selftest --resume "+onlyFolder(t, out)) {
		t.Errorf("exit %d: %s", code, p.screen.Text())
	}
}
