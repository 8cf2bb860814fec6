// Package evidence records where a worker's time goes: a CPU profile a window, an execution trace, and a flight
// recording of its slowest batch.
//
//	epoch
//	|- warm-up -|- steady -|- capacity -|- fault --------|- capacity -|- recovery -|
//	trace.out ####################################################################
//	              cpu-steady  cpu-capacity-calm  cpu-fault  cpu-capacity-trigger  cpu-recovery
//	worst.trace                               .......# the slowest batch #
//
// A profile of the whole trial would say little of the phase that matters, which is a few seconds of it; labels on
// goroutines tell phases apart too, and cost something in every operation. All is bounded in size and number, and what
// a worker that crashes has written by then stays.
package evidence

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"aftershock/internal/clock"
	"aftershock/results"
)

// Config is what to record.
type Config struct {
	Folder  string          `json:"folder"`  // the trial's
	Windows []results.Phase `json:"windows"` // those that are profiled, in order and apart
	// The batches among which the slowest is looked for, by when they were meant to start.
	Watched results.Phase `json:"watched"`
	// The longest that a batch can take: the flight recorder must hold as much.
	Response time.Duration `json:"response"`
	// About how many bytes the trace may have: what is under way is written to its end.
	Trace int64 `json:"trace"`
	// About how many bytes a flight recording may have, in memory and as a file.
	Ring int64 `json:"ring"`
}

// Recorder records. A nil one records nothing.
type Recorder struct {
	config  Config
	epoch   clock.Nanos
	slowest slowest
	stop    context.CancelFunc
	running sync.WaitGroup

	mu   sync.Mutex
	seen results.Evidence
}

// New gives a recorder of a configuration, and nil for none.
func New(config *Config) *Recorder {
	if config == nil {
		return nil
	}
	return &Recorder{config: *config, slowest: slowest{watched: config.Watched}}
}

// Start begins to record a trial, until ctx is done or Stop is called. It is called shortly before the epoch: to begin
// a trace stops the process for a moment.
func (r *Recorder) Start(ctx context.Context, epoch clock.Nanos) {
	if r == nil {
		return
	}
	r.epoch = epoch
	ctx, r.stop = context.WithCancel(ctx)
	r.trace(ctx)
	r.record(ctx)
	r.running.Go(func() {
		for _, w := range r.config.Windows {
			if !r.profile(ctx, w) {
				return
			}
		}
	})
}

// Ended is told of each batch that ends, with when it was meant to start, from the epoch. It costs a reading of the
// clock.
func (r *Recorder) Ended(intended int64) {
	if r == nil {
		return
	}
	r.slowest.ended(clock.Nanos(intended), clock.Now()-r.epoch)
}

// Stop ends all recordings, waits until they are written, and says what there is; nil for a nil Recorder.
func (r *Recorder) Stop() *results.Evidence {
	if r == nil {
		return nil
	}
	r.stop()
	r.running.Wait()
	return &r.seen
}

func (r *Recorder) path(name string) string { return filepath.Join(r.config.Folder, name) }

// note books what there is.
func (r *Recorder) note(book func(*results.Evidence)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	book(&r.seen)
}

// missing books what there is not. The trial goes on: its figures are as good as without.
func (r *Recorder) missing(name string, err error) {
	r.note(func(e *results.Evidence) { e.Missing = append(e.Missing, fmt.Sprintf("%s: %v", name, err)) })
}

// await waits for a moment of the time line, and tells whether it came.
func (r *Recorder) await(ctx context.Context, at clock.Nanos) bool {
	return clock.SleepUntil(ctx, r.epoch+at) == nil
}
