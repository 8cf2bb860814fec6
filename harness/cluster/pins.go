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
	links  []*network.ClientLink
}

func newPins(endpoints []Endpoint) *pins {
	p := &pins{targets: map[string]string{}, pinned: map[string]string{}}
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
	link, err := network.ListenClient(client, member, target)
	if err != nil {
		return "", fmt.Errorf("pin client %s to %s: %w", client, member, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pinned[client] = member
	p.links = append(p.links, link)
	return link.Addr(), nil
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
	p.links = nil
}
