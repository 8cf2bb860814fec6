package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"aftershock/internal/process"
	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/summary"
)

// asTarget makes the test binary the program that a scenario brings.
const asTarget = "TEST_AS_TARGET"

// targetProgram serves until it is killed, and does to itself what its role says.
func targetProgram(as string) int {
	switch as {
	case "exits":
		fmt.Fprintln(os.Stderr, "no setting \"name\"")
		return 3
	case "sleeps":
		time.Sleep(time.Minute)
		return 0
	case "crashes":
		time.AfterFunc(2*time.Second, func() {
			fmt.Println("out of luck")
			os.Exit(7)
		})
	case "stubborn": // it stays, and so does a daemon that it has started
		signal.Ignore(syscall.SIGTERM)
		daemon := exec.Command(os.Args[0])
		daemon.Env = append(os.Environ(), asTarget+"=sleeps")
		daemon.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := daemon.Start(); err != nil {
			return 1
		}
	}
	if link, err := os.Readlink("/proc/self/fd/3"); err == nil && strings.HasPrefix(link, "pipe:") {
		fmt.Println("it has inherited what its worker reports on")
	}
	fmt.Println("serving", os.Getenv("ETCD_ENDPOINTS"))
	fmt.Println("etcd says", etcdVersion())
	fmt.Println("secrets", os.Getenv("API_TOKEN"), os.Args[1:])
	var once sync.Once
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if as == "refuses" && r.URL.Path != "/healthz" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		fmt.Fprintf(w, `{"path": %q}`, r.URL.Path)
		if r.Method == http.MethodPut {
			body, _ := io.ReadAll(r.Body)
			once.Do(func() { fmt.Println("a request with", r.Header, string(body)) })
		}
	})
	fmt.Println(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
	return 1
}

// etcdVersion asks the first endpoint for its version, with the files that the program was given.
func etcdVersion() string {
	authority, err := os.ReadFile(os.Getenv("ETCD_CACERT"))
	pair, bad := tls.LoadX509KeyPair(os.Getenv("ETCD_CERT"), os.Getenv("ETCD_KEY"))
	if err := errors.Join(err, bad); err != nil {
		return err.Error()
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{
		RootCAs: pool, Certificates: []tls.Certificate{pair},
	}}}
	first, _, _ := strings.Cut(os.Getenv("ETCD_ENDPOINTS"), ",")
	answer, err := client.Get(first + "/version")
	if err != nil {
		return err.Error()
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	return string(text)
}

