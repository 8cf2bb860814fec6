package precheck_test

import (
	"context"
	"errors"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/scenarios/precheck"
)

// unserved is a context whose timer was not served yet, however late it is.
type unserved struct {
	context.Context
	deadline time.Time
}

func (u unserved) Deadline() (time.Time, bool) { return u.deadline, true }

// late is a context whose deadline has just passed.
func late(ctx context.Context) context.Context {
	return unserved{ctx, time.Now().Add(-time.Nanosecond)}
}

// asked counts how often it is asked, and is cancelled from one question on.
type asked struct {
	context.Context
	times, cancelledFrom int
}

func (c *asked) Err() error {
	if c.times++; c.times >= c.cancelledFrom {
		return context.Canceled
	}
	return nil
}

func cancelled(t *testing.T, cause error) context.Context {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	return ctx
}

func TestErr(t *testing.T) {
	soon, stop := context.WithTimeout(t.Context(), time.Hour)
	defer stop()
	past, stop := context.WithDeadline(t.Context(), time.Now())
	defer stop()
	for name, c := range map[string]struct {
		ctx  context.Context
		want error
	}{
		"live":                      {t.Context(), nil},
		"without any end":           {context.Background(), nil},
		"a deadline to come":        {soon, nil},
		"cancelled":                 {cancelled(t, nil), context.Canceled},
		"cancelled for a reason":    {cancelled(t, errors.New("no leader")), context.Canceled},
		"its deadline has passed":   {past, context.DeadlineExceeded},
		"and its timer has not":     {late(t.Context()), context.DeadlineExceeded},
		"below one that is late":    {context.WithValue(late(t.Context()), asked{}, 1), context.DeadlineExceeded},
		"cancelled before it":       {late(cancelled(t, nil)), context.Canceled},
		"detached when cancelled":   {context.WithoutCancel(cancelled(t, nil)), nil},
		"detached after a deadline": {context.WithoutCancel(past), nil},
		"detached when late":        {context.WithoutCancel(late(t.Context())), nil},
	} {
		if got := precheck.Err(c.ctx); got != c.want { //nolint:errorlint // the very error is promised
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// Whether the timer is served first is up to the runtime, and must not matter.
func TestErrAtTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the clock stands still there until a goroutine sleeps
		served, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		both := []context.Context{served, unserved{t.Context(), time.Now().Add(time.Second)}}
		time.Sleep(time.Second - time.Nanosecond)
		for _, ctx := range both {
			if err := precheck.Err(ctx); err != nil {
				t.Errorf("%T, a nanosecond before its deadline: %v", ctx, err)
			}
		}
		time.Sleep(time.Nanosecond)
		for _, ctx := range both {
			if err := precheck.Err(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%T, at its deadline: %v", ctx, err)
			}
		}
	})
}

// The same with the real clock, where the moment between the deadline and its timer can be seen.
func TestErrOnceADeadlineHasPassed(t *testing.T) {
	const rounds = 200
	unaware := 0
	for range rounds {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Microsecond)
		for deadline, _ := ctx.Deadline(); time.Now().Before(deadline); {
		}
		if ctx.Err() == nil {
			unaware++
		}
		if err := precheck.Err(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("after the deadline: %v", err)
		}
		cancel()
	}
	t.Logf("ctx.Err() was nil after the deadline in %d of %d rounds", unaware, rounds)
}

func TestEveryAsksOnceEverySoManyKeys(t *testing.T) {
	const all, never = 1000, 1001
	for _, c := range []struct{ n, cancelledFrom, noticed, times int }{
		{1, never, all, 1000},
		{64, never, all, 16},
		{1000, never, all, 1},
		{5000, never, all, 1},
		{0, never, all, 1000},
		{-7, never, all, 1000},
		{64, 1, 0, 1}, // cancelled before: no key is put in
		{64, 2, 64, 2},
		{1, 501, 500, 501},
	} {
		ctx := &asked{Context: t.Context(), cancelledFrom: c.cancelledFrom}
		check := precheck.Every(ctx, c.n)
		noticed := 0
		for i := range all {
			err := check.Err()
			if err == nil {
				noticed = i + 1
			} else if !errors.Is(err, context.Canceled) || i < c.noticed {
				t.Errorf("%+v: key %d: %v", c, i, err)
			}
		}
		if noticed != c.noticed || ctx.times != c.times {
			t.Errorf("%+v: %d keys go in, it asks %d times", c, noticed, ctx.times)
		}
	}
}

func TestEverySeesADeadlineThatHasPassed(t *testing.T) {
	if err := precheck.Every(late(t.Context()), 64).Err(); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

// A copy of the package must not need more.
func TestThePackageImportsTheStandardLibraryOnly(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 4 {
		t.Fatalf("%q, %v", files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			first, _, _ := strings.Cut(path, "/")
			if err != nil || strings.Contains(first, ".") || first == "aftershock" {
				t.Errorf("%s imports %s", name, spec.Path.Value)
			}
		}
	}
}
