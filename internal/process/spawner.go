package process

import (
	"os/exec"
	"runtime"
	"sync"
)

// The kernel sends a child its death signal when the *thread* that forked it ends, not the process (golang/go#27505).
// Go ends threads as it pleases, so all children are forked by one goroutine that keeps its thread for good.
var spawner = sync.OnceValue(func() chan<- spawn {
	requests := make(chan spawn)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread lives as long as the process
		for r := range requests {
			r.result <- r.cmd.Start()
		}
	}()
	return requests
})

type spawn struct {
	cmd    *exec.Cmd
	result chan error
}

func startOnSpawner(cmd *exec.Cmd) error {
	r := spawn{cmd: cmd, result: make(chan error, 1)}
	spawner() <- r
	return <-r.result
}
