package frozen

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results/ops"

	"golang.org/x/sync/errgroup"
)

// Trial is a run against a server that freezes.
type Trial struct {
	Rate   float64       // operations per second, of the open loop and of the closed one
	Length time.Duration // of the run
	At     time.Duration // when the server freezes
	Freeze time.Duration // for how long
}

// Standard is the trial of which the package comment tells.
var Standard = Trial{Rate: 1000, Length: 10 * time.Second, At: 4 * time.Second, Freeze: 2 * time.Second}

// Verdict is what was reported and what had to be.
type Verdict struct {
	Freeze time.Duration `json:"freeze_ns"` // as the server recorded it
	Rows   []Row         `json:"rows"`
	Report load.Report   `json:"report"` // of the open loop
}

// Row compares one quantile of the response time.
type Row struct {
	Quantile float64       `json:"quantile"`
	Implied  time.Duration `json:"implied_ns"`
	Open     time.Duration `json:"open_ns"`   // our generator, read back from its file
	Closed   time.Duration `json:"closed_ns"` // the control: 50 workers that wait for each answer
}

// Tolerance is how far a quantile may lie from the implied one, as a share of it.
const Tolerance = 0.05

// Check tells whether our generator reports what the freeze implies, and whether the control, which does not, was
// caught: an oracle that passes everything proves nothing.
func (v Verdict) Check() error {
	var errs []error
	caught := false
	for _, r := range v.Rows {
		if !within(r.Open, r.Implied) {
			errs = append(errs, fmt.Errorf("the open loop's P%g is %v, and a freeze of %v implies %v",
				100*r.Quantile, r.Open, v.Freeze, r.Implied))
		}
		caught = caught || !within(r.Closed, r.Implied)
	}
	if !caught {
		errs = append(errs, errors.New("the closed-loop control passed, so that this trial tells nothing"))
	}
	return errors.Join(errs...)
}

// Disturbed tells whether the machine stalled the generator itself for longer than the tolerance leaves room for. Such
// a stall is a second freeze that is in no record; a trial that fails its check because of it is repeated, not judged.
func (v Verdict) Disturbed() bool {
	for _, r := range v.Rows {
		if float64(v.Report.Pacer.LateMax) > Tolerance*float64(r.Implied)/2 {
			return true
		}
	}
	return false
}

func within(got, implied time.Duration) bool {
	return math.Abs(float64(got-implied)) <= Tolerance*float64(implied)
}

const (
	conns         = 4
	closedWorkers = 50
	settle        = 50 * time.Millisecond // from the start of the goroutines to the epoch
)

// Run runs a trial, and leaves its records in a new table at path.
func (t Trial) Run(ctx context.Context, path string) (v Verdict, err error) {
	server, err := Listen()
	if err != nil {
		return v, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	epoch := clock.Now().Add(settle)
	var closed []time.Duration
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) { v.Report, err = t.open(ctx, server.Addr(), path, epoch); return })
	group.Go(func() (err error) { closed, err = t.closed(ctx, server.Addr(), epoch); return })
	group.Go(func() error {
		if err := clock.SleepUntil(ctx, epoch.Add(t.At)); err != nil {
			return err
		}
		from, to := server.Freeze(ctx, t.Freeze)
		v.Freeze = to.Sub(from)
		return nil
	})
	if err := group.Wait(); err != nil {
		return v, err
	}
	open, err := responses(path)
	if err != nil {
		return v, err
	}
	for _, q := range []float64{0.90, 0.95, 0.99} {
		v.Rows = append(v.Rows, Row{q, Implied(q, v.Freeze, t.Length), quantile(open, q), quantile(closed, q)})
	}
	return v, nil
}

// open drives our own generator. Its time-out is above the freeze, so that each operation is answered in the end.
func (t Trial) open(ctx context.Context, addr, path string, epoch clock.Nanos) (report load.Report, err error) {
	timeout := 2 * t.Freeze
	intended, err := load.Schedule{
		Rate: t.Rate, Arrival: load.Constant, Windows: []load.Window{{To: clock.Nanos(t.Length)}},
	}.Intended()
	if err != nil {
		return report, err
	}
	table, err := ops.Create(path, ops.Header{
		Streams: []ops.Stream{{Name: "open", Slots: len(intended), Timeout: timeout}},
	})
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, table.Close()) }()
	workers := load.Workers(t.Rate, timeout)
	c, err := dial(addr, conns, workers)
	if err != nil {
		return report, err
	}
	defer func() { _ = c.Close() }() // everything has been answered by then
	return load.Drive(ctx, epoch, table, []load.Stream{{
		Name: "open", Intended: intended, Timeout: timeout, Workers: workers,
		Do: func(op *load.Op) {
			if c.call(op.Worker, op.N, op.Deadline) != nil {
				op.Reason = ops.Error
			}
		},
	}})
}

func responses(path string) ([]time.Duration, error) {
	log, err := ops.Read(path)
	if err != nil {
		return nil, err
	}
	var out []time.Duration
	for _, r := range log.Records(0) {
		out = append(out, r.Charged(log.Streams[0].Timeout))
	}
	return out, nil
}

// quantile is the nearest-rank quantile: the smallest value that at least a share q of all do not exceed.
func quantile(values []time.Duration, q float64) time.Duration {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[max(0, int(math.Ceil(q*float64(len(sorted))))-1)]
}
