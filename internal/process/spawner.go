package process

import (
	"os/exec"
	"runtime"
	"sync"

	"aftershock/internal/affinity"
)

// The kernel sends a child its death signal when the *thread* that forked it ends, not the process (golang/go#27505).
// Go ends threads as it pleases, so all children are forked by one goroutine that keeps its thread for good.
var spawner = sync.OnceValue(func() chan<- spawn {
	requests := make(chan spawn)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread lives as long as the process
		for r := range requests {
			r.result <- r.start()
		}
	}()
	return requests
})

type spawn struct {
	cmd    *exec.Cmd
	cores  []int
	result chan error
}

// start forks with the thread kept to the cores, which the child inherits. A thread that could not have its own cores
// back fails the start, for the next child would inherit them too.
func (s spawn) start() error {
	err := affinity.During(s.cores, s.cmd.Start)
	if err != nil && s.cmd.Process != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	}
	return err
}

func startOnSpawner(cmd *exec.Cmd, cores []int) error {
	r := spawn{cmd: cmd, cores: cores, result: make(chan error, 1)}
	spawner() <- r
	return <-r.result
}