// checkNoSecret fails where a file of the folder holds a secret of the scenario.
func checkNoSecret(t *testing.T, folder string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(text, []byte("swordfish")) {
			t.Errorf("%s holds a secret", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// targetFile writes a scenario whose arms are this binary in two roles.
func targetFile(t *testing.T, before, after string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/target.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{"PROGRAM": os.Args[0], "BEFORE": before, "AFTER": after} {
		text = bytes.ReplaceAll(text, []byte(from), []byte(to))
	}
	file := filepath.Join(t.TempDir(), "target.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// noneLeft fails when a program of a run's target, or what it has started, still runs.
func noneLeft(t *testing.T, folder string) {
	t.Helper()
	if n := process.EndMarked(dataRootOf(t, folder)); n != 0 {
		t.Errorf("%d processes of a target are left", n)
	}
}

func ranTarget(t *testing.T, before, after string) (summary.Summary, string, string) {
	t.Helper()
	out := t.TempDir()
	code, table, progress := aftershock("run", targetFile(t, before, after), "--out", out, "--seed", "3")
	if code != exitOK {
		t.Fatalf("exit %d: %s%s", code, table, progress)
	}
	folders, err := filepath.Glob(filepath.Join(out, "*-target-*"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("runs %v, %v", folders, err)
	}
	noneLeft(t, folders[0])
	return readSummary(t, filepath.Join(folders[0], results.SummaryFile)), table, folders[0]
}

func TestAProgramOfTheUsersIsMeasured(t *testing.T) {
	slow.Alone(t)
	s, table, folder := ranTarget(t, "serves", "answers")
	f := s.Fixes[0]
	if f.Name != "all-endpoints" || f.Pairs.Valid != 1 || f.Pairs.CrashedBefore+f.Pairs.CrashedAfter != 0 {
		t.Fatalf("fix %+v", f.Pairs)
	}
	for _, want := range []results.Metric{
		{Name: "p50", Phase: results.InFault}, {Name: "p99", Phase: results.Steady},
		{Name: "goodput", Phase: results.Steady},
		{Name: "write_goodput", Phase: results.InFault}, {Name: "gap", Phase: results.InFault},
		{Name: "descriptors_peak"},
	} {
		if row, ok := f.Row(want); !ok || row.Before.Median <= 0 {
			t.Errorf("%s: %+v, %v", want, row, ok)
		}
	}
	for _, foreign := range []results.Metric{{Name: "build_p50", Phase: results.Steady}, {Name: "heap_peak"}} {
		if row, ok := f.Row(foreign); ok {
			t.Errorf("%s is no figure of a program: %+v", foreign, row)
		}
	}
	for _, want := range []string{"all-endpoints", "P50 fault", "results: " + folder} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q:\n%s", want, table)
		}
	}
	for _, arm := range []results.Arm{results.Before, results.After} {
		slot := results.Slot{Group: "all-endpoints", Block: 1, Arm: arm}
		log, err := os.ReadFile(filepath.Join(folder, results.TrialDir(slot, 0), "target.log"))
		served, rest, _ := strings.Cut(string(log), "\n")
		if err != nil || !strings.HasPrefix(served, "serving https://127.0.0.1:") || strings.Count(served, ",") != 1 ||
			!strings.Contains(rest, `"etcdserver":"3.`) {
			t.Errorf("%s: output %q, %v", arm, log, err)
		}
		if missed := missedIn(t, filepath.Join(folder, results.TrialDir(slot, 0))); missed != 0 {
			t.Errorf("%s: the two workers missed %d operations", arm, missed)
		}
		if !strings.Contains(rest, "Authorization:[redacted]") || !strings.Contains(rest, "secrets [redacted]") ||
			!strings.Contains(rest, `"password": "[redacted]"`) {
			t.Errorf("%s: output %q", arm, log)
		}
	}
	checkNoSecret(t, folder)
	for _, verb := range [][]string{{"compare", folder}, {"report", folder, "--format", "md"},
		{"compare", folder, folder}} {
		if code, _, stderr := aftershock(verb...); code != exitOK && len(verb) != 3 {
			t.Errorf("%s: exit %d: %s", verb, code, stderr)
		}
	}
	code, shown, stderr := aftershock("gate", folder, "--policy", "testdata/target-policy.yaml")
	if code != exitNoVerdict || !strings.Contains(shown, "crashed") { // one pair settles nothing
		t.Errorf("gate: exit %d: %s%s", code, shown, stderr)
	}
}

// What a program does to itself counts as its arm's, and leaves nothing.
func TestWhatAProgramDoesToItself(t *testing.T) {
	slow.Alone(t)
	s, table, folder := ranTarget(t, "crashes", "stubborn")
	f := s.Fixes[0]
	if f.Pairs.Valid != 1 || f.Pairs.CrashedBefore != 1 || f.Pairs.CrashedAfter != 0 {
		t.Errorf("pairs %+v", f.Pairs)
	}
	slot := results.Slot{Group: "all-endpoints", Block: 1, Arm: results.Before}
	trial, err := results.ReadTrial(filepath.Join(folder, results.TrialDir(slot, 0)))
	if err != nil || trial.Worker.Died <= 0 ||
		!strings.Contains(trial.Worker.Exit, "the target (before) ended with exit code 7; its last lines: serving ") ||
		!strings.HasSuffix(trial.Worker.Exit, " | out of luck") {
		t.Errorf("worker %+v, %v", trial.Worker, err)
	}
	for _, counter := range []string{"stop_forced", "processes_left"} {
		row, ok := f.Row(results.Metric{Name: counter})
		if !ok || row.Before.Median != 0 || row.After.Median != 1 {
			t.Errorf("%s: %+v, %v", counter, row, ok)
		}
	}
	if !strings.Contains(table, "crash") {
		t.Errorf("the table says nothing of a crash:\n%s", table)
	}
}

func TestAProgramThatDoesNotStartEndsTheRun(t *testing.T) {
	slow.Alone(t)
	out := t.TempDir()
	code, table, progress := aftershock("run", targetFile(t, "exits", "exits"), "--out", out)
	want := "ended with exit code 3 before it was ready; its last lines: no setting \"name\""
	if code != exitFailure || !strings.Contains(progress+table, want) {
		t.Errorf("exit %d, %s%s", code, table, progress)
	}
	noneLeft(t, onlyFolder(t, out))
}

// However the orchestrator ends, its program and a daemon that it has started end with it.
func TestATargetEndsWithItsOrchestrator(t *testing.T) {
	slow.Boots(t)
	for name, sig := range map[string]syscall.Signal{"Ctrl-C": syscall.SIGINT, "kill -9": syscall.SIGKILL} {
		t.Run(name, func(t *testing.T) {
			out := t.TempDir()
			p := start(t, "run", targetFile(t, "stubborn", "stubborn"), "--out", out, "--seed", "3")
			p.awaitProgress(t, "  steady  ")
			root := dataRootOf(t, onlyFolder(t, out))
			var programs, workers []int
			await(t, "the program, its daemon and two workers run", func() bool {
				programs, workers = markedBelow(t, root), workersBelow(p.Process.Pid)
				return len(programs) == 2 && len(workers) == 2
			})
			if err := p.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			p.end(t)
			await(t, "all have ended", func() bool {
				return !slices.ContainsFunc(slices.Concat(programs, workers), alive) && len(markedBelow(t, root)) == 0
			})
			await(t, "the data root is gone", func() bool {
				_, err := os.Stat(root)
				return errors.Is(err, os.ErrNotExist)
			})
		})
	}
}

// markedBelow lists the programs of targets whose folders lie below one.
func markedBelow(t *testing.T, root string) (pids []int) {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil && process.Marked(pid, root) {
			pids = append(pids, pid)
		}
	}
	return pids
}

func TestTargetsThatAreRefused(t *testing.T) {
	file := targetFile(t, "serves", "serves")
	lost := filepath.Join(t.TempDir(), "lost.yaml")
	text, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(lost, bytes.ReplaceAll(text, []byte(os.Args[0]), []byte("./no-such-program")), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"not found": {[]string{"run", lost}, `target.before: command "./no-such-program" is not found`},
		"check":     {[]string{"check", lost}, `target.after: command "./no-such-program" is not found`},
		"profile":   {[]string{"run", file, "--profile"}, "--profile records the worker"},
		"external": {[]string{"run", file, "--cluster", "external", "--endpoints", "http://127.0.0.1:1"},
			"which keys the scenario's target writes is not known"},
		"a fix of ours": {[]string{"run", file, "--fix", "null"}, `unknown fix "null" (allowed: all-endpoints)`},
	} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out")
			args := c.args
			if args[0] == "run" {
				args = append(args, "--out", out)
			}
			if code, _, stderr := aftershock(args...); code != exitUsage || !strings.Contains(stderr, c.want) {
				t.Errorf("exit %d: %s", code, stderr)
			}
			if _, err := os.Stat(out); !errors.Is(err, os.ErrNotExist) {
				t.Error("it left a folder")
			}
		})
	}
}

func TestATargetIsCheckedAndListed(t *testing.T) {
	file := targetFile(t, "serves", "serves")
	code, checked, stderr := aftershock("check", file)
	if want := `a sound scenario, "target": 1 pair of all-endpoints`; code != exitOK ||
		!strings.Contains(checked, want) {
		t.Errorf("exit %d: %s%s", code, checked, stderr)
	}
	code, listed, stderr := aftershock("list", file)
	for _, want := range []string{
		"read 400/s, time-out 500ms; write 20/s", "partition-leader of leader", "both arms are the same command",
	} {
		if code != exitOK || !strings.Contains(listed, want) {
			t.Errorf("exit %d: %s%s", code, listed, stderr)
		}
	}
}
