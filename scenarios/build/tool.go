package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
	"unicode"

	"aftershock/internal/process"
	"aftershock/internal/shell"
	"aftershock/internal/units"
)

// The limits of what an error quotes of a tool's output. A compiler's first lines say what is wrong, a shell's last.
const (
	mostKept    = 32 << 10 // bytes, of the beginning and of the end
	quotedLines = 20       // likewise
)

// grace is how long a tool may take to end after SIGTERM.
const grace = 2 * time.Second

// Failed is a tool that did not succeed: a build, or a command of git or go.
type Failed struct {
	Words  []string
	How    string // it ended, or could not be started
	Output string // its first and last lines, as they may be printed
}

func (f *Failed) Error() string {
	text := fmt.Sprintf("%s %s", shell.Join(f.Words...), f.How)
	if f.Output == "" {
		return text + "; it printed nothing"
	}
	return text + "; it printed:\n    " + strings.ReplaceAll(f.Output, "\n", "\n    ")
}

// tool is a command that works for us: where, and in what environment.
type tool struct {
	folder string
	env    []string
	within time.Duration // 0 is endless
}

// run is do for a command whose standard output is wanted.
func (t tool) run(ctx context.Context, line ...string) (string, error) {
	var stdout bytes.Buffer
	err := t.do(ctx, &stdout, line)
	return stdout.String(), err
}

// do runs a command in a process group of its own until it ends. When ctx is done or its time is over, the whole group
// ends. What it has started and left is for the caller to end.
func (t tool) do(ctx context.Context, stdout io.Writer, line []string) error {
	path, err := lookPath(line[0])
	if err != nil {
		return &Failed{Words: line, How: "cannot be started: " + err.Error()}
	}
	said := &words{}
	// Pipes, and no files of ours: Wait ends at the latest after WaitDelay, whatever was left with them.
	cmd := &exec.Cmd{
		Path: path, Args: line, Dir: t.folder, Env: t.env, Stdout: io.MultiWriter(stdout, said), Stderr: said,
		WaitDelay: grace,
	}
	if err := process.StartTool(cmd); err != nil {
		return &Failed{Words: line, How: "cannot be started: " + err.Error()}
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	if t.within > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, t.within, &lateError{t.within})
		defer cancel()
	}
	select {
	case err = <-ended:
	case <-ctx.Done():
		_ = end(cmd.Process.Pid, ended) // a program that was told to end has failed
		var late *lateError
		if cause := context.Cause(ctx); !errors.As(cause, &late) {
			return cause
		}
		return &Failed{Words: line, How: context.Cause(ctx).Error(), Output: said.quoted()}
	}
	switch {
	case errors.Is(err, exec.ErrWaitDelay) && cmd.ProcessState.Success():
		return nil // a child that it left has its output still; it is ended with the folder
	case err != nil:
		return &Failed{Words: line, How: how(cmd), Output: said.quoted()}
	}
	return nil
}

type lateError struct{ within time.Duration }

func (e *lateError) Error() string {
	return "did not end within " + units.Short(e.within) + " (arms.within)"
}

func how(cmd *exec.Cmd) string {
	state := cmd.ProcessState
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return "was killed by " + status.Signal().String()
	}
	return fmt.Sprintf("ended with exit code %d", state.ExitCode())
}

// end asks a group to end, kills what has not, and tells how its first program ended.
func end(group int, ended <-chan error) error {
	_ = syscall.Kill(-group, syscall.SIGTERM) // no such group: all have ended
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case err := <-ended:
		_ = syscall.Kill(-group, syscall.SIGKILL) // its children may have outlived it
		return err
	case <-timer.C:
		_ = syscall.Kill(-group, syscall.SIGKILL)
		return <-ended
	}
}

// words keeps the beginning and the end of what two writers write.
type words struct {
	mu          sync.Mutex
	first, last []byte
	lost        bool // something between them
}

func (w *words) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := min(len(p), mostKept-len(w.first))
	w.first = append(w.first, p[:n]...)
	w.last = append(w.last, p[n:]...)
	if over := len(w.last) - mostKept; over > 0 {
		w.last, w.lost = w.last[over:], true
	}
	return len(p), nil
}

// quoted are the first and the last lines, without what could drive a terminal.
func (w *words) quoted() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := string(w.first)
	if w.lost {
		text += "\n" + leftOut + "\n"
	}
	text += string(w.last)
	lines := strings.Split(strings.TrimRightFunc(strings.Map(printable, text), unicode.IsSpace), "\n")
	if len(lines) > 2*quotedLines {
		lines = slices.Concat(lines[:quotedLines], []string{leftOut}, lines[len(lines)-quotedLines:])
	}
	return strings.Join(lines, "\n")
}

const leftOut = "(lines are left out here)"

func printable(r rune) rune {
	if r == '\n' || r == '\t' || unicode.IsPrint(r) {
		return r
	}
	if unicode.IsSpace(r) {
		return ' '
	}
	return unicode.ReplacementChar
}

// lookPath finds a command. One with a slash is found from the folder in which it runs.
func lookPath(name string) (string, error) {
	if strings.Contains(name, "/") {
		return name, nil
	}
	return exec.LookPath(name)
}
