// Package process starts children of this very binary that cannot outlive it, and talks to them in JSON lines.
//
// A child reads its configuration and later commands from standard input, and reports on descriptor 3. What it prints
// goes to its log. Linux only: the guarantee that a child dies with its parent is PR_SET_PDEATHSIG.
package process

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// RoleVariable is the environment variable that makes a process of this binary a child; its value is the role.
const RoleVariable = "AFTERSHOCK_CHILD"

// PasswordVariable holds a password. Children do not inherit it: what they need is part of their configuration, which
// /proc does not show.
const PasswordVariable = "AFTERSHOCK_PASSWORD"

// Spec says what child to start.
type Spec struct {
	Role string
	// Program is the file of another build of this program that is to be the child; empty for this one.
	Program string
	Config  any               // sent as the first line of standard input
	Env     map[string]string // what it gets beside the few variables that are inherited
	Log     *os.File          // standard output and standard error; nil discards them
	// Report receives every line that the child reports, in order, from one goroutine.
	Report func(line json.RawMessage)
	// Cores are those that the child may run on, from its first instruction on: Go's runtime counts them only then, for
	// NumCPU and GOMAXPROCS. None: those of the parent.
	Cores []int
	// Outlive makes the child survive its parent: no death signal, a session of its own. Only for the reaper.
	Outlive bool
	// Programs is set for a child that starts programs which are not ours: what they use counts as its own.
	Programs bool
}

// Process is a running child, or one that has ended.
type Process struct {
	cmd      *exec.Cmd
	programs bool
	group    bool           // signals go to all that it has started, too
	stdin    io.WriteCloser // nil for a program that is not ours
	send     sync.Mutex
	done     chan struct{}
	err      error // what the reading of reports failed with; set before done is closed
}

// Start starts a child and sends it its configuration.
func Start(spec Spec) (*Process, error) {
	// Not os.Executable: a build in the middle of a run would put another binary at that path.
	cmd := exec.Command(cmp.Or(spec.Program, "/proc/self/exe"))
	cmd.Args = []string{nameOf(spec.Role)}
	cmd.Env = slices.Concat(Inherited().pairs, []string{RoleVariable + "=" + spec.Role})
	for key, value := range spec.Env {
		cmd.Env = append(cmd.Env, key+"="+value)
	}
	// A group of its own: Ctrl-C in a terminal signals the whole foreground group, and the parent must be able to heal
	// and to drain before its children end.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if spec.Outlive {
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	}
	if spec.Log != nil {
		cmd.Stdout, cmd.Stderr = spec.Log, spec.Log
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	p := &Process{cmd: cmd, programs: spec.Programs, stdin: stdin}
	if err := p.start(func(end *os.File) { cmd.ExtraFiles = []*os.File{end} }, spec.Cores, spec.Report); err != nil {
		stdin.Close()
		return nil, fmt.Errorf("start a %s: %w", spec.Role, err)
	}
	if err := p.Send(spec.Config); err != nil {
		p.Kill()
		return nil, fmt.Errorf("configure a %s: %w", spec.Role, err)
	}
	return p, nil
}

// nameOf is what a child of a role is called in a list of processes.
func nameOf(role string) string { return "aftershock-" + role }

// start starts the process, and hands each line on that it writes to its end of a pipe.
func (p *Process) start(give func(end *os.File), cores []int, line func(json.RawMessage)) error {
	lines, end, err := os.Pipe()
	if err != nil {
		return err
	}
	give(end)
	err = startOnSpawner(p.cmd, cores)
	end.Close()
	if err != nil {
		lines.Close()
		return err
	}
	p.done = make(chan struct{})
	children.enter(p)
	go p.follow(lines, line)
	return nil
}

