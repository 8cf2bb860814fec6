package faults

import (
	"context"
	"fmt"

	"aftershock/chaos"
)

// task is what a fault does in the background, until it has finished or is stopped.
type task struct {
	cancel context.CancelFunc
	done   chan struct{}
	err    error // what it ended with; to be read once done is closed
}

// begin starts work whose context ends with stop, and not with the run: the fault stops it when it heals.
func begin(work func(context.Context) error) *task {
	ctx, cancel := context.WithCancel(context.Background())
	t := &task{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(t.done)
		t.err = chaos.Guarded(func() error { return work(ctx) })
	}()
	return t
}

// wait waits until the work has finished. Work that takes longer than ctx is stopped, and the error says what held it
// up.
func (t *task) wait(ctx context.Context) error {
	select {
	case <-t.done:
		return t.err
	case <-ctx.Done():
	}
	t.stop()
	if t.err == nil { // it came through at the last moment
		return nil
	}
	return fmt.Errorf("%w: %w", context.Cause(ctx), t.err)
}

// stop ends the work, and returns when it has ended.
func (t *task) stop() {
	t.cancel()
	<-t.done
}
