package chaos

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
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
	Done      Stage = "done" // in place of effective, for a fault that means to hurt no one
	Healed    Stage = "healed"
	Recovered Stage = "recovered"
	Failed    Stage = "failed"
	CutShort  Stage = "cut short" // the run ended during its life: whatever it had done was healed, and it did not fail
)

// Moment is a stage that an event's fault has reached.
type Moment struct {
	At       clock.Nanos       `json:"at"`
	Event    string            `json:"event"` // the event's ID
	Fault    string            `json:"fault"`
	Stage    Stage             `json:"stage"`
	Resolved map[string]string `json:"resolved,omitempty"`
	Observed string            `json:"observed,omitempty"` // what was seen, when it took effect and when it was over
	// Waited is how much later than planned it was injected, because its target had not come to lead, or to follow,
	// before.
	Waited time.Duration `json:"waited,omitempty"`
	Error  string        `json:"error,omitempty"`
}

// Patience bounds each wait of a fault's life that the plan does not bound: the observation of a fault that is not
// held, the healing, and the recovery.
const Patience = 10 * time.Second

// healAttempts is how often a heal that fails is tried. Cutting a fault's undoing short would leave the harm behind.
const healAttempts = 3

// Play replays a plan's events against a target, with their times counted from the epoch, and hands every moment to
// record, from one goroutine at a time. find gives the fault that an event names, such as faults.Find. Play returns
// when every fault is healed: after the last event, or soon after ctx is done. The error joins what became of the
// faults that did not live their whole life:
//
//   - ErrNoEffect: it could not be injected, or its harm was not seen, or what it was to do was not done. Nothing was
//     measured of it.
//   - ErrNotRecovered: its harm was seen, and the cluster was not whole again in time after it was healed, or could not
//     be healed at all. That is an outcome. It may be why a later fault could not be injected, and outweighs its
//     ErrNoEffect.
//   - ErrUnhealed: its harm may still be there, whether it was seen or not. It may come with either of the two above.
//   - none of these, and the cause of ctx: the run ended during its life, and whatever it had done was healed.
//   - none of these at all: a mistake of ours, such as a panic or a name that is no fault's.
func Play(ctx context.Context, epoch clock.Nanos, events []plan.Event, t Target,
	find func(name string) (Fault, error), record func(Moment),
) error {
	var mu sync.Mutex
	recordOne := func(m Moment) {
		mu.Lock()
		defer mu.Unlock()
		record(m)
	}
	errs := make([]error, len(events))
	turns := turnsOf(events, find)
	var group sync.WaitGroup
	for i, e := range events {
		group.Go(func() {
			p := player{epoch: epoch, event: e, turn: turns[i], target: t, find: find, record: recordOne}
			defer p.turn.over()
			if err := p.play(ctx); err != nil {
				recordOne(p.last(ctx, err))
				errs[i] = fmt.Errorf("event %s (%s): %w", e.ID, e.Fault, err)
			}
		})
	}
	group.Wait()
	return errors.Join(errs...)
}

// What Play's error wraps.
var (
	ErrNoEffect     = errors.New("without effect")
	ErrNotRecovered = errors.New("not recovered")
	// ErrUnhealed is for a fault whose harm may still be there: nothing more can be said of the cluster.
	ErrUnhealed = errors.New("not healed")
)

// kinded is an error of a kind that its own words do not name.
type kinded struct {
	error
	kind error
}

func (e kinded) Unwrap() []error { return []error{e.error, e.kind} }

// player leads one event's fault through its life.
type player struct {
	epoch  clock.Nanos
	event  plan.Event
	turn   turn
	target Target
	find   func(string) (Fault, error)
	record func(Moment)

	fault   Fault
	ongoing Ongoing
}

func (p *player) reach(stage Stage, s Sight) {
	p.record(Moment{At: s.At, Event: p.event.ID, Fault: p.event.Fault, Stage: stage, Observed: s.Saw})
}

