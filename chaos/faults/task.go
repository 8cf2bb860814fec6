package faults

import (
	"context"
	"fmt"

	"aftershock/chaos"
)

// task is what a fault does in the background, until it has finished or is stopped.
type task struct {
	cancel context.CancelCauseFunc
	done   chan struct{}
	err    error // what it ended with; to be read once done is closed
}

// begin starts work whose context ends with stop or end, and not with the run: the fault ends it when it heals. Work
// that panics has failed.
func begin(work func(context.Context) error) *task {
	ctx, cancel := context.WithCancelCause(context.Background())
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
	t.cancel(nil)
	<-t.done
}

// end ends the work for a reason, which its context then tells it, and waits until it has ended. The error is that of
// ctx, after which the work goes on.
func (t *task) end(ctx context.Context, reason error) error {
	t.cancel(reason)
	select {
	case <-t.done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
