package faults

import (
	"context"
	"fmt"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/network"
	"aftershock/chaos/plan"
)

// clientCut cuts a client off from the member that it is pinned to, in both directions, and from no other member; the
// member and its peers hear each other.
//
//	only   any (default), or leader: the fault then fails unless the member leads at that time.
//
// Observed: the link holds back what the client sends, and after the heal it arrives. A client that sends nothing, or
// that was cut off before, is not hurt.
var clientCut = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "client-cut", Settle: 750 * time.Millisecond, Held: true, Aim: plan.AtClient,
		Takes: []plan.Resource{plan.ClientLinks}, LeadsWith: "only=leader",
		Params: []plan.Param{{
			Name: "only", Kind: plan.OneOf, Default: "any", Choices: []string{"any", "leader"},
			Says: "whether the member that the client is cut off from has to lead",
		}},
	},
	Group:   chaos.OfLink,
	Summary: "a client is cut off from the member that it is pinned to",
	Needs:   []chaos.Ability{chaos.CanCutClients},
	Inject:  injectClientCut,
}

type clientSevered struct {
	pinnedClient
	flow flow
	heal func()
}

func injectClientCut(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	c, err := resolveClient(t, e)
	if err != nil {
		return nil, err
	}
	if leader, _ := t.Leader(); e.Params["only"] == "leader" && leader.Member != c.member {
		return nil, chaos.RoleError(
			fmt.Sprintf("client %s is pinned to %s, which does not lead (leader: %q)", c.client, c.member,
				leader.Member))
	}
	if err := cutAlready([]*network.Link{c.link.Up, c.link.Down}); err != nil {
		return nil, err
	}
	f := &clientSevered{pinnedClient: c, heal: c.link.Cut()}
	f.flow = flowOf([]*network.Link{c.link.Up})
	return f, nil
}

func (f *clientSevered) Effective(ctx context.Context) (chaos.Sight, error) {
	return awaitHeldUp(ctx, []*network.Link{f.link.Up})
}

func (f *clientSevered) Heal(context.Context) error {
	f.heal()
	return nil
}

func (f *clientSevered) Recovered(ctx context.Context) (chaos.Sight, error) {
	return f.flow.awaitMore(ctx)
}
