package faults

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// allKill is a power cut: every member is killed at one moment, and all are started together to heal. It takes effect
// when all processes are gone, and is over when all members follow one leader and the cluster writes.
var allKill = chaos.Fault{
	FaultRule: plan.FaultRule{Name: "all-kill", Settle: 4 * time.Second, Held: true, Aim: plan.AtCluster,
		Takes: goneMember},
	Group:   chaos.OfProcess,
	Summary: "all members are killed (SIGKILL) at one moment, and later started together from their data",
	Needs:   []chaos.Ability{chaos.CanCrash, chaos.CanAdminister},
	Inject:  injectAllKill,
}

type powerCut struct {
	target  chaos.Target
	members []string
	at      clock.Nanos
	down    []string // those that were not started again yet
}

func injectAllKill(ctx context.Context, t chaos.Target, _ plan.Event) (chaos.Ongoing, error) {
	f := &powerCut{target: t, members: t.Members(), at: clock.Now()}
	var err error
	f.down, err = eachMember(f.members, func(m string) error {
		_, err := t.Crash(ctx, m)
		return err
	})
	if err != nil {
		return nil, undo(err, f.Heal)
	}
	return f, nil
}

func (f *powerCut) Resolved() map[string]string {
	return map[string]string{"target": strings.Join(f.members, " ")}
}

func (f *powerCut) Effective(ctx context.Context) (chaos.Sight, error) {
	last := chaos.Sight{At: f.at}
	for _, m := range f.members {
		gone, err := awaitGone(ctx, f.target, f.at, m)
		if err != nil {
			return chaos.Sight{}, err
		}
		last.At = max(last.At, gone.At)
	}
	last.Saw = strings.Join(f.members, ", ") + ": all gone"
	return last, nil
}

// Heal starts all stopped members at the same time: none serves before a majority is up.
func (f *powerCut) Heal(ctx context.Context) error {
	up, err := eachMember(f.down, func(m string) error { return f.target.Restart(ctx, m) })
	f.down = slices.DeleteFunc(f.down, func(m string) bool { return slices.Contains(up, m) })
	return err
}

func (f *powerCut) Recovered(ctx context.Context) (chaos.Sight, error) {
	return awaitWriting(ctx, f.target, "all-kill")
}

// eachMember does something to each member at the same time, waits for all, and lists the members for which it
// succeeded.
func eachMember(members []string, act func(member string) error) (done []string, err error) {
	errs := make([]error, len(members))
	var group sync.WaitGroup
	for i, m := range members {
		group.Go(func() { errs[i] = chaos.Guarded(func() error { return act(m) }) })
	}
	group.Wait()
	for i, m := range members {
		if errs[i] == nil {
			done = append(done, m)
		}
	}
	return done, errors.Join(errs...)
}
