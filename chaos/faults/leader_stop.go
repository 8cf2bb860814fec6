package faults

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// leaderStop ends the leader gracefully, as SIGTERM does, and starts it again to heal: what every rolling update does
// to the member that leads. It takes effect when another member is followed; etcd hands leadership over only after it
// has stopped serving clients, which takes up to 5 s and two election time-outs while requests are pending
// (embed/etcd.go, Close). A stop that has not finished 5 s after the hold is ended with SIGKILL, and that is an
// error.
var leaderStop = chaos.Fault{
	FaultRule: plan.FaultRule{Name: "leader-stop", Settle: time.Second, Held: true, Takes: goneMember,
		Role: plan.Leads, Deposes: true, Members: 3},
	Group:   chaos.OfProcess,
	Summary: "the leader stops gracefully, hands over while doing so, and is later started again from its data",
	Needs:   []chaos.Ability{chaos.CanStop, chaos.CanCrash},
	Inject:  injectStop,
}

type stop struct {
	downed
	cancel  context.CancelCauseFunc
	stopped chan error // how the stop went, once
	ended   bool
	err     error
}

// stopGrace is how long a heal waits for a stop that has begun.
const stopGrace = chaos.Patience / 2

// errHeldTooShort is for a stop that had not finished when it was time to heal.
var errHeldTooShort = errors.New("it was held too short a time")

func injectStop(ctx context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	member, leader, err := resolveLeader(t, e.Target)
	if err != nil {
		return nil, err
	}
	stopping, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	f := &stop{
		downed: downed{target: t, member: member, leader: leader, at: clock.Now()},
		cancel: cancel, stopped: make(chan error, 1),
	}
	go func() {
		_, err := t.Stop(stopping, member)
		f.stopped <- err
	}()
	return f, nil
}

func (f *stop) Effective(ctx context.Context) (chaos.Sight, error) {
	successor, err := awaitSuccessor(ctx, f.target, f.at, f.member)
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("%s did not hand over: %w", f.member, err)
	}
	return successor, nil
}

// Heal waits for the stop, or kills the member, and starts it again.
func (f *stop) Heal(ctx context.Context) error {
	if !f.ended {
		grace := time.AfterFunc(stopGrace, func() { f.cancel(errHeldTooShort) })
		defer grace.Stop()
		select {
		case f.err = <-f.stopped:
			f.ended = true
		case <-ctx.Done():
			return fmt.Errorf("stop %s: %w", f.member, context.Cause(ctx))
		}
	}
	return f.downed.Heal(ctx)
}

// Recovered refuses a member that had to be killed: it has not been stopped.
func (f *stop) Recovered(ctx context.Context) (chaos.Sight, error) {
	if f.err != nil {
		return chaos.Sight{}, f.err
	}
	return f.downed.Recovered(ctx)
}
