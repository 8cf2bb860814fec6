package main

import (
	"bytes"
	"fmt"
	"os/exec"
	"time"

	"aftershock/internal/process"
)

// watchEvery is how often memory is looked at.
const watchEvery = 250 * time.Millisecond

// watched runs a program and gives what it printed, and the most memory that some processes had at a time. What the
// kernel books for a child as its most (ru_maxrss) begins with what this process has.
func watched(cmd *exec.Cmd, pids func() []int) (out string, memory int64, err error) {
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		return "", 0, err
	}
	ended, most := make(chan struct{}), make(chan int64)
	go func() {
		var peak int64
		for ticks := time.Tick(watchEvery); ; {
			var now int64
			for _, pid := range pids() {
				now += int64(process.Resident(pid))
			}
			peak = max(peak, now)
			select {
			case <-ticks:
			case <-ended:
				most <- peak
				return
			}
		}
	}()
	err = cmd.Wait()
	close(ended)
	memory = <-most
	if err != nil {
		return "", 0, fmt.Errorf("%w: %s", err, said.String())
	}
	return said.String(), memory, nil
}
