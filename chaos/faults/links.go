package faults

import (
	"fmt"

	"aftershock/chaos"
	"aftershock/chaos/network"
	"aftershock/chaos/plan"
)

// memberLinks is the links of one member that a fault is about: those with its peers, or those with its clients.
type memberLinks struct {
	target   chaos.Target
	member   string
	peers    []string              // on=peers: the other members
	clients  []*network.ClientLink // on=clients: those of the clients that are pinned to the member
	links    []*network.Link       // both directions of each
	resolved map[string]string
}

// onWhich is the parameter that says which links of a member a fault is about.
var onWhich = plan.Param{
	Name: "on", Kind: plan.OneOf, Default: "peers", Choices: []string{"peers", "clients"},
	Says: "the links with its peers, or those of the clients that are pinned to it",
}

// onClients is the value with which a client has to be there.
const onClients = "on=clients"

// eitherLinks is what faults with the parameter on take.
var eitherLinks = map[string][]plan.Resource{"on=peers": {plan.PeerLinks}, onClients: {plan.ClientLinks}}

// eitherNeeds is what those faults need of a runtime.
var eitherNeeds = map[string][]chaos.Ability{"on=peers": {chaos.CanShapePeers}, onClients: {chaos.CanCutClients}}

func resolveLinks(t chaos.Target, e plan.Event) (w memberLinks, err error) {
	w.target = t
	if w.member, err = chaos.Resolve(t, e.Target); err != nil {
		return w, err
	}
	w.resolved = map[string]string{"target": w.member}
	if e.Params["on"] == "clients" {
		return w, w.addClients(t)
	}
	return w, w.addPeers(t)
}

func (w *memberLinks) addPeers(t chaos.Target) (err error) {
	w.peers = without(t.Members(), w.member)
	if len(w.peers) == 0 {
		return fmt.Errorf("%s has no peers, and so no links with them", w.member)
	}
	w.links, err = linksOf(t, directions(split([]string{w.member}, w.peers)))
	return err
}

func (w *memberLinks) addClients(t chaos.Target) error {
	var names []string
	for _, client := range t.Clients() {
		if member, _ := t.Pinned(client); member != w.member {
			continue
		}
		l, err := t.ClientLink(client)
		if err != nil {
			return err
		}
		names, w.clients, w.links = append(names, client), append(w.clients, l), append(w.links, l.Up, l.Down)
	}
	if len(names) == 0 {
		return fmt.Errorf("no client is pinned to %s, and so it has no links with any", w.member)
	}
	w.resolved["clients"] = listed(names)
	return nil
}

// reset resets all connections of the links, and counts them.
func (w *memberLinks) reset() (connections int, err error) {
	for _, peer := range w.peers {
		n, err := w.target.ResetPeers(w.member, peer)
		if err != nil {
			return connections, err
		}
		connections += n
	}
	for _, l := range w.clients {
		connections += l.Reset()
	}
	return connections, nil
}

// Resolved is the member, and the clients where they matter.
func (w *memberLinks) Resolved() map[string]string { return w.resolved }
