package faults

import (
	"context"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
)

// partitionRing lets every member hear a majority, and no two the same one (Jepsen's partition-majorities-ring). The
// order of the ring is drawn.
//
// Of 4, 5, 8 or 9 members the leader keeps its majority, and those that do not hear it are observed to lose it without
// being able to elect another one. Of 3, 6 or 7 the ring is not mutual (see majoritiesRing): the leader is observed to
// step down, and no member can lead until it is healed. Cut links of the leader are observed to hold bytes up.
var partitionRing = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "partition-ring", Held: true, Aim: plan.AtCluster, Draws: true,
		Takes: cutMembers, Settle: time.Second, Members: 3,
	},
	Group:   chaos.OfPartition,
	Summary: "every member hears a majority, and no two hear the same one",
	Needs:   []chaos.Ability{chaos.CanIsolate, chaos.CanCutOneWay, chaos.CanShapePeers},
	Inject: func(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
		ring := shuffled(t.Members(), draws(e))
		return watchedPartition(t, majoritiesRing(ring), map[string]string{"ring": listed(ring)})
	},
}
