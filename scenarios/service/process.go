package service

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"aftershock/harness"
	"aftershock/internal/clock"
	"aftershock/internal/process"
	"aftershock/internal/units"
	"aftershock/scenarios/build"

	"golang.org/x/sys/unix"
)

// running is a program that was started.
type running struct {
	cmd    *exec.Cmd
	name   string // in errors
	folder string // its own, which marks what it starts
	port   int
	output *output
	redact redactor
	limits Limits
	gone   chan struct{} // closed when it has ended and was waited for
	ended  clock.Nanos   // when; set before gone is closed
	beyond atomic.Value  // which limit it was killed for, in words; empty for none
}

// start starts a program in a group and a folder of its own.
func (t Target) start(p Program, name string, env harness.Env) (_ *running, err error) {
	r := &running{
		name: name, folder: filepath.Join(env.Temporary, "target"), gone: make(chan struct{}), limits: t.Limits,
		redact: newRedactor(t.Redact, t.secrets(env)),
	}
	if err := os.MkdirAll(r.folder, 0o700); err != nil {
		return nil, err
	}
	if r.port, err = freePort(); err != nil {
		return nil, err
	}
	given := t.environment(p, env, r)
	command := p.words(given)
	path, err := findProgram(command[0], given["PATH"])
	if err != nil {
		return nil, err
	}
	if r.output, err = newOutput(env.Log, r.redact); err != nil {
		return nil, err
	}
	r.cmd = &exec.Cmd{Path: path, Args: command, Stdout: r.output.theirs, Stderr: r.output.theirs}
	for variable, value := range given {
		r.cmd.Env = append(r.cmd.Env, variable+"="+value)
	}
	slices.Sort(r.cmd.Env)
	err = process.StartProgram(r.cmd)
	r.output.started()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s cannot be started: %w", name, err), r.output.close())
	}
	r.limit()
	go r.wait()
	go r.guard()
	return r, nil
}

// secrets are all values that a program is given and that may be seen nowhere else.
func (t Target) secrets(env harness.Env) (all []string) {
	for _, secret := range env.Secrets {
		all = append(all, secret)
	}
	for _, name := range t.Variables {
		all = append(all, env.Variables[name])
	}
	return all
}

// Given are the variables that each program is given, and no scenario sets. Those of TLS are there where the cluster
// has it.
var Given = []string{
	"ETCD_ENDPOINTS", "ETCD_CACERT", "ETCD_CERT", "ETCD_KEY", "PORT", process.FolderVariable, "TMPDIR",
	build.FolderVariable,
}

// environment is all that a program finds in its environment.
func (t Target) environment(p Program, env harness.Env, r *running) map[string]string {
	var endpoints []string
	for _, client := range env.Clients {
		endpoints = append(endpoints, scheme(env)+env.Links[client])
	}
	given := map[string]string{
		"ETCD_ENDPOINTS": strings.Join(endpoints, ","), "PORT": strconv.Itoa(r.port),
		process.FolderVariable: r.folder, "TMPDIR": r.folder,
	}
	if f := env.TLSFiles; f != nil {
		given["ETCD_CACERT"], given["ETCD_CERT"], given["ETCD_KEY"] = f.Authority, f.Cert, f.Key
	}
	if p.Built != "" {
		given[build.FolderVariable] = build.Store(env.Built).Folder(p.Built)
	}
	for _, from := range []map[string]string{env.Variables, p.Env} {
		for variable, value := range from {
			given[variable] = value
		}
	}
	return given
}

func scheme(env harness.Env) string {
	if env.TLSFiles != nil {
		return "https://"
	}
	return "http://"
}

// words are a command's, with {port} and the like replaced. ${port} is a shell's.
func (p Program) words(given map[string]string) []string {
	var all []string
	for _, word := range p.Command {
		for name, variable := range map[string]string{
			portWord: "PORT", "{dir}": process.FolderVariable, "{endpoints}": "ETCD_ENDPOINTS",
			build.Folder: build.FolderVariable,
		} {
			word = replace(word, name, given[variable])
		}
		all = append(all, word)
	}
	return all
}

// replace replaces a name in braces that has no $ before it.
func replace(text, name, by string) string {
	const hidden = "$\x00"
	text = strings.ReplaceAll(text, "$"+name, hidden)
	return strings.ReplaceAll(strings.ReplaceAll(text, name, by), hidden, "$"+name)
}

// findProgram finds a command's file: by its path, from the folder in which aftershock was started, or in PATH.
func findProgram(name, path string) (string, error) {
	if strings.Contains(name, "/") {
		return name, executable(name)
	}
	for _, folder := range filepath.SplitList(path) {
		if file := filepath.Join(folder, name); folder != "" && executable(file) == nil {
			return file, nil
		}
	}
	return "", fmt.Errorf("command %q is not found in PATH; a program of your own is given by its path, such as ./%s",
		name, name)
}

func executable(file string) error {
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("command %q is not found; it is looked for from the folder in which aftershock was started",
			file)
	case err != nil:
		return fmt.Errorf("command %q: %w", file, err)
	case !info.Mode().IsRegular():
		return fmt.Errorf("command %q is no file", file)
	}
	if err := unix.Access(file, unix.X_OK); err != nil {
		return fmt.Errorf("command %q must not be executed: %w", file, err)
	}
	return nil
}

func (r *running) wait() {
	_ = r.cmd.Wait() // how it ended is in its state
	r.ended = clock.Now()
	close(r.gone)
}

// how says how it ended; only once it is gone.
func (r *running) how() string {
	if why, ok := r.beyond.Load().(string); ok {
		return "was killed: " + why
	}
	state := r.cmd.ProcessState
	used := state.UserTime() + state.SystemTime()
	if !state.Exited() && r.limits.CPU > 0 && used >= r.limits.CPU {
		return fmt.Sprintf("was killed: it used more processor time than target.limits.cpu allows (%s)",
			units.Short(r.limits.CPU))
	}
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return "was killed by " + unix.SignalName(status.Signal())
	}
	return fmt.Sprintf("ended with exit code %d", state.ExitCode())
}

// left is what a program leaves when it is stopped.
type left struct {
	forced    bool // it had to be killed
	processes int  // that it had started and that were still there
}

// stop tells the whole group to end, kills what has not ended in time, and then whatever else the program has started.
func (r *running) stop(patience time.Duration) (l left) {
	group := -r.cmd.Process.Pid
	_ = syscall.Kill(group, syscall.SIGTERM) // no such group: all have ended
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-r.gone:
	case <-timer.C:
		l.forced = true
		_ = syscall.Kill(group, syscall.SIGKILL)
		<-r.gone
	}
	l.processes = process.EndMarked(r.folder)
	return l
}
