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
	stopping *task
}

// stopGrace is how long a heal waits for a stop that has begun.
const stopGrace = chaos.Patience / 2

// errHeldTooShort is for a stop that had not finished when it was time to heal.
var errHeldTooShort = errors.New("it was held too short a time")

func injectStop(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	member, leader, err := resolveLeader(t, e.Target)
	if err != nil {
		return nil, err
	}
	f := &stop{downed: downed{target: t, member: member, leader: leader, at: clock.Now()}}
	f.stopping = begin(func(ctx context.Context) error {
		_, err := t.Stop(ctx, member)
		return err
	})
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
	grace := time.AfterFunc(stopGrace, func() { f.stopping.cancel(errHeldTooShort) })
	defer grace.Stop()
	select {
	case <-f.stopping.done:
	case <-ctx.Done():
		return fmt.Errorf("stop %s: %w", f.member, context.Cause(ctx))
	}
	return f.downed.Heal(ctx)
}

// Recovered refuses a member that had to be killed: it has not been stopped.
func (f *stop) Recovered(ctx context.Context) (chaos.Sight, error) {
	if f.stopping.err != nil {
		return chaos.Sight{}, f.stopping.err
	}
	return f.downed.Recovered(ctx)
}
