package faults

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
)

// clientCertExpiry has the certificate of a client of the plan expire, and resets its connections. Its member refuses
// it from then on, and the client sees failed handshakes while all others are served.
//
// It has taken effect when the client itself has dialled again, and a handshake with its certificate over its link is
// refused because that has expired. The heal gives it a valid one; no connection has come about meanwhile that would
// have to be reset. It is over when a handshake with it is accepted. When the client itself comes back is up to its
// back-off, of up to two minutes in gRPC, and part of what a trial measures.
var clientCertExpiry = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "client-cert-expiry", Aim: plan.AtClient, Held: true, Settle: time.Second,
		Takes: []plan.Resource{plan.ClientLinks}, Wants: []plan.Feature{plan.TLS},
	},
	Group:   chaos.OfSecurity,
	Summary: "a client's certificate expires and its connections are reset: its member refuses new ones",
	Needs:   []chaos.Ability{chaos.CanReissue, chaos.CanCutClients},
	Inject:  injectClientCertExpiry,
}

type clientExpiry struct {
	pinnedClient
	target      chaos.Target
	had         int64 // connections over the link until then
	connections int   // that were reset
}

func injectClientCertExpiry(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	c, err := resolveClient(t, e)
	if err != nil {
		return nil, err
	}
	if _, err := t.Reissue(clientWord+c.client, chaos.Expired); err != nil {
		return nil, err
	}
	f := &clientExpiry{pinnedClient: c, target: t, had: c.link.Up.Opened()}
	f.connections = c.link.Reset()
	return f, nil
}

func (f *clientExpiry) Resolved() map[string]string {
	r := f.pinnedClient.Resolved()
	r["reset"] = strconv.Itoa(f.connections)
	return r
}

func (f *clientExpiry) Effective(ctx context.Context) (chaos.Sight, error) {
	// Before our own handshake, which opens a connection over the link as well.
	if _, err := keepAsking(ctx, func(context.Context) error { return dialledAnew(f.link.Up, f.had) }); err != nil {
		return chaos.Sight{}, err
	}
	at, err := keepAsking(ctx, f.refused)
	if err != nil {
		return chaos.Sight{}, err
	}
	return chaos.Sight{At: at, Saw: fmt.Sprintf("client %s is refused, its certificate has expired", f.client)}, nil
}

func (f *clientExpiry) refused(ctx context.Context) error {
	err := f.target.Handshake(ctx, f.client)
	switch {
	case err == nil:
		return errors.New("client " + f.client + " is still let in")
	case !expired(err):
		return fmt.Errorf("refused, but not for its expiry: %w", err)
	}
	return nil
}

func (f *clientExpiry) Heal(context.Context) error {
	_, err := f.target.Reissue(clientWord+f.client, chaos.Valid)
	return err
}

// Recovered waits until the client would be let in again.
func (f *clientExpiry) Recovered(ctx context.Context) (chaos.Sight, error) {
	at, err := keepAsking(ctx, func(ctx context.Context) error { return f.target.Handshake(ctx, f.client) })
	return chaos.Sight{At: at, Saw: "client " + f.client + " is let in"}, err
}
