package evidence

import (
	"context"
	"errors"
	"os"
	"runtime/trace"
	"sync"

	"aftershock/internal/clock"
	"aftershock/results"
)

// trace traces the trial until it has finished or the trace has reached its limit. Ended at a limit it is whole, and
// shows the trial up to there; cut off it could not be read.
func (r *Recorder) trace(ctx context.Context) {
	file, err := os.Create(r.path(results.TraceFile))
	if err != nil {
		r.missing(results.TraceFile, err)
		return
	}
	to := &bounded{file: file, limit: r.config.Trace, full: make(chan struct{})}
	if err := trace.Start(to); err != nil {
		r.missing(results.TraceFile, errors.Join(err, file.Close()))
		return
	}
	r.running.Go(func() {
		var end clock.Nanos
		select {
		case <-to.full:
		case <-ctx.Done():
		}
		if to.isFull() { // asked for, because of two that have come the select takes either
			end = clock.Now() - r.epoch
		}
		trace.Stop()
		written, err := to.written()
		if err = errors.Join(err, file.Close()); err != nil {
			r.missing(results.TraceFile, err)
		}
		r.note(func(e *results.Evidence) { e.TraceBytes, e.TraceEnd = written, end })
	})
}

// bounded tells when a trace has reached its limit, or cannot be written. The runtime's tracer ignores what its writer
// says. It is not buffered, so that a crash loses no more than the runtime has not handed over.
type bounded struct {
	file  *os.File
	limit int64
	full  chan struct{} // closed by what ends the trace

	mu    sync.Mutex
	bytes int64
	err   error
	ended bool
}

func (b *bounded) Write(data []byte) (n int, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err == nil {
		n, b.err = b.file.Write(data)
		b.bytes += int64(n)
	}
	if !b.ended && (b.err != nil || b.bytes >= b.limit) {
		b.ended = true
		close(b.full)
	}
	return n, b.err
}

func (b *bounded) isFull() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ended
}

func (b *bounded) written() (int64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.bytes, b.err
}
