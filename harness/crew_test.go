package harness

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"aftershock/internal/process"
	"aftershock/results"
)

// staffed is a workload that says how many workers drive it.
type staffed struct {
	Workload
	description Description
}

func (s staffed) Describe() Description { return s.description }

// sharing is one that several can drive.
type sharing struct{ staffed }

func (sharing) At(Service) string { return "" }

func (sharing) Join(context.Context, Env, string) (Service, error) { return nil, nil }

// Several workers need a service that is a program of its own, in each arm of each fix.
func TestSeveralWorkersNeedASharedService(t *testing.T) {
	plain := func(workers int, apart bool) Workload {
		return staffed{description: Description{Workers: workers, Apart: apart}}
	}
	shared := func(workers int, apart bool) Workload {
		return sharing{staffed{description: Description{Workers: workers, Apart: apart}}}
	}
	for name, c := range map[string]struct {
		before, after Workload
		want          string
	}{
		"one":           {plain(0, false), plain(1, false), ""},
		"several":       {shared(3, true), shared(3, true), ""},
		"not shared":    {plain(2, true), shared(2, true), "2 workers for the before arm of f"},
		"not apart":     {shared(2, true), shared(2, false), "2 workers for the after arm of f"},
		"fewer than no": {shared(-1, true), shared(0, true), "-1 workers for the before arm of f"},
	} {
		o := Options{Fixes: []Fix{{Fix: results.Fix{Name: "f"}, Workload: func(side results.Arm) Workload {
			if side == results.Before {
				return c.before
			}
			return c.after
		}}}}
		err := o.checkWorkers()
		if (err == nil) != (c.want == "") || err != nil && !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// What is used adds up. Of how late each was, the latest stays.
func TestWhatOtherWorkersSayIsAdded(t *testing.T) {
	said := func(n time.Duration) workerDone {
		return workerDone{
			Generator:    results.Generator{LatenessP50: n, LatenessP99: 10 - n, LatenessMax: 5 * n},
			GeneratorCPU: n, GCs: uint32(n), GCPause: 2 * n,
		}
	}
	done := said(4)
	(&crew{workers: []*workerProcess{{finished: said(1)}, {finished: said(6)}}}).addTo(&done)
	want := workerDone{
		Generator:    results.Generator{LatenessP50: 6, LatenessP99: 9, LatenessMax: 30},
		GeneratorCPU: 11, GCs: 11, GCPause: 22,
	}
	if got := fmt.Sprint(done); got != fmt.Sprint(want) {
		t.Errorf("got  %s\nwant %s", got, fmt.Sprint(want))
	}
}

// Why a worker does not start is handed on from the worker that has started it.
func TestWhyAnotherWorkerDidNotStart(t *testing.T) {
	for name, c := range map[string]struct {
		err            error
		service, noise bool
	}{
		"its own":              {errors.New("no table"), false, false},
		"the service":          {ServiceUnready(errors.New("no method")), true, false},
		"another's service":    {blame(1, &process.Unstarted{Cause: errors.New("no method")}), true, false},
		"another was too slow": {blame(2, process.Unready(theWorker, errors.New("late"), "", true)), false, true},
	} {
		if r := failed(c.err); r.Service != c.service || r.Noise != c.noise || r.Failed != c.err.Error() {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
