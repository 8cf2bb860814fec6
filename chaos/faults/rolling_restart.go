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

// rollingRestart restarts one member after the other, each when the one before follows again, the leader last: an
// update of the cluster's version or configuration.
//
//	how    stop: gracefully, as SIGTERM does; kill: with SIGKILL. Default stop.
//	pause  from one member following again to the next one's end, 0s to 1m. Default 500ms.
//
// It takes effect when the first member is gone, and has to finish within its hold: a second or two a member, and up to
// 5 s and two election time-outs more while requests are pending at one that stops. An interrupted round is an error.
var rollingRestart = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "rolling-restart", Settle: 2 * time.Second, Held: true, Aim: plan.AtCluster, Takes: goneMember,
		Members: 3,
		Params: []plan.Param{
			{Name: "how", Kind: plan.OneOf, Default: byStop, Choices: []string{byStop, byKill},
				Says: "how a member ends"},
			{Name: "pause", Kind: plan.Duration, Default: "500ms", Low: "0s", High: "1m",
				Says: "from one member to the next"},
		},
	},
	Group:   chaos.OfProcess,
	Summary: "one member after the other is restarted, the leader last",
	Needs:   []chaos.Ability{chaos.CanStop, chaos.CanCrash, chaos.CanAdminister},
	Inject:  injectRolling,
}

// The ways in which rolling-restart ends a member.
const (
	byStop = "stop"
	byKill = "kill"
)

type round struct {
	target chaos.Target
	how    string
	pause  time.Duration
	order  []string
	at     clock.Nanos
	task   *task

	through int    // how many were restarted
	down    string // the member in hand
}

func injectRolling(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	leader, ok := t.Leader()
	if !ok {
		return nil, chaos.ErrNoLeader
	}
	order := slices.DeleteFunc(slices.Clone(t.Members()), func(m string) bool { return m == leader.Member })
	f := &round{
		target: t, how: e.Params["how"], pause: e.Params.Duration("pause"), order: append(order, leader.Member),
		at: clock.Now(),
	}
	f.task = begin(f.run)
	return f, nil
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
	end := f.target.Crash
	if f.how == byStop {
		end = f.target.Stop
	}
	if _, err := end(ctx, member); err != nil {
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
	return nil
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
