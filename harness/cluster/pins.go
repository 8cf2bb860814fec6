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
	authority *authority      // issues the clients' certificates; nil without TLS
	allowed   network.Allowed // addresses beyond this machine, of an external cluster

	mu      sync.Mutex
	targets map[string]string // member -> its client address; those that left keep theirs
	pinned  map[string]string // client -> member
	links   map[pin]*network.ClientLink
}

// pin is one client at one member.
type pin struct{ client, member string }

func newPins(endpoints []Endpoint) *pins {
	p := &pins{targets: map[string]string{}, pinned: map[string]string{}, links: map[pin]*network.ClientLink{}}
	for _, e := range endpoints {
		p.reach(e)
	}
	return p
}

// reach says where a member is reached by clients that will be pinned to it.
func (p *pins) reach(e Endpoint) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, p.targets[e.Member], _ = strings.Cut(e.ClientURL, "://")
}

func (p *pins) target(member string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	target, ok := p.targets[member]
	if !ok {
		return "", nearest.Unknown("member", member, slices.Sorted(maps.Keys(p.targets)))
	}
	return target, nil
}

// Pin makes a link from a client to a member, and returns the address that the client dials.
func (p *pins) Pin(client, member string) (string, error) {
	target, err := p.target(member)
	if err != nil {
		return "", fmt.Errorf("pin client %s: %w", client, err)
	}
	if link, ok := p.link(pin{client, member}); ok {
		return link.Addr(), nil
	}
	if _, err := p.authority.issueClient(client); err != nil {
		return "", err
	}
	link, err := network.ListenClientWithin(p.allowed, client, member, target)
	if err != nil {
		return "", fmt.Errorf("pin client %s to %s: %w", client, member, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pinned[client] = member
	p.links[pin{client, member}] = link
	return link.Addr(), nil
}

// ClientTLS names the files with which a pinned client authenticates itself; nil without TLS.
func (p *pins) ClientTLS(client string) *TLSFiles { return p.authority.files(clientPrefix + client) }

func (p *pins) link(of pin) (*network.ClientLink, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	link, ok := p.links[of]
	return link, ok
}

// ClientLink is the link between a client and the member that it is pinned to.
func (p *pins) ClientLink(client string) (*network.ClientLink, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	member, ok := p.pinned[client]
	if !ok {
		return nil, fmt.Errorf("link of client %s: %w", client,
			nearest.Unknown("client", client, slices.Sorted(maps.Keys(p.pinned))))
	}
	return p.links[pin{client, member}], nil
}

// Clients lists the pinned clients' names in order.
func (p *pins) Clients() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Sorted(maps.Keys(p.pinned))
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
