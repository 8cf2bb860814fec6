package faults

import (
	"context"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
)

// followerKill does to a member that does not lead what leaderKill does to the leader: no election, one vote fewer, and
// clients that were connected to it go elsewhere. Raft does not report the loss of a follower, so it takes effect when
// the system says that the process has ended.
var followerKill = chaos.Fault{
	FaultRule: plan.FaultRule{Name: "follower-kill", Settle: time.Second, Held: true, Takes: goneMember,
		Role: plan.Follows, Members: 2},
	Group:   chaos.OfProcess,
	Summary: "a follower's process is killed (SIGKILL) and later started again from its data",
	Needs:   []chaos.Ability{chaos.CanCrash},
	Inject: func(ctx context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
		return injectKill(ctx, t, e, resolveFollower, (*kill).gone)
	},
}