// follow hands the child's reports on until it closes them, which its death does, and then collects its exit state.
func (p *Process) follow(reports *os.File, report func(json.RawMessage)) {
	defer close(p.done)
	defer children.leave(p)
	defer reports.Close()
	lines := bufio.NewScanner(reports)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		if report != nil {
			report(append(json.RawMessage(nil), lines.Bytes()...))
		}
	}
	p.err = lines.Err()
	if err := p.cmd.Wait(); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) { // how it exited is for the owner to judge
			p.err = errors.Join(p.err, err)
		}
	}
}

// Send writes one JSON line to the child's standard input.
func (p *Process) Send(message any) error {
	line, err := json.Marshal(message)
	if err != nil {
		return err
	}
	if p.stdin == nil {
		return errors.New("a program that is not ours takes no messages")
	}
	p.send.Lock()
	defer p.send.Unlock()
	_, err = p.stdin.Write(append(line, '\n'))
	return err
}

// PID is the child's process id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Signal sends a signal; a child that has already ended is no error.
func (p *Process) Signal(sig syscall.Signal) error {
	if p.group {
		select {
		case <-p.done: // its number may be another's by now
			return nil
		default:
		}
		if err := syscall.Kill(-p.PID(), sig); err != nil && !errors.Is(err, syscall.ESRCH) {
			return err
		}
		return nil
	}
	if err := p.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}

// Kill ends the child with SIGKILL, stopped or not, and waits until it is gone.
func (p *Process) Kill() {
	_ = p.Signal(syscall.SIGKILL)
	<-p.done
}

// Stopped tells whether a signal has stopped the child, or a debugger.
func (p *Process) Stopped() bool { return stopped(stat(p.PID())) }

func stopped(stat []string) bool { return len(stat) > 0 && strings.EqualFold(stat[0], "T") }

// suspendPatience is how long the threads of a suspended child may go on. On a busy machine it takes milliseconds.
const suspendPatience = 5 * time.Second

// Suspend sends SIGSTOP and returns once every thread has stopped, or the child has ended. The kernel takes a moment
// for that, in which a thread may still answer a request.
func (p *Process) Suspend() error {
	if err := p.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	for deadline := time.Now().Add(suspendPatience); !p.allStopped(); {
		if time.Now().After(deadline) {
			return fmt.Errorf("process %d goes on %v after SIGSTOP", p.PID(), suspendPatience)
		}
		select {
		case <-p.done:
			return nil
		case <-time.After(100 * time.Microsecond):
		}
	}
	return nil
}

// allStopped tells whether each thread has stopped. A thread that is gone is none.
func (p *Process) allStopped() bool {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", p.PID())) // the pattern is sound
	for _, thread := range threads {
		if fields := statIn(thread); len(fields) > 0 && !stopped(fields) {
			return false
		}
	}
	return true
}

// CloseStdin tells the child that no command will follow.
func (p *Process) CloseStdin() { p.stdin.Close() }

// Done is closed when the child has ended and every report has been handed on.
func (p *Process) Done() <-chan struct{} { return p.done }

// Exit is how the child ended: an exit code, or the signal that killed it. Only after Done.
type Exit struct {
	Code   int            `json:"code"` // -1 when a signal ended it
	Signal syscall.Signal `json:"signal,omitempty"`
	CPU    time.Duration  `json:"cpu_ns"` // user and system time over its life
}

// OK tells whether the child ended by itself and without an error.
func (e Exit) OK() bool { return e.Code == 0 }

func (e Exit) String() string {
	if e.Signal != 0 {
		return "killed by " + unix.SignalName(e.Signal)
	}
	return fmt.Sprintf("exit code %d", e.Code)
}

// Exit returns how the child ended, waiting for that.
func (p *Process) Exit() (Exit, error) {
	<-p.done
	state := p.cmd.ProcessState
	if state == nil {
		return Exit{Code: -1}, p.err
	}
	exit := Exit{Code: state.ExitCode(), CPU: state.UserTime() + state.SystemTime()}
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		exit.Signal = status.Signal()
	}
	return exit, p.err
}
