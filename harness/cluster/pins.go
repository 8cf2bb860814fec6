package cluster

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"aftershock/chaos/network"
	"aftershock/internal/nearest"
)

// pins are the links between clients and the members that they are pinned to.
type pins struct {
	targets map[string]string // member -> its client address

	mu     sync.Mutex
	pinned map[string]string // client -> member
	links  map[pin]*network.ClientLink
}

// pin is one client at one member.
type pin struct{ client, member string }

func newPins(endpoints []Endpoint) *pins {
	p := &pins{targets: map[string]string{}, pinned: map[string]string{}, links: map[pin]*network.ClientLink{}}
	for _, e := range endpoints {
		p.targets[e.Member] = strings.TrimPrefix(e.ClientURL, "http://")
	}
	return p
}

// Pin makes a link from a client to a member, and returns the address that the client dials.
func (p *pins) Pin(client, member string) (string, error) {
	target, ok := p.targets[member]
	if !ok {
		return "", fmt.Errorf("pin client %s: %w", client,
			nearest.Unknown("member", member, slices.Sorted(maps.Keys(p.targets))))
	}
	if link, ok := p.ClientLink(client, member); ok {
		return link.Addr(), nil
	}
	link, err := network.ListenClient(client, member, target)
	if err != nil {
		return "", fmt.Errorf("pin client %s to %s: %w", client, member, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pinned[client] = member
	p.links[pin{client, member}] = link
	return link.Addr(), nil
}

// ClientLink is the link between a client and a member, each direction of which is cut and healed on its own.
func (p *pins) ClientLink(client, member string) (*network.ClientLink, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	link, ok := p.links[pin{client, member}]
	return link, ok
}

// Pinned gives the member to which a client is pinned.
func (p *pins) Pinned(client string) (string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	member, ok := p.pinned[client]
	return member, ok
}

func (p *pins) closeLinks() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.links {
		l.Close()
	}
	clear(p.links)
}
