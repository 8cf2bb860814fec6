package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/internal/slow"
	"aftershock/results/bisect"
)

// broken is a line of a revision's build: the program refuses each request.
const broken = "sed -i 's/exec/TEST_AS_TARGET=refuses exec/' $1/serve"

// bisectFile writes a scenario whose trials are as short as they can be. Requests have all the time that they take
// where the machine is too slow for their rate.
func bisectFile(t *testing.T, repository string) string {
	t.Helper()
	file := armsFile(t, repository, "v8", "v9")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	made := strings.NewReplacer("rate: 1000/s", "rate: 4000/s", "timeout: 500ms",
		"timeout: 10s", "warm-up: 100ms", "warm-up: 10ms", "steady: 2s", "steady: 500ms", "stop: 500ms",
		"stop: 50ms").Replace(string(text))
	if err := os.WriteFile(file, []byte(made), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// stopper ends a context when what is written holds a text.
type stopper struct {
	bytes.Buffer
	at   string
	stop context.CancelCauseFunc
}

func (s *stopper) Write(p []byte) (int, error) {
	n, err := s.Buffer.Write(p)
	if strings.Contains(s.String(), s.at) {
		s.stop(errInterrupted)
	}
	return n, err
}

// readBisect finds the log below a folder.
func readBisect(t *testing.T, out string) (folder string, l bisect.Log) {
	t.Helper()
	folder = onlyFolder(t, out)
	data, err := os.ReadFile(filepath.Join(folder, bisect.File))
	if err == nil {
		l, err = bisect.Parse(bisect.File, data)
	}
	if err != nil {
		t.Fatal(err)
	}
	return folder, l
}

// The last but one of seven revisions is the culprit. The middle one is not built, those before the culprit are the
// first again, byte for byte, and the last is the culprit again. The search is interrupted in its second step, leaves
// nothing but its folder, and goes on from there.
func TestAPlantedRegressionIsFound(t *testing.T) {
	slow.Alone(t)
	repository := revisions(t, "", "# 2", "# 3", "exit 4", "# 5", broken, broken+"\n# 7")
	out := t.TempDir()
	ctx, stop := context.WithCancelCause(t.Context())
	defer stop(nil)
	progress := &stopper{at: "bisect: step 2", stop: stop}
	var page bytes.Buffer
	call := []string{"bisect", "v1", "v7", "--scenario", bisectFile(t, repository), "--fix", "a-change", "--out", out}
	if code := execute(ctx, call, &page, progress); code != exitInterrupted ||
		!strings.Contains(page.String(), "interrupted; 6 revisions remain") ||
		!strings.Contains(progress.String(), "aftershock bisect --resume "+out) {
		t.Fatalf("exit %d: %s%s", code, page.String(), progress.String())
	}
	folder, log := readBisect(t, out)
	if len(log.Steps) != 1 || log.Steps[0].Outcome != bisect.Measured || log.Steps[0].Revision != 6 {
		t.Errorf("steps %+v", log.Steps)
	}
	if left := leftInCache(t); len(left) > 0 {
		t.Errorf("left in the cache: %v", left)
	}
	code, text, stderr := aftershock("bisect", "--resume", folder)
	culprit := git(t, repository, "rev-parse", "--short=12", "v6")
	if code != exitOK || !strings.HasPrefix(text, "### aftershock bisect: "+culprit+" changed it by ") {
		t.Errorf("exit %d: %s%s", code, text, stderr)
	}
	_, log = readBisect(t, out)
	var came []string
	for _, s := range log.Steps {
		came = append(came, string(s.Outcome))
	}
	if got := strings.Join(came, ", "); !strings.HasPrefix(got, "measured, not built, same program, ") ||
		!strings.HasSuffix(got, "same program, same program") {
		t.Errorf("the steps were %s", got)
	}
	if written, err := os.ReadFile(filepath.Join(folder, bisectPage)); err != nil || string(written) != text {
		t.Errorf("%s: %v\n%s", bisectPage, err, written)
	}
	if left := leftInCache(t); len(left) > 0 {
		t.Errorf("left in the cache: %v", left)
	}
}

func git(t *testing.T, folder string, words ...string) string {
	t.Helper()
	cmd := exec.Command("git", words...)
	cmd.Dir = folder
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("git %s: %v", words, err)
	}
	return strings.TrimSpace(string(text))
}

func TestBisectsThatAreRefused(t *testing.T) {
	slow.Alone(t)
	repository := revisions(t, "", "# 2", "# 3")
	file, out := bisectFile(t, repository), filepath.Join(t.TempDir(), "runs")
	for want, args := range map[string][]string{
		"takes two revisions, GOOD and BAD, got 1":      {"v1", "--scenario", file},
		"--scenario is missing":                         {"v1", "v3"},
		`scenario "leader-churn" has no section "arms"`: {"v1", "v3", "--scenario", "leader-churn"},
		`"--x" is no revision`:                          {"--scenario", file, "--", "v1", "--x"},
		`revision "v9" is not in the repository`:        {"v1", "v9", "--scenario", file},
		"v1 and v1 are one commit":                      {"v1", "v1", "--scenario", file},
		"are they swapped?":                             {"v3", "v1", "--scenario", file},
		`--figure: unknown figure "godput"; did you`:    {"v1", "v3", "--scenario", file, "--figure", "godput:steady"},
		`--figure: unknown phase "fault" (allowed: s`:   {"v1", "v3", "--scenario", file, "--figure", "p99:fault"},
		`--fix: unknown fix "x" (allowed: a-change)`:    {"v1", "v3", "--scenario", file, "--fix", "x"},
		"--level is 100% (allowed: above 50% to 99.99%": {"v1", "v3", "--scenario", file, "--level", "100%"},
		"--pairs is 3 (allowed: 6, the fewest":          {"v1", "v3", "--scenario", file, "--pairs", "3"},
		"the time is over: a step takes ":               {"v1", "v3", "--scenario", file, "--budget", "3s"},
		"--fix cannot be given with --resume":           {"--resume", out, "--fix", "a-change"},
		"no revision with --resume":                     {"v1", "v3", "--resume", out},
		"--resume: open " + out:                         {"--resume", out},
	} {
		code, _, stderr := aftershock(append([]string{"bisect", "--out", out}, args...)...)
		if strings.Contains(want, "--resume") {
			code, _, stderr = aftershock(append([]string{"bisect"}, args...)...)
		}
		if code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit %d: %s", args, code, stderr)
		}
	}
	if err := os.WriteFile(filepath.Join(repository, "make"), []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := aftershock("bisect", "v1", "v3", "--scenario", file, "--out", out); code != exitUsage ||
		!strings.Contains(stderr, "has changes that no commit holds (M make, 1 in all)") {
		t.Errorf("a changed working tree: exit %d: %s", code, stderr)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("it left runs")
	}
}

// GOOD and BAD that are one program are told apart by no run, and one that is not built ends the search.
func TestABisectOfOneProgram(t *testing.T) {
	slow.Alone(t)
	repository, out := revisions(t, "", "exit 4", "# 3"), filepath.Join(t.TempDir(), "runs")
	file := bisectFile(t, repository)
	code, text, stderr := aftershock("bisect", "v1", "v3", "--scenario", file, "--out", out)
	same := "### aftershock bisect: v3 and v1 are built to the same bytes\n"
	if code != exitNoVerdict || !strings.HasPrefix(text, same) ||
		!strings.Contains(stderr, "no difference") {
		t.Errorf("exit %d: %s%s", code, text, stderr)
	}
	folder, _ := readBisect(t, out)
	if code, again, stderr := aftershock("bisect", "--resume", folder); code != exitNoVerdict || again != text {
		t.Errorf("resumed at its end: exit %d: %s%s", code, again, stderr)
	}
	if code, _, stderr := aftershock("bisect", "--resume", folder, "--budget", "1s"); code != exitUsage ||
		!strings.Contains(stderr, "the time is over: a step takes ") {
		t.Errorf("no time for a step: exit %d: %s", code, stderr)
	}
	if err := os.WriteFile(file, []byte("name: other\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr = aftershock("bisect", "--resume", folder); code != exitUsage ||
		!strings.Contains(stderr, "is not what it was when ") {
		t.Errorf("another scenario: exit %d: %s", code, stderr)
	}
	code, text, stderr = aftershock("bisect", "v1", "v2", "--scenario", bisectFile(t, repository), "--out", out+"2")
	if code != exitFailure || text != "" || !strings.Contains(stderr, "arms.after: ") {
		t.Errorf("BAD is not built: exit %d: %s%s", code, text, stderr)
	}
	if _, err := os.Stat(out + "2"); err == nil {
		t.Error("it left a folder")
	}
}
