package faults

import (
	"context"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
)

// partitionOneWay cuts one direction of all links of the leader, and leaves the other open.
//
//	direction   out-of (default): the others do not hear the leader, and it hears them.
//	            into: it does not hear them, and they hear it.
//
// Either way it exchanges nothing with a majority: heartbeats that do not arrive are not answered. So it steps down
// (CheckQuorum), and the others elect. Into, they first have to miss the heartbeats that it sent until then, and later
// it does not hear of its successor. Out-of, it does, and follows it: it may change its leader without having lost one.
// This is observed in raft's words, together with bytes that are held up on every link that was cut.
var partitionOneWay = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "partition-one-way", Held: true, Takes: cutMembers, Settle: 300 * time.Millisecond, Role: plan.Leads,
		Deposes: true, Members: 2,
		Params: []plan.Param{{
			Name: "direction", Kind: plan.OneOf, Default: "out-of", Choices: []string{"out-of", "into"},
			Says: "which way nothing passes: out of the leader, or into it",
		}},
	},
	Group:   chaos.OfPartition,
	Summary: "the leader hears its peers and is not heard, or the reverse",
	Needs:   []chaos.Ability{chaos.CanCutOneWay, chaos.CanShapePeers},
	Inject:  injectPartitionOneWay,
}

func injectPartitionOneWay(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	_, leader, err := resolveLeader(t, e.Target)
	if err != nil {
		return nil, err
	}
	self, others := []string{leader.Member}, without(t.Members(), leader.Member)
	grudge := oneWay(self, others)
	if e.Params["direction"] == "into" {
		grudge = oneWay(others, self)
	}
	return watchedPartition(t, grudge, map[string]string{"target": leader.Member})
}
