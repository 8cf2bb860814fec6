package faults

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/network"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// flappingPartition isolates a member and lets it back in, again and again, as a bad cable or a switch that restarts
// does (Jepsen's flip-flop). Messages are late rather than lost, for TCP sends them again.
//
//	period   from one cut to the next: 50ms to 10s, default 400ms.
//	duty     percent of the period for which the member is cut off: 1 to 99, default 50.
//
// Observed: a link held bytes up in a cut, and let them go after it. The leader need not change: whether it does
// depends on the cut's length, next to the election time-out.
var flappingPartition = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "flapping-partition", Held: true, Takes: cutMembers, Settle: time.Second, Members: 2,
		Params: []plan.Param{
			{Name: "period", Kind: plan.Duration, Default: "400ms", Low: "50ms", High: "10s",
				Says: "from one cut to the next"},
			{Name: "duty", Kind: plan.Count, Default: "50", Low: "1", High: "99",
				Says: "percent of the time that is cut"},
		},
	},
	Group:   chaos.OfPartition,
	Summary: "a member is cut off and let back in, again and again",
	Needs:   []chaos.Ability{chaos.CanIsolate, chaos.CanShapePeers},
	Inject:  injectFlapping,
}

type flapping struct {
	*cut
	closed, open time.Duration // parts of the period

	task *task
	seen chan chaos.Sight // one, when it took effect
}

func injectFlapping(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	member, err := chaos.Resolve(t, e.Target)
	if err != nil {
		return nil, err
	}
	first, err := newCut(t, map[string]string{"target": member})
	if err != nil {
		return nil, err
	}
	period, grudge := e.Params.Duration("period"), isolate(t.Members(), member)
	f := &flapping{
		cut: first, closed: period * time.Duration(e.Params.Count("duty")) / 100,
		seen: make(chan chaos.Sight, 1),
	}
	f.open = period - f.closed
	if f.watched, err = linksOf(t, telling(grudge, f.leader.Member)); err != nil {
		return nil, err
	}
	if err := f.apply(grudge); err != nil {
		return nil, err
	}
	reconnect := func() { first.heal(context.Background()) }
	f.task = begin(func(ctx context.Context) error { return f.flap(ctx, reconnect) })
	return f, nil
}

// flap begins with the member cut off and ends with it let back in.
func (f *flapping) flap(ctx context.Context, reconnect func()) error {
	for {
		before := flowOf(f.watched)
		going := pause(ctx, f.closed)
		held := holding(f.watched)
		reconnect()
		if !going || !pause(ctx, f.open) {
			return nil
		}
		f.notice(held, before)
		heal, err := f.target.Partition(f.grudge)
		if err != nil {
			return fmt.Errorf("the links stopped flapping: %w", err)
		}
		reconnect = heal
	}
}

// pause waits, and is false when the flapping is to end.
func pause(ctx context.Context, d time.Duration) bool {
	return clock.SleepUntil(ctx, clock.Now().Add(d)) == nil
}

// holding returns the links that hold bytes up, with the bytes that had passed over them before.
func holding(links []*network.Link) map[*network.Link]bool {
	held := map[*network.Link]bool{}
	for _, l := range links {
		held[l] = l.Waiting() > 0
	}
	return held
}

// notice reports to Effective, once, a link that held bytes up and has let them go.
func (f *flapping) notice(held map[*network.Link]bool, before flow) {
	for i, l := range before.links {
		if held[l] && l.Forwarded() > before.passed[i] {
			select {
			case f.seen <- chaos.Sight{At: clock.Now(), Saw: fmt.Sprintf("%s held bytes up and let them go", l)}:
			default:
			}
			return
		}
	}
}

func (f *flapping) Effective(ctx context.Context) (chaos.Sight, error) {
	select {
	case s := <-f.seen:
		return s, nil
	case <-f.task.done:
		return chaos.Sight{}, f.task.err
	case <-ctx.Done():
		return chaos.Sight{}, fmt.Errorf("no link held bytes up and let them go: %w", context.Cause(ctx))
	}
}

// Heal ends the flapping and waits until it has: nothing may be cut after it.
func (f *flapping) Heal(ctx context.Context) error {
	f.task.stop()
	return f.cut.Heal(ctx)
}

// Recovered also fails when the links stopped flapping before the heal.
func (f *flapping) Recovered(ctx context.Context) (chaos.Sight, error) {
	whole, err := f.cut.Recovered(ctx)
	return whole, errors.Join(f.task.err, err)
}
