package faults

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
)

// partitionMajority cuts the largest minority off from the rest, in both directions (Jepsen's partition-halves, with
// the leader's side chosen).
//
//	leader   which side the leader is on: minority (default) or majority. Who is with it is drawn.
//
// With the leader in the minority it is observed to step down, and the others to elect. With the leader in the majority
// it stays, and each member of the minority is observed to lose it.
var partitionMajority = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "partition-majority", Held: true, Aim: plan.AtCluster, Draws: true,
		Takes: cutMembers, Settle: 300 * time.Millisecond, Members: 3,
		Params: []plan.Param{{
			Name: "leader", Kind: plan.OneOf, Default: "minority", Choices: []string{"minority", "majority"},
			Says: "which side the leader is on",
		}},
	},
	Group:   chaos.OfPartition,
	Summary: "the largest minority is cut off from the majority, with the leader on either side",
	Needs:   []chaos.Ability{chaos.CanIsolate},
	Inject:  injectPartitionMajority,
}

func injectPartitionMajority(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	leader, ok := t.Leader()
	if !ok {
		return nil, fmt.Errorf("%s: %w", e.Fault, chaos.ErrNoLeader)
	}
	few, many := minority(t.Members(), leader.Member, e.Params["leader"] == "minority", draws(e))
	return partition(t, split(few, many), map[string]string{"minority": listed(few), "majority": listed(many)})
}

// minority draws as many members as can be without a majority, with the leader or without.
func minority(members []string, leader string, with bool, rng *rand.Rand) (few, many []string) {
	size := len(members) - majority(len(members))
	order := shuffled(without(members, leader), rng)
	if with {
		order = append([]string{leader}, order...)
	} else {
		order = append(order, leader)
	}
	return order[:size], order[size:]
}