// last is the moment with which a life ends that was not lived to its end.
func (p *player) last(ctx context.Context, err error) Moment {
	m := Moment{At: clock.Now(), Event: p.event.ID, Fault: p.event.Fault, Stage: Failed, Error: err.Error()}
	failed := errors.Is(err, ErrNoEffect) || errors.Is(err, ErrNotRecovered) || errors.Is(err, ErrUnhealed)
	if ctx.Err() != nil && !failed {
		m.Stage = CutShort
	}
	return m
}

// lacks says what a life lacks, in words of its own. While ctx goes on it is of a kind as well; afterwards there is no
// telling what would have become of the fault.
func lacks(ctx context.Context, kind, err error) error {
	if ctx.Err() != nil {
		return err
	}
	return kinded{err, kind}
}

func (p *player) play(ctx context.Context) (err error) {
	if p.fault, err = p.find(p.event.Fault); err != nil {
		return err
	}
	if err := clock.SleepUntil(ctx, p.epoch.Add(p.event.At)); err != nil {
		return err
	}
	if err := p.turn.await(ctx); err != nil {
		return err
	}
	injected, waited, err := p.inject(ctx)
	if err != nil {
		return lacks(ctx, ErrNoEffect, fmt.Errorf("not injected: %w", err))
	}
	p.record(Moment{
		At: injected, Event: p.event.ID, Fault: p.event.Fault, Stage: Injected, Resolved: p.ongoing.Resolved(),
		Waited: waited,
	})
	if err := Guarded(func() error { return p.hold(ctx, injected, waited) }); err != nil {
		return errors.Join(err, p.heal())
	}
	if err := p.heal(); err != nil {
		return kinded{err, ErrNotRecovered}
	}
	return Guarded(func() error { return p.recover(ctx) })
}

// hold waits for the effect and, for a held fault, until the plan lets go. An effect that is not seen by then never
// was. A fault that had to wait for its target is healed when it would have been without: what is measured goes by the
// plan.
func (p *player) hold(ctx context.Context, injected clock.Nanos, waited time.Duration) error {
	until := injected.Add(Patience)
	if p.fault.Held {
		until = injected.Add(p.event.For - waited)
	}
	waiting, cancel := context.WithTimeout(ctx, time.Duration(until-clock.Now()))
	defer cancel()
	effective, err := p.ongoing.Effective(waiting)
	if err != nil {
		return lacks(ctx, ErrNoEffect, fmt.Errorf("without effect: %w", err))
	}
	p.reach(p.fault.reached(), effective)
	if !p.fault.Held {
		return nil
	}
	return clock.SleepUntil(ctx, until)
}

// heal undoes the harm, and tries again when that fails: a cluster that stays hurt is worse than one that is late.
func (p *player) heal() error {
	// Not the run's context: an interrupted run heals as well.
	healing, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	defer p.turn.over()
	at := clock.Now()
	var err error
	for range healAttempts {
		if err = Guarded(func() error { return p.ongoing.Heal(healing) }); err == nil {
			p.reach(Healed, Sight{At: at})
			return nil
		}
		if healing.Err() != nil {
			break
		}
	}
	return fmt.Errorf("%w: %w", ErrUnhealed, err)
}

func (p *player) recover(ctx context.Context) error {
	began := clock.Now()
	recovering, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	recovered, err := p.ongoing.Recovered(recovering)
	if err != nil { // at the end of Patience, or long before when the run was interrupted
		waited := clock.Now().Sub(began).Round(time.Millisecond)
		return lacks(ctx, ErrNotRecovered, fmt.Errorf("not recovered %v after it was healed: %w", waited, err))
	}
	p.reach(Recovered, recovered)
	return nil
}

// Guarded turns a panic into an error, with the stack. One that ended the orchestrator would take the heals of all
// other faults with it, and the run's files. Play guards what it calls; a fault guards the goroutines that it starts.
func Guarded(act func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return act()
}
