package faults

import (
	"context"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
)

// partitionHalves cuts the cluster into two halves, of which the first has one member fewer when their number is odd
// (Jepsen's partition-random-halves). Who is in which is drawn, the leader as well.
//
// When the leader's half is no majority it is observed to step down, and the other half, when that is one, to elect.
// Otherwise the members of the other half are observed to lose it. With an even number of members there is no leader
// until it is healed. The leader's cut links are observed to hold bytes up.
var partitionHalves = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "partition-halves", Held: true, Aim: plan.AtCluster, Draws: true,
		Takes: cutMembers, Settle: 300 * time.Millisecond, Members: 2,
	},
	Group:   chaos.OfPartition,
	Summary: "the cluster is cut into random halves",
	Needs:   []chaos.Ability{chaos.CanIsolate, chaos.CanShapePeers},
	Inject: func(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
		a, b := halves(t.Members(), draws(e))
		return watchedPartition(t, split(a, b), map[string]string{"half": listed(a), "other": listed(b)})
	},
}
