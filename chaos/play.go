package chaos

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// Stage is a point in a fault's life.
type Stage string

// The stages, in their order.
const (
	Injected  Stage = "injected"
	Effective Stage = "effective"
	Healed    Stage = "healed"
	Recovered Stage = "recovered"
	Failed    Stage = "failed"
)

// Moment is a stage that an event's fault has reached.
type Moment struct {
	At       clock.Nanos       `json:"at"`
	Event    string            `json:"event"` // the event's ID
	Fault    string            `json:"fault"`
	Stage    Stage             `json:"stage"`
	Resolved map[string]string `json:"resolved,omitempty"`
	Observed string            `json:"observed,omitempty"` // with Effective: what was observed, in words
	Error    string            `json:"error,omitempty"`
}

// Patience bounds each wait of a fault's life that the plan does not bound: the observation of a fault that is not held,
// the healing, and the recovery.
const Patience = 10 * time.Second

// Play replays a plan's events against a target, with their times counted from the epoch, and hands every moment to
// record, from one goroutine at a time. It returns when every fault is healed: after the last event, or soon after ctx is
// done. The error joins the faults that had no effect, did not heal or did not recover.
func Play(ctx context.Context, epoch clock.Nanos, events []plan.Event, t Target, record func(Moment)) error {
	var mu sync.Mutex
	recordOne := func(m Moment) {
		mu.Lock()
		defer mu.Unlock()
		record(m)
	}
	errs := make([]error, len(events))
	var group sync.WaitGroup
	for i, e := range events {
		group.Go(func() {
			if err := playEvent(ctx, epoch, e, t, recordOne); err != nil {
				errs[i] = fmt.Errorf("event %s (%s): %w", e.ID, e.Fault, err)
			}
		})
	}
	group.Wait()
	return errors.Join(errs...)
}

func playEvent(ctx context.Context, epoch clock.Nanos, e plan.Event, t Target, record func(Moment)) (err error) {
	reach := func(stage Stage, at clock.Nanos, resolved map[string]string) {
		record(Moment{At: at, Event: e.ID, Fault: e.Fault, Stage: stage, Resolved: resolved})
	}
	defer func() {
		if err != nil {
			record(Moment{At: clock.Now(), Event: e.ID, Fault: e.Fault, Stage: Failed, Error: err.Error()})
		}
	}()
	fault, err := Find(e.Fault)
	if err != nil {
		return err
	}
	if err := sleepUntil(ctx, epoch.Add(e.At)); err != nil {
		return err
	}
	injected := clock.Now()
	ongoing, err := fault.Inject(ctx, t, e)
	if err != nil {
		return fmt.Errorf("not injected: %w", err)
	}
	reach(Injected, injected, ongoing.Resolved())

	heal := func() error {
		at := clock.Now()
		healing, cancel := within(Patience) // not ctx: an interrupted run heals as well
		defer cancel()
		if err := ongoing.Heal(healing); err != nil {
			return fmt.Errorf("not healed: %w", err)
		}
		reach(Healed, at, nil)
		return nil
	}
	if err := hold(ctx, fault, ongoing, injected, e, reach); err != nil {
		return errors.Join(err, heal())
	}
	if err := heal(); err != nil {
		return err
	}
	began := clock.Now()
	recovering, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	recovered, err := ongoing.Recovered(recovering)
	if err != nil { // at the end of Patience, or long before when the run was interrupted
		waited := clock.Now().Sub(began).Round(time.Millisecond)
		return fmt.Errorf("not recovered %v after it was healed: %w", waited, err)
	}
	reach(Recovered, recovered, nil)
	return nil
}

// hold waits for the effect and, for a held fault, until the plan lets go. An effect that is not seen by then never was.
func hold(ctx context.Context, f Fault, o Ongoing, injected clock.Nanos, e plan.Event, reach func(Stage, clock.Nanos, map[string]string)) error {
	until := injected.Add(Patience)
	if f.Held {
		until = injected.Add(e.For)
	}
	waiting, cancel := context.WithTimeout(ctx, time.Duration(until-clock.Now()))
	defer cancel()
	effective, err := o.Effective(waiting)
	if err != nil {
		return fmt.Errorf("without effect: %w", err)
	}
	reach(Effective, effective, nil)
	if !f.Held {
		return nil
	}
	return sleepUntil(ctx, until)
}

func within(d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), d)
}

func sleepUntil(ctx context.Context, at clock.Nanos) error {
	timer := time.NewTimer(time.Duration(at - clock.Now()))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
