package faults

import (
	"context"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
)

// partitionBridge cuts the cluster into halves that reach each other only through one member, which both hear and which
// hears both (Jepsen's bridge). Who is the bridge, and who is in which half, is drawn.
//
// Of three or five members the leader always exchanges with a majority, and stays; of four it steps down when it is
// alone in the smaller half. Those that do not hear it any more are observed to lose it, and cut links to hold bytes
// up: those of the leader, or all when it is the bridge.
var partitionBridge = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "partition-bridge", Held: true, Aim: plan.AtCluster, Draws: true,
		Takes: cutMembers, Settle: 300 * time.Millisecond, Members: 3,
	},
	Group:   chaos.OfPartition,
	Summary: "two halves of the cluster reach each other only through one member",
	Needs:   []chaos.Ability{chaos.CanIsolate, chaos.CanShapePeers},
	Inject: func(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
		a, over, b := bridge(t.Members(), draws(e))
		return watchedPartition(t, split(a, b),
			map[string]string{"half": listed(a), "bridge": over, "other": listed(b)})
	},
}
