package faults

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// swizzle isolates members one after the other, and reconnects them one after the other in another order
// (FoundationDB's swizzle-clogging). How many they are, at least two, which, and both orders are drawn.
//
//	step   time between two of them, both ways: 10ms to 1s, default 200ms.
//
// Once all are isolated, the leader is observed to step down, or those that do not hear it to lose it, and the leader's
// cut links to hold bytes up. A heal whose time is up reconnects the rest at once.
var swizzle = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "swizzle", Held: true, Aim: plan.AtCluster, Draws: true,
		Takes: cutMembers, Settle: time.Second, Members: 2,
		Params: []plan.Param{{
			Name: "step", Kind: plan.Duration, Default: "200ms", Low: "10ms", High: "1s",
			Says: "the time from one member to the next, both ways",
		}},
	},
	Group:   chaos.OfPartition,
	Summary: "members are isolated one after the other, and come back in another order",
	Needs:   []chaos.Ability{chaos.CanIsolate, chaos.CanShapePeers},
	Inject:  injectSwizzle,
}

type swizzling struct {
	*cut
	step  time.Duration
	there []string // in the order in which they are isolated
	back  []string // and in that in which they come back
	heals map[string]func()
}

func injectSwizzle(ctx context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	f := &swizzling{step: e.Params.Duration("step"), heals: map[string]func(){}}
	f.there, f.back = swizzled(t.Members(), draws(e))
	var err error
	if f.cut, err = newCut(t, map[string]string{"cut": listed(f.there), "healed": listed(f.back)}); err != nil {
		return nil, err
	}
	f.heal = f.reconnect
	f.at = clock.Now()
	if err := f.isolateAll(ctx); err != nil {
		f.reconnectAll()
		return nil, err
	}
	return f, nil
}

func (f *swizzling) isolateAll(ctx context.Context) (err error) {
	for i, m := range f.there {
		if i > 0 {
			if err := clock.SleepUntil(ctx, clock.Now().Add(f.step)); err != nil {
				return err
			}
		}
		g := isolate(f.target.Members(), m)
		heal, err := f.target.Partition(g)
		if err != nil {
			return err
		}
		f.heals[m], f.grudge = heal, merge(f.grudge, g)
	}
	f.watched, err = linksOf(f.target, telling(f.grudge, f.leader.Member))
	return err
}

// reconnect ends a step early when its time is up, and all others then follow at once. Called again, it has nothing
// left to do.
func (f *swizzling) reconnect(ctx context.Context) {
	for len(f.back) > 0 {
		f.heals[f.back[0]]()
		if f.back = f.back[1:]; len(f.back) > 0 {
			_ = clock.SleepUntil(ctx, clock.Now().Add(f.step))
		}
	}
}

func (f *swizzling) reconnectAll() {
	for _, heal := range f.heals {
		heal()
	}
}

// swizzled draws members, and two different orders of them where there are two at all.
func swizzled(members []string, rng *rand.Rand) (there, back []string) {
	if len(members) < 2 {
		return members, members
	}
	there = shuffled(members, rng)[:2+rng.IntN(len(members)-1)]
	for back = shuffled(there, rng); slices.Equal(there, back); {
		back = shuffled(there, rng)
	}
	return there, back
}
