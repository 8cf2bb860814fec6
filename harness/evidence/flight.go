package evidence

import (
	"context"
	"runtime/trace"
	"time"

	"aftershock/internal/clock"
	"aftershock/results"
)

// The flight recorder is dumped once a slowest batch has been the slowest for settle, so that the recording shows what came
// after it too, and so that a stall which makes one batch after another the slowest is dumped once. A next one must be
// slower by half. 8 dumps then tell a thousand times slower from usual by far, and are as many as there can be.
const (
	settle    = 500 * time.Millisecond
	looks     = settle / 2 // between two looks at the slowest batch
	slower    = 1.5
	mostDumps = 8
)

// record keeps the last seconds of execution in memory, and leaves those around the slowest batch in a file.
func (r *Recorder) record(ctx context.Context) {
	ring := trace.NewFlightRecorder(trace.FlightRecorderConfig{
		MinAge: r.config.Response + 2*settle, MaxBytes: uint64(r.config.Ring),
	})
	if err := ring.Start(); err != nil {
		r.missing(results.WorstFile, err)
		return
	}
	r.running.Go(func() {
		defer ring.Stop()
		var kept results.Worst
		failed := false
		tick := time.NewTicker(looks)
		defer tick.Stop()
		for last := false; !last; { // a look that is the last, even where the end came during a dump
			select {
			case <-tick.C:
			case <-ctx.Done():
				last = true
			}
			s := r.slowest.seen()
			settled := last || clock.Now()-r.epoch >= s.ended.Add(settle)
			if settled && !failed && kept.Dumps < mostDumps && float64(s.response) > slower*float64(kept.Response) {
				kept, failed = r.dump(ring, s, kept)
			}
		}
		if kept.Dumps > 0 {
			r.note(func(e *results.Evidence) { e.Worst = &kept })
		}
	})
}

// dump replaces the recording that is kept. Where that fails, the one before stays.
func (r *Recorder) dump(ring *trace.FlightRecorder, s batch, kept results.Worst) (_ results.Worst, failed bool) {
	taken := clock.Now() - r.epoch
	if err := replace(r.path(results.WorstFile), ring.WriteTo); err != nil {
		r.missing(results.WorstFile, err)
		return kept, true
	}
	return results.Worst{At: s.intended, Response: s.response, Taken: taken, Dumps: kept.Dumps + 1}, false
}
