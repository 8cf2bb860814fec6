package faults

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// certRotation replaces certificates by fresh ones for the same keys, while members and clients go on talking:
//
//   - who: whose certificates; all (default), members or clients
//   - reset: yes (default) resets all connections of those afterwards, so that all have to shake hands anew; no
//     leaves the open connections, which then go on under the old certificates
//
// It is done when each member shows its new certificate to its peers and its clients, when each client's is
// accepted by its member, and when those whose connection was reset have dialled again. It is over when each member
// has answered a linearizable read, and members that were reset have dialled each other.
//
// The authority stays what it is: etcd reads it once, when it starts (TLSInfo.ServerConfig in
// client/pkg/v3/transport/listener.go), so a new one takes a restart of every member.
var certRotation = chaos.Fault{
	FaultRule: plan.FaultRule{
		Name: "cert-rotation", Aim: plan.AtCluster,
		Params: []plan.Param{
			{Name: "who", Kind: plan.OneOf, Default: "all", Choices: []string{"all", "members", "clients"},
				Says: "whose certificates"},
			{Name: "reset", Kind: plan.OneOf, Default: "yes", Choices: []string{"yes", "no"},
				Says: "whether their connections are reset"},
		},
		Takes: []plan.Resource{plan.Quorum, plan.PeerLinks, plan.ClientLinks},
		Wants: []plan.Feature{plan.TLS}, Room: 3 * time.Second,
	},
	Group: chaos.OfSecurity,
	Summary: "certificates are replaced by new ones under load, and connections are reset so that all shake " +
		"hands anew",
	Needs:    []chaos.Ability{chaos.CanReissue, chaos.CanShapePeers, chaos.CanCutClients, chaos.CanAdminister},
	Inject:   injectCertRotation,
	Harmless: true,
}

type rotation struct {
	target  chaos.Target
	at      clock.Nanos
	members []string          // those with new certificates
	clients []string          // the same
	serials map[string]string // member -> its new serial
	wires   []wire            // those that were reset
}

func injectCertRotation(_ context.Context, t chaos.Target, e plan.Event) (chaos.Ongoing, error) {
	f := &rotation{target: t, at: clock.Now(), serials: map[string]string{}}
	if e.Params["who"] != "clients" {
		f.members = t.Members()
	}
	if e.Params["who"] != "members" {
		f.clients = t.Clients()
	}
	if err := f.reissue(); err != nil {
		return nil, err // those that were issued are as good as those before
	}
	if e.Params["reset"] == "no" {
		return f, nil
	}
	return f, f.resetAll()
}

func (f *rotation) reissue() (err error) {
	for _, m := range f.members {
		if f.serials[m], err = f.target.Reissue(m, chaos.Valid); err != nil {
			return err
		}
	}
	for _, c := range f.clients {
		if _, err := f.target.Reissue(clientWord+c, chaos.Valid); err != nil {
			return err
		}
	}
	return nil
}

func (f *rotation) Resolved() map[string]string {
	return map[string]string{
		"members": strings.Join(f.members, " "), "clients": strings.Join(f.clients, " "),
		"reset": strconv.Itoa(f.reset()),
	}
}

func (f *rotation) Effective(ctx context.Context) (chaos.Sight, error) {
	switch {
	case len(f.members)+len(f.clients) == 0:
		return chaos.Sight{}, errors.New("there is no certificate that could be replaced")
	case len(f.wires) > 0 && f.reset() == 0:
		return chaos.Sight{}, errors.New("no handshake is needed: there was no connection to be reset")
	}
	last := chaos.Sight{At: f.at}
	var saw []string
	for _, m := range f.members {
		for _, side := range []chaos.Side{chaos.Peers, chaos.Clients} {
			var err error
			if last.At, err = keepAsking(ctx, func(ctx context.Context) error {
				return f.shows(ctx, m, side)
			}); err != nil {
				return chaos.Sight{}, err
			}
		}
		saw = append(saw, m+" shows "+short(f.serials[m]))
	}
	for _, c := range f.clients {
		at, err := f.accepted(ctx, c)
		if err != nil {
			return chaos.Sight{}, err
		}
		last.At = at
		saw = append(saw, "client "+c+" is accepted")
	}
	last.Saw = strings.Join(saw, ", ")
	return last, nil
}

// shows is an error until a member shows its new certificate at one of its doors.
func (f *rotation) shows(ctx context.Context, member string, side chaos.Side) error {
	serial, err := f.target.Serial(ctx, member, side)
	if err == nil && serial != f.serials[member] {
		err = fmt.Errorf("%s shows its %s the certificate %s, and was issued %s", member, side, serial,
			f.serials[member])
	}
	return err
}

// accepted waits until a client that was connected has dialled again, and until its new certificate is accepted. The
// order matters: our handshake opens a connection over the client's link as well.
func (f *rotation) accepted(ctx context.Context, client string) (clock.Nanos, error) {
	for _, w := range f.wires {
		if w.client == client && w.reset > 0 {
			if _, err := keepAsking(ctx, func(context.Context) error {
				return dialledAnew(w.link, w.had)
			}); err != nil {
				return 0, err
			}
		}
	}
	return keepAsking(ctx, func(ctx context.Context) error { return f.target.Handshake(ctx, client) })
}

// Heal has nothing to undo: the new certificates are as good as those before.
func (f *rotation) Heal(context.Context) error { return nil }

func (f *rotation) Recovered(ctx context.Context) (chaos.Sight, error) {
	for _, w := range f.wires {
		if w.client != "" {
			continue
		}
		if _, err := keepAsking(ctx, func(context.Context) error { return dialledAnew(w.link, w.had) }); err != nil {
			return chaos.Sight{}, err
		}
	}
	at := f.at
	for _, m := range f.target.Members() {
		var err error
		if at, err = keepAsking(ctx, func(ctx context.Context) error { return f.agreed(ctx, m) }); err != nil {
			return chaos.Sight{}, err
		}
	}
	return chaos.Sight{At: at, Saw: "linearizable reads are answered by " + strings.Join(f.target.Members(), ", ")}, nil
}

// agreed has the members agree that one of them is up to date, over the connections that they now have: a linearizable
// read, which adds nothing to raft's log. To delete what is not there would add an entry (server/v3 3.7.3,
// v3_server.go).
func (f *rotation) agreed(ctx context.Context, member string) error {
	client, err := f.target.Admin(member)
	if err != nil {
		return err
	}
	if _, err := client.Get(ctx, faultPrefix("cert-rotation"), clientv3.WithCountOnly()); err != nil {
		return fmt.Errorf("read through %s: %w", member, err)
	}
	return nil
}
