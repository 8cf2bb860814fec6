package evidence

import (
	"bytes"
	"context"
	"runtime/pprof"

	"aftershock/internal/clock"
	"aftershock/results"
)

// profile profiles a window, and tells whether the trial still goes on. What the profiler itself does to make a file of
// its samples falls between two windows, and is in neither's profile.
func (r *Recorder) profile(ctx context.Context, w results.Phase) (on bool) {
	if !r.await(ctx, w.From) {
		return false
	}
	name := results.ProfileFile(w.Name)
	var samples bytes.Buffer
	from := clock.Now() - r.epoch
	if err := pprof.StartCPUProfile(&samples); err != nil {
		r.missing(name, err)
		return true
	}
	on = r.await(ctx, w.To)
	to := clock.Now() - r.epoch
	pprof.StopCPUProfile()
	if err := replace(r.path(name), samples.WriteTo); err != nil {
		r.missing(name, err)
		return on
	}
	r.note(func(e *results.Evidence) {
		e.Profiles = append(e.Profiles, results.Profiled{Window: w.Name, From: from, To: to})
	})
	return on
}
