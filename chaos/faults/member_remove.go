package faults

import (
	"context"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
)

// memberRemove makes the cluster smaller for a while, in the orderly way: the target is removed while it is alive and
// may be the leader, which then leads until it ends by itself a second later, and the others elect. To heal it comes
// back under its old name with an empty data folder, as a learner first and as a voter once it has caught up, so that
// the majority never counts on a member that is behind. It takes effect when the others' list lacks it.
//
// member-replace is the disorderly way: a member that is dead when it is removed, and a voter before it has any data.
var memberRemove = chaos.Fault{
	FaultRule: plan.FaultRule{Name: "member-remove", Held: true, Takes: goneMember, Settle: 8 * time.Second,
		Members: 3},
	Group:   chaos.OfMembership,
	Lasting: "the member that comes back is a new one",
	Summary: "a member is removed while it is alive, and later comes back as a learner that is promoted",
	Needs:   []chaos.Ability{chaos.CanReshape, chaos.CanAdminister},
	Inject: func(ctx context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
		return injectAbsence(ctx, t, e, absence{learns: true})
	},
}
