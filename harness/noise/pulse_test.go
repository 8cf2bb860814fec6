package noise

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"aftershock/internal/clock"
)

// pulseVariable makes this test binary a harness that has a pulse and does nothing else.
const pulseVariable = "NOISE_TEST_PULSE"

func TestMain(m *testing.M) {
	if os.Getenv(pulseVariable) != "" {
		os.Exit(beating())
	}
	os.Exit(m.Run())
}

// beating tells when it has begun, and what its pulse has seen when its standard input ends.
func beating() int {
	began := clock.Now()
	p := StartPulse()
	fmt.Println("ready")
	if bufio.NewScanner(os.Stdin).Scan() {
		return 1
	}
	pause := p.Stop()
	pause.At -= began
	if json.NewEncoder(os.Stdout).Encode(pause) != nil {
		return 1
	}
	return 0
}

// A harness that was stopped and goes on, as by Ctrl-Z and fg, knows for how long.
func TestAStoppedProcessNoticesIt(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), pulseVariable+"=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "ready" {
		t.Fatalf("the child says %q, %v", lines.Text(), lines.Err())
	}
	const stop = 300 * time.Millisecond
	send(t, cmd, syscall.SIGSTOP)
	for state(t, cmd.Process.Pid) != "T" {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(stop) // it is to be stopped for so long: there is nothing else to wait for
	send(t, cmd, syscall.SIGCONT)
	in.Close()
	if !lines.Scan() {
		t.Fatalf("the child says nothing: %v", lines.Err())
	}
	var got Pause
	if err := json.Unmarshal(lines.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	if got.Longest < stop-beat || got.At <= 0 || !got.Stopped || got.Suspended != 0 {
		t.Errorf("stopped for %v, and the pulse says %+v", stop, got)
	}
}

func send(t *testing.T, cmd *exec.Cmd, s syscall.Signal) {
	t.Helper()
	if err := cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// state is a process's, as proc_pid_stat(5) has it: T is stopped.
func state(t *testing.T, pid int) string {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	state, _, _ := strings.Cut(rest, " ")
	return state
}

// A clock that went on while the other stood still tells of a suspended machine, and the longest of several waits
// counts.
func TestPulseNotes(t *testing.T) {
	p := &Pulse{}
	for _, n := range []struct{ due, late, asleep time.Duration }{
		{10, 3 * time.Millisecond, 0},
		{20, 120 * time.Millisecond, 200 * time.Microsecond},
		{30, 4 * time.Millisecond, 0},
	} {
		p.note(clock.Nanos(n.due), n.late, n.asleep)
	}
	if want := (Pause{Longest: 120 * time.Millisecond, At: 20}); p.Pause() != want {
		t.Errorf("got %+v, want %+v", p.Pause(), want)
	}
	p.note(40, 5*time.Millisecond, 7*time.Second)
	p.note(50, 0, 7*time.Second)
	if want := (Pause{Longest: 120 * time.Millisecond, At: 20, Suspended: 7 * time.Second}); p.Pause() != want {
		t.Errorf("got %+v, want %+v", p.Pause(), want)
	}
}

func BenchmarkPulse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		suspended()
	}
}
