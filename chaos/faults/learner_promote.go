package faults

import (
	"context"
	"fmt"
	"slices"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
)

// learnerPromote makes the cluster larger for a while: a new member joins as a learner, catches up, and is promoted,
// after which a majority is one of more. To heal it is removed again; it may lead by then. Its name is the first n<k>
// that is free. It is done when the cluster's list has it as a voter and it follows a leader, and is over when the
// cluster is what it was.
var learnerPromote = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "learner-promote", Held: true, Aim: plan.AtCluster, Takes: []plan.Resource{plan.Quorum},
		Uses: wholeCluster, Settle: time.Second,
	},
	Group:    chaos.OfMembership,
	Lasting:  "the number of a member is used up",
	Summary:  "a new member joins as a learner and is promoted, and is later removed",
	Needs:    []chaos.Ability{chaos.CanReshape, chaos.CanAdminister},
	Inject:   injectPromote,
	Harmless: true,
}

type promotion struct {
	target chaos.Target
	before []string
	member string
	at     clock.Nanos
}

func injectPromote(ctx context.Context, t chaos.Target, _ plan.Event) (chaos.Ongoing, error) {
	before := t.Members()
	f := &promotion{target: t, before: before, member: firstFree(before), at: clock.Now()}
	ctx, cancel := context.WithTimeout(ctx, chaos.Patience)
	defer cancel()
	err := t.Add(ctx, f.member, true)
	if err == nil {
		err = t.Promote(ctx, f.member)
	}
	if err != nil {
		return nil, undo(err, f.Heal)
	}
	return f, nil
}

// firstFree is the first of n1, n2, ... after the cluster's size that is not a member's name.
func firstFree(members []string) string {
	for k := len(members) + 1; ; k++ {
		if name := fmt.Sprintf("n%d", k); !slices.Contains(members, name) {
			return name
		}
	}
}

func (f *promotion) Resolved() map[string]string { return map[string]string{"target": f.member} }

func (f *promotion) Effective(ctx context.Context) (chaos.Sight, error) {
	follows, err := awaitAllFollow(ctx, f.target, f.at, []string{f.member})
	if err != nil {
		return chaos.Sight{}, err
	}
	return awaitMembers(ctx, f.target, follows.Saw+" and votes", func(list []*etcdserverpb.Member) bool {
		return lists(list, f.member)
	})
}

func (f *promotion) Heal(ctx context.Context) error {
	if !slices.Contains(f.target.Members(), f.member) {
		return nil
	}
	return f.target.Remove(ctx, f.member)
}

func (f *promotion) Recovered(ctx context.Context) (chaos.Sight, error) {
	_, err := awaitMembers(ctx, f.target, "", func(list []*etcdserverpb.Member) bool {
		lacks := func(m string) bool { return !lists(list, m) }
		return len(list) == len(f.before) && !slices.ContainsFunc(f.before, lacks)
	})
	if err != nil {
		return chaos.Sight{}, err
	}
	return awaitWhole(ctx, f.target)
}
