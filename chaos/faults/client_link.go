package faults

import (
	"context"
	"fmt"
	"net"
	"strings"

	"aftershock/chaos"
	"aftershock/chaos/network"
	"aftershock/chaos/plan"
	"aftershock/internal/nearest"
)

// clientWord begins a target that is a client of the plan, and the name under which the client holds its certificate.
const clientWord = "client."

// pinnedClient is a client, where it is pinned to, and the link in between.
type pinnedClient struct {
	client, member string
	link           *network.ClientLink
}

// resolveClient resolves the target of a fault that hits a client: client.<name>.
func resolveClient(t chaos.Target, e plan.Event) (c pinnedClient, err error) {
	var of bool
	c.client, of = strings.CutPrefix(e.Target, clientWord)
	var pinned bool
	if c.member, pinned = t.Pinned(c.client); !of || !pinned {
		words := make([]string, 0, len(t.Clients()))
		for _, name := range t.Clients() {
			words = append(words, clientWord+name)
		}
		return c, nearest.Unknown("client to hit", e.Target, words)
	}
	c.link, err = t.ClientLink(c.client)
	return c, err
}

func (c pinnedClient) Resolved() map[string]string {
	return map[string]string{"client": c.client, "target": c.member}
}

// probe connects to the member through the client's link, and returns when the link has taken the connection there. It
// shows what the client would see, also when the client is silent at the moment. The caller closes it.
func (c pinnedClient) probe(ctx context.Context) (net.Conn, error) {
	before := c.link.Up.Opened()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", c.link.Addr())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.link.Up, err)
	}
	if _, err := poll(ctx, func() bool { return c.link.Up.Opened() > before }); err != nil {
		_ = conn.Close() // it was of no use
		return nil, fmt.Errorf("%s takes no connection to the member: %w", c.link.Up, err)
	}
	return conn, nil
}
