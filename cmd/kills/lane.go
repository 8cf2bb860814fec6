package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"aftershock/internal/terminal"
)

// kind is a runtime, and the run that is killed on it.
type kind struct {
	runtime string
	members int
	pin     string
	event   string
}

var kinds = []kind{
	// a suspended child has to go as well
	{"processes", 3, "follower", "{fault: follower-pause, target: follower, at: 20ms, for: 1s}"},
	{"embedded", 1, "leader", "{fault: client-cut, target: client.collector, at: 20ms, for: 400ms}"},
	{"external", 1, "leader", "{fault: client-cut, target: client.collector, at: 20ms, for: 400ms}"},
}

// scenario is one pair of trials of a second each.
const scenario = `name: killed
asks: What does a run leave that was killed?
cluster: {members: %d, tick: 50ms, election: 500ms, data: tmpfs}
streams:
  - {name: batch, rate: 4000/s, arrival: constant, timeout: 200ms}
  - {name: publish, rate: 10/s, arrival: constant, timeout: 200ms}
workload: {series: 10}
phases: {warm-up: 50ms, steady: 550ms, fault: 1200ms, recovery: 100ms, drain: 20ms}
faults:
  clients:
    - {name: collector, pin: %s}
  events:
    - %s
fixes: [null-steady]
pairs: 1
margin: 10%%
quick: {fixes: [null-steady], pairs: 1}
budget: {boot: 1s, teardown: 300ms, reserve: 0, run: 10s, quick-run: 10s}
`

// patience is how long what is left may take to go: the reaper has to notice first.
const patience = 10 * time.Second

// lane kills runs on one runtime, one after the other.
type lane struct {
	kind   kind
	folder string
	shm    string // what its runs have for /dev/shm
	seed   uint64
	random *rand.Rand
	alone  *sync.Mutex   // held by a run where lanes share the machine's lock; nil where each has one
	theirs *theirs       // stands for an external cluster; nil for our own
	length time.Duration // of a run that is not killed
	killed int
	stages map[string]int
}

func (l *lane) open(program string, number uint64) (err error) {
	l.random = rand.New(rand.NewPCG(l.seed, number))
	if err := os.MkdirAll(filepath.Join(l.folder, "tmp"), 0o755); err != nil {
		return err
	}
	if l.shm, err = os.MkdirTemp("/dev/shm", "kills-"); err != nil {
		return err
	}
	text := fmt.Sprintf(scenario, l.kind.members, l.kind.pin, l.kind.event)
	if err := os.WriteFile(l.path("killed.yaml"), []byte(text), 0o600); err != nil {
		return err
	}
	binary, err := os.ReadFile(program)
	if err == nil {
		err = os.WriteFile(l.path("aftershock"), binary, 0o700)
	}
	if err == nil && l.kind.runtime == "external" {
		l.theirs, err = bootTheirs(filepath.Join(l.shm, "theirs"))
	}
	return err
}

func (l *lane) path(name string) string { return filepath.Join(l.folder, name) }

func (l *lane) close() error {
	var errs []error
	if l.theirs != nil {
		errs = append(errs, l.theirs.close())
	}
	if l.shm != "" {
		errs = append(errs, os.RemoveAll(l.shm))
	}
	return errors.Join(errs...)
}

// started is a run under way.
type started struct {
	*exec.Cmd
	screen *terminal.Terminal
	output bytes.Buffer
	ended  chan struct{}
	err    error // that it ended with
}

// columns is the width of the terminal that a run draws its progress on: wide enough for all that it has to say.
const columns = 200

const (
	mostEarly  = 20 // runs in a row that end before their kill
	longestRun = 2 * time.Minute
)

// start starts a run. The shell and unshare become the program, so that its process is theirs.
func (l *lane) start() (*started, error) {
	l.seed++
	args := []string{
		l.path("aftershock"), "run", l.path("killed.yaml"), "--seed", strconv.FormatUint(l.seed, 10),
		"--out", l.path("runs"), "--cluster", l.kind.runtime,
	}
	if l.theirs != nil {
		args = append(args, "--endpoints", l.theirs.endpoint, "--allow-fault", "client-cut",
			"--allow-foreign-keys") // its owner has one
	}
	if l.alone == nil {
		args = append([]string{"unshare", "-rm", "sh", "-c", `mount --bind "$0" /dev/shm && exec "$@"`, l.shm}, args...)
	}
	screen, err := terminal.Open(columns)
	if err != nil {
		return nil, err
	}
	s := &started{Cmd: exec.Command(args[0], args[1:]...), screen: screen, ended: make(chan struct{})}
	s.Env = append(os.Environ(), "TMPDIR="+l.path("tmp"), "TERM=xterm")
	s.Stdout, s.Stderr = &s.output, screen.Theirs
	if err := s.Start(); err != nil {
		return nil, errors.Join(err, screen.Close())
	}
	go func() {
		defer close(s.ended)
		s.err = s.Wait()
	}()
	return s, nil
}

// undecided is the exit code of a run of which no pair can be judged: on a busy machine that is no mistake.
const undecided = 3

// measure lets a run come to its end.
func (l *lane) measure() error {
	defer l.turn()()
	began := time.Now()
	s, err := l.start()
	if err != nil {
		return err
	}
	select {
	case <-s.ended:
	case <-time.After(longestRun):
		err = errors.Join(fmt.Errorf("it took longer than %v", longestRun), s.Process.Kill())
		<-s.ended
		return errors.Join(err, s.screen.Close())
	}
	if err = s.err; s.ProcessState.ExitCode() == undecided {
		err = nil
	}
	if err := errors.Join(err, s.screen.Close()); err != nil {
		return fmt.Errorf("a run that was not killed: %w\n%s%s", err, s.screen.Text(), s.output.String())
	}
	l.length = time.Since(began)
	return l.nothingLeft(context.Background())
}

// turn waits until this lane may run, where only one can at a time.
func (l *lane) turn() (done func()) {
	if l.alone == nil {
		return func() {}
	}
	l.alone.Lock()
	return l.alone.Unlock
}

// kill kills one run, and looks at what it leaves. One that was through before its moment is made good by another.
func (l *lane) kill() error {
	defer l.turn()()
	for range mostEarly {
		after := time.Duration(l.random.Int64N(int64(l.length)))
		s, err := l.start()
		if err != nil {
			return err
		}
		through := false
		select {
		case <-time.After(after):
			err = s.Process.Kill()
			<-s.ended
		case <-s.ended:
			through = true
		}
		err = errors.Join(err, s.screen.Close())
		stage := stageOf(s.screen.Text(), l.path("runs"))
		if err == nil {
			err = l.nothingLeft(context.Background())
		}
		if err != nil {
			return fmt.Errorf("the run with seed %d, killed after %v in stage %q: %w\n%s", l.seed, after, stage,
				err, s.screen.Text())
		}
		if !through {
			l.stages[stage]++
			return nil
		}
	}
	return fmt.Errorf("%d runs in a row ended before they were killed, although one takes %v", mostEarly, l.length)
}

// nothingLeft waits until nothing of the lane's last run is left, and removes what a run is there for.
func (l *lane) nothingLeft(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		left, err := l.left()
		if err != nil {
			return err
		}
		if len(left) == 0 {
			break
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("it left %s", strings.Join(left, ", "))
		}
	}
	if l.theirs != nil {
		if err := l.theirs.check(); err != nil {
			return err
		}
	}
	return os.RemoveAll(l.path("runs"))
}
