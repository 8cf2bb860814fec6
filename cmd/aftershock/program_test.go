package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"aftershock/internal/slow"
	"aftershock/internal/terminal"
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/summary"
)

// program is aftershock as a process of its own, with its progress on a terminal: only there it says what a trial
// is doing.
type program struct {
	*exec.Cmd
	stdout bytes.Buffer
	screen *terminal.Terminal
}

// start starts the program. No other run keeps it waiting.
func start(t *testing.T, args ...string) *program {
	t.Helper()
	return startBeside(t, t.TempDir(), args...)
}

// startBeside starts the program, whose machine's lock is in a folder.
func startBeside(t *testing.T, locks string, args ...string) *program {
	t.Helper()
	p := &program{Cmd: exec.Command(os.Args[0], args...)}
	// Clients' logs at their loudest must not get between the lines of progress.
	p.Env = append(os.Environ(), asProgram+"="+locks, "TERM=xterm", "GRPC_GO_LOG_SEVERITY_LEVEL=info",
		"ETCD_CLIENT_DEBUG=debug")
	var err error
	if p.screen, err = terminal.Open(200); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.screen.Close(); err != nil {
			t.Error(err)
		}
	})
	p.Stdout, p.Stderr = &p.stdout, p.screen.Theirs
	if err := errors.Join(p.Start(), p.screen.Theirs.Close()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() }) // at the latest; it has mostly ended by then
	return p
}

// awaitProgress waits until progress holds the text.
func (p *program) awaitProgress(t *testing.T, text string) {
	t.Helper()
	ended := false
	for !strings.Contains(p.screen.Text(), text) {
		if ended {
			t.Fatalf("no line of progress holds %q:\n%s", text, p.screen.Text())
		}
		select {
		case <-p.screen.Done():
			ended = true
		case <-time.After(5 * time.Millisecond):
		}
	}
	if seen := p.screen.Text(); strings.Contains(seen, "[core]") || strings.Contains(seen, `{"level"`) {
		t.Fatalf("between the lines of progress is a client's log:\n%s", seen)
	}
}

// apart runs the program to its end as a process of its own, which waits for no other run. Variables are added to the
// environment.
func apart(t *testing.T, variables []string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	code, stdout, stderr, err := runApart(t.TempDir(), variables, args)
	if err != nil {
		t.Fatal(err)
	}
	return code, stdout, stderr
}

// runApart does what apart does; the machine's lock is in a folder.
func runApart(locks string, variables, args []string) (code int, stdout, stderr string, err error) {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(append(os.Environ(), asProgram+"="+locks), variables...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	var exit *exec.ExitError
	if err = cmd.Run(); errors.As(err, &exit) {
		err = nil
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String(), err
}

// end waits for the exit code, and for the last words of progress.
func (p *program) end(t *testing.T) int {
	t.Helper()
	err := p.Wait()
	<-p.screen.Done()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return p.ProcessState.ExitCode()
}

func TestRunAndCompareAgree(t *testing.T) {
	slow.Boots(t)
	out := t.TempDir()
	code, table, progress := apart(t, nil, "run", "testdata/short.yaml", "--out", out, "--seed", "3")
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, progress)
	}
	folder := onlyFolder(t, out)
	for _, want := range []string{
		"FIX ", "context-isolation", "lock-across-rpc", "1/1", "results: " + folder,
		"again:   aftershock run testdata/short.yaml --fix context-isolation,lock-across-rpc --pairs 1 --seed 3",
	} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q:\n%s", want, table)
		}
	}
	before := readSummary(t, filepath.Join(folder, results.SummaryFile))
	checkExercised(t, before)

	copied := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(copied, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(copied, results.SummaryFile)); err != nil {
		t.Fatal(err)
	}
	if again := compare(t, copied); !sameRows(t, before, again) {
		t.Error("compare computes other figures from the same files")
	}
	altered := results.TrialDir(results.Slot{Group: "context-isolation+1", Block: 1, Arm: results.After}, 0)
	slowDown(t, filepath.Join(copied, altered))
	if code, shown, _ := aftershock("compare", copied); code != exitNoVerdict ||
		!strings.Contains(shown, altered+"/"+results.OpsFile) {
		t.Errorf("exit %d, and of other operations compare says:\n%s", code, shown)
	}
}

func readSummary(t *testing.T, path string) summary.Summary {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return parseSummary(t, text)
}

