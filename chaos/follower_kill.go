package chaos

import (
	"context"
	"time"

	"aftershock/chaos/plan"
)

// followerKill does to a member that does not lead what leaderKill does to the leader: no election, one vote fewer, and
// clients that were connected to it go elsewhere. Raft does not report the loss of a follower, so it takes effect when
// the system says that the process has ended.
var followerKill = Fault{
	FaultRule: plan.FaultRule{Name: "follower-kill", Settle: time.Second, Held: true, Takes: goneMember,
		Role: plan.Follows, Members: 2},
	Group:   OfProcess,
	Summary: "a follower's process is killed (SIGKILL) and later started again from its data",
	Needs:   []Ability{CanCrash},
	Inject: func(ctx context.Context, t Target, e plan.Event) (Ongoing, error) {
		return injectKill(ctx, t, e, resolveFollower, (*kill).gone)
	},
}
