package faults

import (
	"context"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
)

// leaderKill ends the leader's process with SIGKILL, and starts it again from its data folder to heal. It takes effect
// when a survivor says that it has lost its leader, or has another one (Jepsen's kill of a :primary).
var leaderKill = chaos.Fault{
	FaultRule: plan.FaultRule{Name: "leader-kill", Settle: time.Second, Held: true, Takes: goneMember,
		Role: plan.Leads},
	Group:   chaos.OfProcess,
	Summary: "the leader's process is killed (SIGKILL) and later started again from its data",
	Needs:   []chaos.Ability{chaos.CanCrash},
	Inject: func(ctx context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
		return injectKill(ctx, t, e, resolveLeader, (*kill).noticed)
	},
}
