package precheck_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"aftershock/scenarios/precheck"
)

// metrics is a map type of a user's own.
type metrics map[string]int

const keys = 300

// fill puts all keys in, and looks at its context every ten.
func fill(ctx context.Context, into metrics) error {
	check := precheck.Every(ctx, 10)
	for i := range keys {
		if err := check.Err(); err != nil {
			return err
		}
		into[strconv.Itoa(i)] = i
	}
	return nil
}

// whole tells whether the map holds every key with its value, and none besides.
func whole(m metrics) bool {
	for i := range keys {
		if v, ok := m[strconv.Itoa(i)]; !ok || v != i {
			return false
		}
	}
	return len(m) == keys
}

func TestBuildGivesACompleteMapOrNone(t *testing.T) {
	broken := errors.New("the source is broken")
	for name, c := range map[string]struct {
		ctx  context.Context
		fill func(context.Context, metrics) error
		want error // nil: a complete map
	}{
		"live":                  {t.Context(), fill, nil},
		"detached":              {context.WithoutCancel(cancelled(t, nil)), fill, nil},
		"in the middle":         {&asked{t.Context(), 0, 20}, fill, context.Canceled},
		"after the precheck":    {&asked{t.Context(), 0, 2}, fill, context.Canceled},
		"after the last look":   {&asked{t.Context(), 0, 1 + keys/10 + 1}, fill, context.Canceled},
		"after the end":         {&asked{t.Context(), 0, 1 + keys/10 + 2}, fill, nil},
		"in silence":            {&asked{t.Context(), 0, 20}, silent(fill), context.Canceled},
		"the source":            {t.Context(), failing(fill, broken), broken},
		"the source, cancelled": {&asked{t.Context(), 0, 20}, failing(fill, broken), broken},
	} {
		private := metrics{"from before": 1}
		got, err := precheck.Build(c.ctx, private, c.fill)
		if err != c.want { //nolint:errorlint // it is given back as it is
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if c.want == nil && !whole(got) {
			t.Errorf("%s: a map of %d keys is given back", name, len(got))
		}
		if c.want != nil && (got != nil || len(private) > 0) {
			t.Errorf("%s: %d keys are given back, %d are left in the private map", name, len(got), len(private))
		}
	}
}

// silent fills as another does, and keeps to itself why it stopped.
func silent(f func(context.Context, metrics) error) func(context.Context, metrics) error {
	return func(ctx context.Context, into metrics) error {
		_ = f(ctx, into)
		return nil
	}
}

// failing fills as another does, and fails with an error of its own.
func failing(f func(context.Context, metrics) error, with error) func(context.Context, metrics) error {
	return func(ctx context.Context, into metrics) error {
		_ = f(ctx, into)
		return with
	}
}

func TestBuildDoesNotBeginWhenTheContextIsDone(t *testing.T) {
	for want, ctx := range map[error]context.Context{
		context.Canceled: cancelled(t, errors.New("no leader")), context.DeadlineExceeded: late(t.Context()),
	} {
		private := metrics{"from before": 1}
		got, err := precheck.Build(ctx, private, func(context.Context, metrics) error {
			t.Errorf("%v: it is filled", want)
			return nil
		})
		if got != nil || !errors.Is(err, want) || len(private) > 0 {
			t.Errorf("%v, %v; %d keys are left in the private map", got, err, len(private))
		}
	}
}

// What code that recovers far above finds after a panic, or after runtime.Goexit, as by t.FailNow.
func TestAPanicLeavesNothingOfTheMap(t *testing.T) {
	for name, end := range map[string]func(){"panic": func() { panic("a bad key") }, "exit": runtime.Goexit} {
		private, published := metrics{}, metrics{"of the last build": 1}
		var recovered any
		var building sync.WaitGroup
		building.Go(func() {
			defer func() { recovered = recover() }()
			got, err := precheck.Build(t.Context(), private, func(ctx context.Context, into metrics) error {
				if err := fill(ctx, into); err != nil || !whole(into) {
					t.Errorf("%s: %d keys, %v", name, len(into), err)
				}
				end()
				return nil
			})
			if err == nil {
				published = got
			}
		})
		building.Wait()
		if (recovered == "a bad key") != (name == "panic") || len(private) > 0 || len(published) != 1 {
			t.Errorf("%s: recovered %v, %d keys are private, %d published", name, recovered, len(private), len(published))
		}
	}
}

func TestBuildUsesThePrivateMapOrMakesOne(t *testing.T) {
	private := metrics{}
	for range 3 { // also the one that was given back before, once it has no reader
		got, err := precheck.Build(t.Context(), private, fill)
		if err != nil || !whole(got) {
			t.Fatalf("%d keys, %v", len(got), err)
		}
		if got["mark"] = 1; private["mark"] != 1 {
			t.Error("the map that is given back is another one")
		}
		if _, err = precheck.Build(cancelled(t, nil), private, fill); !errors.Is(err, context.Canceled) || len(private) > 0 {
			t.Errorf("cancelled: %d keys, %v", len(private), err)
		}
	}
	if got, err := precheck.Build(t.Context(), nil, fill); err != nil || !whole(got) {
		t.Errorf("without a map: %d keys, %v", len(got), err)
	}
	empty := func(context.Context, map[float64]bool) error { return nil }
	if got, err := precheck.Build(t.Context(), map[float64]bool{math.NaN(): true}, empty); err != nil || got == nil || len(got) > 0 {
		t.Errorf("an empty map is complete when nothing is wanted: %v, %v", got, err)
	}
}

// Many build and publish while others read and contexts end at any moment. Run with -race.
func TestReadersSeeCompleteMapsOnly(t *testing.T) {
	const builders, readers, rounds = 4, 2, 300
	var current atomic.Pointer[metrics]
	first, err := precheck.Build(t.Context(), nil, fill)
	if err != nil {
		t.Fatal(err)
	}
	current.Store(&first)
	var building, beside sync.WaitGroup
	done := make(chan struct{})
	for range readers {
		beside.Go(func() {
			for {
				if seen := *current.Load(); !whole(seen) {
					t.Errorf("%d keys are seen", len(seen))
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for range builders {
		building.Go(func() {
			private := metrics{}
			for n := range rounds {
				ctx, cancel := context.WithCancel(t.Context())
				if n%3 > 0 {
					beside.Go(cancel) // before, in the middle, or after, as it happens
				}
				if got, err := precheck.Build(ctx, private, fill); err == nil {
					current.Store(&got)
					private = metrics{} // the other belongs to its readers now
				} else if len(private) > 0 {
					t.Errorf("%d keys are left after %v", len(private), err)
				}
				cancel()
			}
		})
	}
	building.Wait()
	close(done)
	beside.Wait()
}
