package faults

import (
	"aftershock/chaos/network"
)

// wire is what connects two members, or a client and its member, and was reset.
type wire struct {
	link   *network.Link
	client string // none between members
	had    int64  // connections until then, those that had ended included
	reset  int    // connections that were open
}

// resetAll resets the connections of all who have new certificates: those of members are with their clients as well.
func (f *rotation) resetAll() error {
	for i, a := range f.members {
		for _, b := range f.members[i+1:] {
			if err := f.resetPeers(a, b); err != nil {
				return err
			}
		}
	}
	for _, c := range f.target.Clients() {
		link, err := f.target.ClientLink(c)
		if err != nil {
			return err
		}
		had := link.Up.Opened()
		f.wires = append(f.wires, wire{link: link.Up, client: c, had: had, reset: link.Reset()})
	}
	return nil
}

func (f *rotation) resetPeers(a, b string) error {
	link, err := f.target.PeerLink(a, b) // counts the connections of both directions
	if err != nil {
		return err
	}
	had := link.Opened()
	n, err := f.target.ResetPeers(a, b)
	f.wires = append(f.wires, wire{link: link, had: had, reset: n})
	return err
}

// reset counts the connections that were reset.
func (f *rotation) reset() (connections int) {
	for _, w := range f.wires {
		connections += w.reset
	}
	return connections
}
