package faults

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// certExpiry has a member's certificate expire, and resets its connections to its peers and its clients. Handshakes
// with it fail from then on, in both directions: whether a peer dials or is dialled, it refuses the expired
// certificate, because peers verify each other (PeerTLSInfo.ClientCertAuth). Without the reset, open connections would
// outlive the certificate.
//
// It has taken effect when a handshake with the member is refused because its certificate has expired, and the member
// has lost its leader or, leading, has stepped down. The heal gives it a valid certificate. There is nothing to reset
// then, as no connection has come about meanwhile: peers try again every 100 ms (DialRetryFrequency in
// rafthttp/transport.go), and clients by their own back-off. It is over when the member follows a leader again.
var certExpiry = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "cert-expiry", Aim: plan.AtMember, Held: true, Settle: time.Second, Members: 2,
		Takes: []plan.Resource{plan.Quorum, plan.PeerLinks, plan.ClientLinks}, Wants: []plan.Feature{plan.TLS},
	},
	Group:   chaos.OfSecurity,
	Summary: "a member's certificate expires and its connections are reset: neither peers nor clients get a new one",
	Needs:   []chaos.Ability{chaos.CanReissue, chaos.CanShapePeers, chaos.CanCutClients},
	Inject:  injectCertExpiry,
}

type expiry struct {
	target      chaos.Target
	member      string
	serial      string // of the certificate that has expired
	connections int    // that were reset
	at          clock.Nanos
	healed      clock.Nanos
}

func injectCertExpiry(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	member, err := chaos.Resolve(t, e.Target)
	if err != nil {
		return nil, err
	}
	f := &expiry{target: t, member: member, at: clock.Now()}
	if f.serial, err = t.Reissue(member, chaos.Expired); err != nil {
		return nil, err
	}
	if err := f.reset(); err != nil {
		_, undone := t.Reissue(member, chaos.Valid)
		return nil, errors.Join(err, undone)
	}
	return f, nil
}

func (f *expiry) reset() error {
	for _, other := range f.target.Members() {
		if other == f.member {
			continue
		}
		n, err := f.target.ResetPeers(f.member, other)
		if err != nil {
			return err
		}
		f.connections += n
	}
	for _, client := range f.target.Clients() {
		if member, _ := f.target.Pinned(client); member != f.member {
			continue
		}
		link, err := f.target.ClientLink(client)
		if err != nil {
			return err
		}
		f.connections += link.Reset()
	}
	return nil
}

func (f *expiry) Resolved() map[string]string {
	return map[string]string{"target": f.member, "serial": f.serial, "reset": strconv.Itoa(f.connections)}
}

func (f *expiry) Effective(ctx context.Context) (chaos.Sight, error) {
	for _, side := range []chaos.Side{chaos.Peers, chaos.Clients} {
		if _, err := keepAsking(ctx, func(ctx context.Context) error { return f.refused(ctx, side) }); err != nil {
			return chaos.Sight{}, err
		}
	}
	lost, err := f.target.Await(ctx, f.at, func(o chaos.Observation) bool {
		return o.Member == f.member && o.Kind == chaos.Lost
	})
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("%s goes on with its leader: %w", f.member, err)
	}
	return chaos.Sight{At: lost.At, Saw: fmt.Sprintf("%s is refused, its certificate %s has expired; %s",
		f.member, short(f.serial), lost.Sight().Saw)}, nil
}

// refused is an error until a handshake with the member is refused for that certificate's expiry, and for nothing else.
func (f *expiry) refused(ctx context.Context, side chaos.Side) error {
	serial, err := f.target.Serial(ctx, f.member, side)
	switch {
	case err == nil:
		return fmt.Errorf("%s's certificate %s is accepted by its %s", f.member, serial, side)
	case !expired(err):
		return fmt.Errorf("refused, but not for its expiry: %w", err)
	case serial != f.serial:
		return fmt.Errorf("%s shows its %s the certificate %s, and was issued %s", f.member, side, serial, f.serial)
	}
	return nil
}

func (f *expiry) Heal(context.Context) error {
	if f.healed == 0 {
		f.healed = clock.Now()
	}
	_, err := f.target.Reissue(f.member, chaos.Valid)
	return err
}

// Recovered waits until the member follows a leader again.
func (f *expiry) Recovered(ctx context.Context) (chaos.Sight, error) {
	return awaitAllFollow(ctx, f.target, f.healed, []string{f.member})
}
