package faults

import (
	"context"
	"fmt"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// clientStranded isolates the member that a client is pinned to from its peers, and leaves it to the client: it
// answers, and can commit nothing. Whether the member leads or follows makes a difference to what the client sees: a
// leader takes writes until it steps down.
//
// The member is observed to step down or to lose its leader, in raft's words, and to be reached through the client's
// link by a connection of the fault's own afterwards.
var clientStranded = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "client-stranded", Settle: 750 * time.Millisecond, Held: true, Aim: plan.AtClient,
		Takes: []plan.Resource{plan.Quorum, plan.PeerLinks, plan.ClientLinks}, Members: 2,
	},
	Group:   chaos.OfLink,
	Summary: "the member that a client is pinned to is isolated from its peers, and the client still reaches it",
	Needs:   []chaos.Ability{chaos.CanIsolate, chaos.CanCutClients},
	Inject:  injectClientStranded,
}

type stranded struct {
	chaos.Ongoing
	client pinnedClient
}

func injectClientStranded(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	c, err := resolveClient(t, e)
	if err != nil {
		return nil, err
	}
	isolated, err := partition(t, isolate(t.Members(), c.member), c.Resolved())
	if err != nil {
		return nil, err
	}
	return &stranded{isolated, c}, nil
}

func (f *stranded) Effective(ctx context.Context) (chaos.Sight, error) {
	alone, err := f.Ongoing.Effective(ctx)
	if err != nil {
		return chaos.Sight{}, err
	}
	conn, err := f.client.probe(ctx)
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("the client does not reach its member: %w", err)
	}
	reached := chaos.Sight{At: clock.Now(), Saw: f.client.client + " still reaches it"}
	return alone.And(reached), conn.Close()
}
