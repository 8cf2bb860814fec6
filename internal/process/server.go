package process

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"syscall"
)

// Server says what program to start that is not ours, serves on, and is the harness's own child: a member of a cluster.
type Server struct {
	Path string
	Args []string
	Env  map[string]string // what it gets beside the few variables that are inherited
	// Folder marks it and all that it starts (FolderVariable), so that nothing outlives this process.
	Folder string
	Cores  []int // those that it may run on; none: those of this process
	// Line receives every line that it prints, to whichever output, without its end; in order, from one goroutine.
	Line func(line []byte)
}

// StartServer starts a program in a process group of its own, which dies with this process. Signals go to the whole
// group, because the program may be a script that starts the server. It has no standard input: Send is an error.
func StartServer(s Server) (*Process, error) {
	cmd := exec.Command(s.Path, s.Args...)
	cmd.Env = slices.Concat(Inherited().pairs, []string{FolderVariable + "=" + s.Folder})
	for key, value := range s.Env {
		cmd.Env = append(cmd.Env, key+"="+value)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	p := &Process{cmd: cmd, group: true}
	err := p.start(func(end *os.File) { cmd.Stdout, cmd.Stderr = end, end }, s.Cores,
		func(line json.RawMessage) { s.Line(line) })
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", s.Path, err)
	}
	return p, nil
}
