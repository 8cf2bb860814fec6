package chaos

import (
	"context"
	"fmt"
	"net"
	"time"

	"aftershock/chaos/network"
	"aftershock/chaos/plan"
)

// clientCut cuts a client off from the member that it is pinned to, in both directions, and from nobody else; the member
// and its peers hear each other.
//
//	only   any (default), or leader: the fault then fails unless the member leads at that time.
//
// A connection of the fault's own is open through the same link before it is cut. It is observed that the link holds back
// what is sent on it, by the client or, should that be silent, by the fault; and after the heal that it arrives.
var clientCut = Fault{
	FaultRule: plan.FaultRule{
		Name: "client-cut", Settle: 750 * time.Millisecond, Held: true, Aim: plan.AtClient, Takes: []plan.Resource{plan.ClientLinks}, LeadsWith: "only=leader",
		Params: []plan.Param{{
			Name: "only", Kind: plan.OneOf, Default: "any", Choices: []string{"any", "leader"},
			Says: "whether the member that the client is cut off from has to lead",
		}},
	},
	Group:   OfLink,
	Summary: "a client is cut off from the member that it is pinned to",
	Needs:   []Ability{CanCutClients},
	Inject:  injectClientCut,
}

type clientSevered struct {
	pinnedClient
	probe net.Conn
	flow  flow
	heal  func()
}

func injectClientCut(ctx context.Context, t Target, e plan.Event) (Ongoing, error) {
	c, err := resolveClient(t, e)
	if err != nil {
		return nil, err
	}
	if leader, _ := t.Leader(); e.Params["only"] == "leader" && leader.Member != c.member {
		return nil, kinded{
			fmt.Errorf("client %s is pinned to %s, which does not lead (leader: %q)", c.client, c.member, leader.Member),
			errOtherRole,
		}
	}
	dialling, cancel := context.WithTimeout(ctx, probing)
	defer cancel()
	f := &clientSevered{pinnedClient: c}
	if f.probe, err = c.probe(dialling); err != nil {
		return nil, err
	}
	f.heal = c.link.Cut()
	f.flow = flowOf([]*network.Link{c.link.Up})
	if _, err := f.probe.Write([]byte{'P'}); err != nil { // the kernel takes it, whatever the link does
		_ = f.Heal(ctx) // cannot fail
		return nil, fmt.Errorf("%s: %w", c.link.Up, err)
	}
	return f, nil
}

// probing bounds how long a connection through an open link may take: it is to the same machine.
const probing = 2 * time.Second

func (f *clientSevered) Resolved() map[string]string { return f.resolved() }

func (f *clientSevered) Effective(ctx context.Context) (Sight, error) {
	return awaitHeldUp(ctx, []*network.Link{f.link.Up})
}

func (f *clientSevered) Heal(context.Context) error {
	f.heal()
	_ = f.probe.Close() // again, when it is called again; what was sent on it arrives before its end
	return nil
}

func (f *clientSevered) Recovered(ctx context.Context) (Sight, error) { return f.flow.awaitMore(ctx) }
