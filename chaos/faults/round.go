package faults

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// round ends members and starts them again one after the other, each when the one before follows again, the leader
// last.
type round struct {
	target  chaos.Target
	pause   time.Duration
	order   []string
	at      clock.Nanos
	end     func(ctx context.Context, member string) (clock.Nanos, error)
	between func(member string) error                      // the end and the start
	after   func(ctx context.Context, member string) error // when it follows again
	task    *task

	through int    // how many were restarted
	down    string // the member in hand
}

// newRound is a round of all members that stops them gracefully.
func newRound(t chaos.Target, e plan.Event) (*round, error) {
	leader, ok := t.Leader()
	if !ok {
		return nil, chaos.ErrNoLeader
	}
	order := slices.DeleteFunc(slices.Clone(t.Members()), func(m string) bool { return m == leader.Member })
	return &round{
		target: t, pause: e.Params.Duration("pause"), order: append(order, leader.Member), at: clock.Now(), end: t.Stop,
		between: func(string) error { return nil }, after: func(context.Context, string) error { return nil },
	}, nil
}

func (f *round) run(ctx context.Context) error {
	for i, m := range f.order {
		err := f.restart(ctx, m)
		if err == nil && i < len(f.order)-1 {
			err = clock.SleepUntil(ctx, clock.Now().Add(f.pause))
		}
		if err != nil {
			return fmt.Errorf("%d of %d members were restarted: %w", f.through, len(f.order), err)
		}
	}
	return nil
}

func (f *round) restart(ctx context.Context, member string) error {
	f.down = member
	if _, err := f.end(ctx, member); err != nil {
		return err
	}
	if err := f.between(member); err != nil {
		return err
	}
	at := clock.Now()
	if err := f.target.Restart(ctx, member); err != nil {
		return err
	}
	f.down = ""
	if _, err := awaitAllFollow(ctx, f.target, at, []string{member}); err != nil {
		return err
	}
	f.through++
	return f.after(ctx, member)
}

func (f *round) Resolved() map[string]string {
	return map[string]string{"order": strings.Join(f.order, " ")}
}

func (f *round) Effective(ctx context.Context) (chaos.Sight, error) {
	return awaitGone(ctx, f.target, f.at, f.order[0])
}

// Heal ends the round, and starts the member again that was in hand.
func (f *round) Heal(ctx context.Context) error {
	if err := f.task.end(ctx, errHeldTooShort); err != nil {
		return fmt.Errorf("the round goes on: %w", err)
	}
	if f.down == "" {
		return nil
	}
	if err := f.target.Restart(ctx, f.down); err != nil {
		return err
	}
	f.down = ""
	return nil
}

// Recovered waits for the whole cluster, and refuses an interrupted round.
func (f *round) Recovered(ctx context.Context) (chaos.Sight, error) {
	sight, err := awaitWhole(ctx, f.target)
	if err != nil || f.task.err != nil {
		return chaos.Sight{}, errors.Join(f.task.err, err)
	}
	sight.Saw = fmt.Sprintf("%s were restarted in this order, %s", strings.Join(f.order, ", "), sight.Saw)
	return sight, nil
}