func parseSummary(t *testing.T, text []byte) (s summary.Summary) {
	t.Helper()
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

func compare(t *testing.T, folder string) summary.Summary {
	t.Helper()
	code, text, stderr := aftershock("compare", folder, "--json")
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	return parseSummary(t, []byte(text))
}

func sameRows(t *testing.T, a, b summary.Summary) bool {
	t.Helper()
	left, err := json.Marshal(a.Fixes)
	if err != nil {
		t.Fatal(err)
	}
	right, err := json.Marshal(b.Fixes)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Equal(left, right)
}

// checkExercised checks that both defects met their trigger in the before arm.
func checkExercised(t *testing.T, s summary.Summary) {
	t.Helper()
	for _, f := range s.Fixes {
		if len(f.Pairs.Invalid) > 0 {
			t.Fatalf("invalid trials: %+v", f.Pairs.Invalid)
		}
		if f.Pairs.Valid != 1 || f.Pairs.NotExercised != 0 || f.Trigger.Before[0] <= 0 {
			t.Errorf("%s: pairs %+v, trigger %+v", f.Name, f.Pairs, f.Trigger)
		}
	}
}

// slowDown makes every batch of a trial take a millisecond longer.
func slowDown(t *testing.T, trial string) {
	t.Helper()
	table, err := ops.Open(filepath.Join(trial, results.OpsFile))
	if err != nil {
		t.Fatal(err)
	}
	batches, err := table.Stream("batch")
	if err != nil {
		t.Fatal(err)
	}
	for n := range table.Streams[batches].Slots {
		if r, ok := table.Get(batches, n); ok && r.Outcome == ops.OK {
			r.Service += time.Millisecond
			table.Put(batches, n, r)
		}
	}
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAnInterruptKeepsWhatWasMeasured(t *testing.T) {
	slow.Boots(t)
	out := t.TempDir()
	p := start(t, "run", "testdata/short.yaml", "--out", out)
	p.awaitProgress(t, "partition-leader effective")
	if err := p.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if code := p.end(t); code != exitInterrupted {
		t.Errorf("exit %d", code)
	}
	if table := p.stdout.String(); !strings.Contains(table, "warning: the run is partial") {
		t.Errorf("stdout:\n%s", table)
	}
	if run, err := results.ReadRun(onlyFolder(t, out)); err != nil || run.Status != results.Partial {
		t.Errorf("status %q, %v", run.Status, err)
	}
}

func TestAKilledRunLeavesNothingButPartialResults(t *testing.T) {
	slow.Boots(t)
	out := t.TempDir()
	p := start(t, "run", "testdata/short.yaml", "--out", out)
	p.awaitProgress(t, "partition-leader effective")
	children := childrenOf(t, p.Process.Pid)
	if len(children) < 5 { // three members, the worker, the reaper
		t.Fatalf("children %v", children)
	}
	root := dataRootOf(t, onlyFolder(t, out))
	killAndSeeNothingLeft(t, p, children, root)
	code, text, stderr := aftershock("compare", onlyFolder(t, out))
	if code != exitOK || !strings.Contains(text, "warning: the run is partial") {
		t.Errorf("exit %d, %s%s", code, stderr, text)
	}
}

// A member that is stopped runs no handler and takes no message: only the kernel can end it.
func TestAKilledRunLeavesNoPausedMember(t *testing.T) {
	slow.Boots(t)
	out := t.TempDir()
	p := start(t, "run", "testdata/short.yaml", "--out", out)
	p.awaitProgress(t, "  steady  ")
	children := childrenOf(t, p.Process.Pid)
	member := slices.IndexFunc(children, func(pid int) bool {
		name, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "cmdline")) // none of one that has just ended
		return strings.HasPrefix(string(name), "aftershock-member")
	})
	if member < 0 {
		t.Fatalf("no member among the children %v", children)
	}
	root := dataRootOf(t, onlyFolder(t, out))
	if err := syscall.Kill(children[member], syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	await(t, "the member is stopped", func() bool {
		fields := procStat(children[member])
		return len(fields) > 0 && fields[0] == "T"
	})
	killAndSeeNothingLeft(t, p, children, root)
}

// killAndSeeNothingLeft kills the orchestrator, and waits until its children and its data root are gone.
func killAndSeeNothingLeft(t *testing.T, p *program, children []int, root string) {
	t.Helper()
	if err := p.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	p.end(t)
	await(t, "all children are gone", func() bool {
		return !slices.ContainsFunc(children, alive)
	})
	await(t, "the data root is gone", func() bool {
		_, err := os.Stat(root)
		return errors.Is(err, os.ErrNotExist)
	})
}

// childrenOf lists a process's children by the parent that /proc names.
func childrenOf(t *testing.T, parent int) []int {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Fatal(err)
	}
	var children []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if fields := procStat(pid); len(fields) > 1 && fields[1] == strconv.Itoa(parent) {
			children = append(children, pid)
		}
	}
	return children
}

// procStat gives a process's state, its parent and so on; nothing for one that is gone.
func procStat(pid int) []string {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return nil
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	return strings.Fields(rest)
}

func alive(pid int) bool {
	fields := procStat(pid)
	return len(fields) > 0 && fields[0] != "Z" && fields[0] != "X"
}

// dataRootOf reads from a member's log where the run keeps its data.
func dataRootOf(t *testing.T, folder string) string {
	t.Helper()
	logs, err := filepath.Glob(filepath.Join(folder, results.TrialsDir, "*", "*", "members", "n1.log"))
	if err != nil || len(logs) == 0 {
		t.Fatalf("members' logs %v, %v", logs, err)
	}
	file, err := os.Open(logs[0])
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	_, after, ok := strings.Cut(string(text), `"data-dir":"`)
	dir, _, closed := strings.Cut(after, `"`)
	if !ok || !closed {
		t.Fatalf("the member's log does not name its data folder")
	}
	return filepath.Dir(filepath.Dir(dir))
}

func await(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !condition(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited 20 s until %s", what)
		}
	}
}
