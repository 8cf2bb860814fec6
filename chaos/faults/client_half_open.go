package faults

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/units"
)

// clientHalfOpen makes the open connections of a client half-open: the member's side is gone, and the client is told
// nothing. What it sends is taken and lost, as when the member lost power or a firewall forgot the connection (RFC
// 9293, 3.5.1); only a keep-alive of its own can tell. New connections work, also while the fault lasts. The heal
// resets what is half-open, as the member would that came back.
//
// Observed: bytes that the client sent on one of them were lost. A client that sends nothing is not hurt. The record
// says how many bytes were lost until it was connected again.
var clientHalfOpen = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "client-half-open", Settle: time.Second, Held: true, Aim: plan.AtClient,
		Takes: []plan.Resource{plan.ClientLinks},
	},
	Group:   chaos.OfLink,
	Summary: "the connections of a client are half-open: its member has forgotten them, and it is not told",
	Needs:   []chaos.Ability{chaos.CanCutClients},
	Inject:  injectClientHalfOpen,
}

type halfOpen struct {
	pinnedClient
	connections int
	swallowed   int64 // of the link, before
	heal        func()
}

func injectClientHalfOpen(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	c, err := resolveClient(t, e)
	if err != nil {
		return nil, err
	}
	f := &halfOpen{pinnedClient: c, swallowed: c.link.Swallowed()}
	f.connections, f.heal = c.link.HalfOpen()
	if f.connections == 0 {
		return nil, fmt.Errorf("%s has no connection that could be half-open", c.link.Up)
	}
	return f, nil
}

func (f *halfOpen) Resolved() map[string]string {
	r := f.pinnedClient.Resolved()
	r["connections"] = strconv.Itoa(f.connections)
	return r
}

// Effective waits until the client has sent something that does not arrive.
func (f *halfOpen) Effective(ctx context.Context) (chaos.Sight, error) {
	at, err := poll(ctx, func() bool { return f.lost() > 0 })
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("%s said nothing that could be lost: %w", f.client, err)
	}
	return chaos.Sight{At: at, Saw: fmt.Sprintf("%s of %s lost its other side, and %d bytes that were sent on it",
		units.Count(f.connections, "connection"),
		f.link.Up, f.lost())}, nil
}

// lost counts the bytes of the client that did not arrive.
func (f *halfOpen) lost() int64 { return f.link.Swallowed() - f.swallowed }

func (f *halfOpen) Heal(context.Context) error {
	f.heal()
	return nil
}

// Recovered waits until the client has a connection that works.
func (f *halfOpen) Recovered(ctx context.Context) (chaos.Sight, error) {
	at, err := poll(ctx, func() bool { return f.link.Up.Connections() > 0 })
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("%s does not connect again: %w", f.client, err)
	}
	return chaos.Sight{At: at, Saw: fmt.Sprintf("%s is connected again, %d bytes were lost", f.client, f.lost())}, nil
}
