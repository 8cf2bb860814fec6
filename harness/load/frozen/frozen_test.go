package frozen_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aftershock/harness/load/frozen"
)

func TestImplied(t *testing.T) {
	const s = time.Second
	for _, c := range []struct {
		q           float64
		freeze, run time.Duration
		want        time.Duration
	}{
		{0.90, 2 * s, 10 * s, 1 * s},
		{0.95, 2 * s, 10 * s, 1500 * time.Millisecond},
		{0.99, 2 * s, 10 * s, 1900 * time.Millisecond},
		{1, 2 * s, 10 * s, 2 * s},    // the operation that met the whole freeze
		{0.80, 2 * s, 10 * s, 0},     // the freeze is a fifth of the run
		{0.50, 2 * s, 10 * s, 0},     // the others saw none of it
		{0, 10 * s, 10 * s, 0},       // frozen throughout: 0 to 10 s, evenly
		{0.5, 10 * s, 10 * s, 5 * s}, //
		{0.999, s, 100 * s, 900e6},   // 1 % is in the freeze, 0.1 % longer than 0.9 s
		{0.99, 0, 10 * s, 0},         // no freeze
	} {
		if got := frozen.Implied(c.q, c.freeze, c.run); (got - c.want).Abs() > time.Microsecond {
			t.Errorf("Implied(%v, %v, %v) = %v, want %v", c.q, c.freeze, c.run, got, c.want)
		}
	}
}

// The oracle: our generator reports what the freeze implies, and the closed loop beside it does not.
func TestOpenLoopSeesTheFreezeAndClosedLoopDoesNot(t *testing.T) {
	verdict := undisturbed(t)
	if err := verdict.Check(); err != nil {
		t.Error(err)
	}
	for _, r := range verdict.Rows {
		t.Logf("P%g: implied %v, open loop %v, closed loop %v", 100*r.Quantile, r.Implied, r.Open, r.Closed)
		// Each quantile must catch the control, not just one.
		asIfOurs := frozen.Row{Quantile: r.Quantile, Implied: r.Implied, Open: r.Closed}
		if err := (frozen.Verdict{Rows: []frozen.Row{asIfOurs}}).Check(); err == nil {
			t.Errorf("P%g: the closed-loop control passed: %v, implied %v", 100*r.Quantile, r.Closed, r.Implied)
		}
	}
	if b := verdict.Report.Streams[0].Books; !b.Balanced() || b.OK != 10_000 {
		t.Errorf("a pool for the whole freeze dropped something: %+v", b)
	}
	t.Logf("freeze %v, pacer %+v", verdict.Freeze, verdict.Report.Pacer)
}

// undisturbed repeats a trial that failed while the machine stalled, as it does with many tests beside this one. A
// generator that is late by its own fault stalls in every trial, and fails.
func undisturbed(t *testing.T) (verdict frozen.Verdict) {
	t.Helper()
	for range 5 {
		var err error
		if verdict, err = frozen.Standard.Run(t.Context(), filepath.Join(t.TempDir(), "ops.bin")); err != nil {
			t.Fatal(err)
		}
		if verdict.Check() == nil || !verdict.Disturbed() {
			return verdict
		}
		t.Logf("repeated: %v, pacer %+v", verdict.Check(), verdict.Report.Pacer)
	}
	return verdict
}

func TestDisturbed(t *testing.T) {
	verdict := frozen.Verdict{Rows: []frozen.Row{{Implied: 2 * time.Second}, {Implied: time.Second}}}
	for _, c := range []struct {
		late time.Duration
		want bool
	}{{0, false}, {25 * time.Millisecond, false}, {26 * time.Millisecond, true}} {
		verdict.Report.Pacer.LateMax = c.late
		if got := verdict.Disturbed(); got != c.want {
			t.Errorf("%v late: disturbed %v, want %v", c.late, got, c.want)
		}
	}
}

func TestCheck(t *testing.T) {
	const ms = time.Millisecond
	good := frozen.Row{Quantile: 0.99, Implied: 1900 * ms, Open: 1910 * ms, Closed: ms}
	with := func(change func(*frozen.Row)) frozen.Verdict {
		r := good
		change(&r)
		return frozen.Verdict{Freeze: 2 * time.Second, Rows: []frozen.Row{r}}
	}
	for name, c := range map[string]struct {
		verdict frozen.Verdict
		want    string // "" for none
	}{
		"agrees":         {with(func(*frozen.Row) {}), ""},
		"at the edge":    {with(func(r *frozen.Row) { r.Open = 1805 * time.Millisecond }), ""},
		"too low":        {with(func(r *frozen.Row) { r.Open = 1804 * time.Millisecond }), "P99 is 1.804s"},
		"too high":       {with(func(r *frozen.Row) { r.Open = 1996 * time.Millisecond }), "P99 is 1.996s"},
		"control passes": {with(func(r *frozen.Row) { r.Closed = r.Implied }), "control passed"},
		"no row":         {frozen.Verdict{}, "control passed"},
	} {
		err := c.verdict.Check()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestRunStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := frozen.Standard.Run(ctx, filepath.Join(t.TempDir(), "ops.bin")); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want %v", err, context.Canceled)
	}
}
