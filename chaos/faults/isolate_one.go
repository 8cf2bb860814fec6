package faults

import (
	"context"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
)

// isolateOne cuts any one member off from all its peers, in both directions; clients still reach it (Jepsen's
// partition-random-node). A follower is observed to lose its leader, a leader to step down and the others to elect.
var isolateOne = chaos.Fault{
	FaultRule: plan.FaultRule{Name: "isolate-one", Held: true, Takes: cutMembers, Settle: 300 * time.Millisecond,
		Members: 2},
	Group:   chaos.OfPartition,
	Summary: "one member is isolated from its peers, whether it leads or follows, but not from its clients",
	Needs:   []chaos.Ability{chaos.CanIsolate},
	Inject: func(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
		member, err := chaos.Resolve(t, e.Target)
		if err != nil {
			return nil, err
		}
		return partition(t, isolate(t.Members(), member), map[string]string{"target": member})
	},
}
