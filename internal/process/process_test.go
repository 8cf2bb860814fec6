package process

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// The test binary is its own child: an echo that answers lines, and a parent that starts an echo and a reaper.
func TestMain(m *testing.M) {
	switch Role() {
	case "echo":
		os.Exit(echo())
	case "burner":
		os.Exit(burner())
	case "environment":
		_ = configured().Report(os.Environ())
		os.Exit(0)
	case "setup":
		os.Exit(tellSetup())
	case ReaperRole:
		os.Exit(Reap())
	}
	if folder := os.Getenv("PROCESS_TEST_PARENT"); folder != "" {
		os.Exit(parent(folder))
	}
	os.Exit(m.Run())
}

type word struct {
	Text string `json:"text"`
	PID  int    `json:"pid,omitempty"`
}

// configured is a child that has its configuration. Its parent could not write one to a child that has ended.
func configured() *Child {
	child := Connect()
	var config any
	if ok, err := child.Receive(&config); !ok || err != nil {
		os.Exit(1)
	}
	return child
}

func echo() int {
	child := Connect()
	for {
		var w word
		ok, err := child.Receive(&w)
		if err != nil {
			return 1
		}
		if !ok {
			return 7
		}
		if err := child.Report(word{Text: w.Text, PID: os.Getpid()}); err != nil {
			return 1
		}
	}
}

// parent starts an echo and a reaper of a folder that it makes then, tells their process ids, and waits to be killed.
func parent(folder string) int {
	e, err := Start(Spec{Role: "echo", Config: word{Text: "hello"}})
	if err != nil {
		return 1
	}
	r, err := StartReaper(folder)
	if err != nil || os.MkdirAll(filepath.Join(folder, "n1"), 0o755) != nil {
		return 1
	}
	_ = e.Signal(syscall.SIGSTOP) // a stopped child must die as well
	fmt.Println(e.PID())
	fmt.Println(r.PID())
	time.Sleep(time.Minute)
	return 0
}

func TestConversation(t *testing.T) {
	got := make(chan word, 10)
	p, err := Start(Spec{Role: "echo", Config: word{Text: "configuration"}, Report: func(line json.RawMessage) {
		var w word
		if err := json.Unmarshal(line, &w); err != nil {
			t.Error(err)
		}
		got <- w
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Send(word{Text: "command"}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"configuration", "command"} {
		if w := <-got; w.Text != want || w.PID != p.PID() {
			t.Fatalf("the child reported %+v, want %q from process %d", w, want, p.PID())
		}
	}
	p.CloseStdin()
	exit, err := p.Exit()
	if err != nil || exit.Code != 7 || exit.OK() {
		t.Fatalf("exit = %+v, %v, want code 7", exit, err)
	}
}

func TestKillEndsAStoppedChild(t *testing.T) {
	p, err := Start(Spec{Role: "echo", Config: word{}})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	p.Kill()
	exit, err := p.Exit()
	if err != nil || exit.Signal != syscall.SIGKILL || exit.Code != -1 {
		t.Fatalf("exit = %+v, %v, want SIGKILL", exit, err)
	}
	if err := p.Signal(syscall.SIGTERM); err != nil {
		t.Fatalf("a signal to a child that has ended: %v", err)
	}
}

func TestNothingOutlivesAKilledParent(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "root")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "PROCESS_TEST_PARENT="+folder)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	var pids []int
	for len(pids) < 2 && lines.Scan() {
		pid, err := strconv.Atoi(lines.Text())
		if err != nil {
			t.Fatal(err)
		}
		pids = append(pids, pid)
	}
	if len(pids) != 2 {
		t.Fatalf("the parent named %d children, want 2", len(pids))
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed: always an error
	await(t, "the children are gone", func() bool { return gone(pids[0]) && gone(pids[1]) })
	await(t, "the folder is removed", func() bool {
		_, err := os.Stat(folder)
		return os.IsNotExist(err)
	})
}

// gone tells whether no process has the id, or only a zombie that its new parent has not collected yet.
func gone(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return true
	}
	var id int
	var name, state string
	if _, err := fmt.Sscan(string(stat), &id, &name, &state); err != nil {
		return false
	}
	return state == "Z" || state == "X"
}

func await(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !condition(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited 20 s until %s", what)
		}
	}
}

// "killed by killed" said neither by what nor by whom.
func TestAChildThatIsStoppedOrKilledSaysSo(t *testing.T) {
	p, err := Start(Spec{Role: "echo", Config: word{}})
	if err != nil {
		t.Fatal(err)
	}
	if p.Stopped() {
		t.Error("it is stopped from the beginning")
	}
	if err := p.Suspend(); err != nil {
		t.Fatal(err)
	}
	if !p.Stopped() || !p.allStopped() {
		t.Error("it goes on after it was suspended")
	}
	p.Kill()
	if err := p.Suspend(); err != nil {
		t.Errorf("one that is gone cannot be suspended: %v", err)
	}
	if p.Stopped() {
		t.Error("one that is gone is stopped")
	}
	exit, err := p.Exit()
	if err != nil || exit.String() != "killed by SIGKILL" {
		t.Errorf("it was %v, %v", exit, err)
	}
	if got := (Exit{Code: 3}).String(); got != "exit code 3" {
		t.Error(got)
	}
}
