package faults

import (
	"context"
	"slices"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
)

// memberReplace is a machine that was lost for good: the target is killed, and the others take it out of the cluster,
// which until then counts a vote that is never cast. To heal it is added as a voter under its old name, with an empty
// data folder: it counts for the majority before it has caught up. It takes effect when the others' list lacks it; it
// is over when it votes and has caught up (etcd's own tests/robustness, MemberReplace).
var memberReplace = chaos.Fault{
	FaultRule: plan.FaultRule{Name: "member-replace", Held: true, Takes: goneMember, Settle: 8 * time.Second,
		Members: 3},
	Group:   chaos.OfMembership,
	Lasting: "a new member has taken the place of an old one",
	Summary: "a member is lost with its data and removed, and later an empty one takes its place at once as a voter",
	Needs:   []chaos.Ability{chaos.CanCrash, chaos.CanReshape, chaos.CanAdminister},
	Inject:  injectReplace,
}

func injectReplace(ctx context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	member, err := chaos.Resolve(t, e.Target)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, chaos.Patience)
	defer cancel()
	f := &absence{target: t, member: member, size: len(t.Members())}
	f.comeBack = func(ctx context.Context) error { return t.Add(ctx, member, false) }
	if _, err := t.Crash(ctx, member); err != nil {
		return nil, err
	}
	if err := t.Remove(ctx, member); err != nil {
		return nil, undo(err, f.restore)
	}
	return f, nil
}

// restore starts a member that was killed and could not be removed; one that was is added again.
func (f *absence) restore(ctx context.Context) error {
	if slices.Contains(f.target.Members(), f.member) {
		return f.target.Restart(ctx, f.member)
	}
	return f.comeBack(ctx)
}
