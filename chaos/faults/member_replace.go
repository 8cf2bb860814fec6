package faults

import (
	"context"
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
	Inject: func(ctx context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
		return injectAbsence(ctx, t, e, absence{crashed: true})
	},
}
