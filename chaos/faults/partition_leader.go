package faults

import (
	"context"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
)

// partitionLeader cuts the leader off from all its peers, in both directions; clients still reach it. The others elect
// a new leader, the old one steps down when it has not heard a quorum for an election time-out: that is observed, in
// raft's own words. Jepsen's partition of a :primaries node.
var partitionLeader = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "partition-leader", Held: true, Takes: cutMembers, Settle: 300 * time.Millisecond, Role: plan.Leads,
		Deposes: true, Members: 2,
	},
	Group:   chaos.OfPartition,
	Summary: "the leader is isolated from its peers, but not from its clients",
	Needs:   []chaos.Ability{chaos.CanIsolate},
	Inject: func(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
		_, leader, err := resolveLeader(t, e.Target)
		if err != nil {
			return nil, err
		}
		return partition(t, isolate(t.Members(), leader.Member), map[string]string{"target": leader.Member})
	},
}
