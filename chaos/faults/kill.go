package faults

import (
	"context"
	"fmt"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// kill is a member that was killed.
type kill struct {
	downed
	before    clock.Nanos // its at is when the process was gone
	effective func(*kill, context.Context) (chaos.Sight, error)
}

func injectKill(
	ctx context.Context, t chaos.Target, e plan.Event,
	resolve func(chaos.Topology, string) (string, chaos.Leadership, error),
	effective func(*kill, context.Context) (chaos.Sight, error),
) (chaos.Ongoing, error) {
	member, leader, err := resolve(t, e.Target)
	if err != nil {
		return nil, err
	}
	f := &kill{downed{target: t, member: member, leader: leader}, clock.Now(), effective}
	if f.at, err = t.Crash(ctx, member); err != nil {
		return nil, err
	}
	return f, nil
}

func (f *kill) Effective(ctx context.Context) (chaos.Sight, error) { return f.effective(f, ctx) }

// noticed waits until a survivor has noticed; in a cluster of one, the process's end is the effect.
func (f *kill) noticed(ctx context.Context) (chaos.Sight, error) {
	if len(f.target.Members()) == 1 {
		return f.gone(ctx)
	}
	o, err := f.target.Await(ctx, f.at, func(o chaos.Observation) bool {
		return o.Member != f.member && (o.Kind == chaos.Lost && o.Leader == f.member ||
			o.Kind == chaos.Changed && o.Leader != f.member)
	})
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("no one noticed that %s is gone: %w", f.member, err)
	}
	return o.Sight(), nil
}

func (f *kill) gone(ctx context.Context) (chaos.Sight, error) {
	return awaitGone(ctx, f.target, f.before, f.member)
}
