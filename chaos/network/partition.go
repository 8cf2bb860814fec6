package network

import (
	"fmt"
	"maps"
	"slices"
	"sync"
)

// Partition cuts links as a grudge says: for each member, the members that it does not hear (Jepsen's term,
// jepsen/nemesis.clj). {"n1": {"n2"}} cuts the link n2 -> n1 and leaves n1 -> n2 open.
//
// It cuts nothing unless all names are known. When it returns, all links are cut as Link.Cut says. Heal undoes these
// cuts and no others, so that a link which two partitions share opens with the second heal; calling it again does
// nothing.
func (n *PeerNetwork) Partition(grudge map[string][]string) (heal func(), err error) {
	links, err := n.severed(grudge)
	if err != nil {
		return nil, err
	}
	return cut(links), nil
}

// cut cuts links at one moment, and heals each as often.
func cut(links []*Link) (heal func()) {
	for _, l := range links {
		l.shut()
	}
	for _, l := range links {
		l.settle()
	}
	return sync.OnceFunc(func() {
		for _, l := range links {
			l.Heal()
		}
	})
}

// severed lists the links that a grudge cuts. A member named twice gives its link twice, to be cut and healed twice.
func (n *PeerNetwork) severed(grudge map[string][]string) ([]*Link, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	var links []*Link
	for _, hearer := range slices.Sorted(maps.Keys(grudge)) {
		if err := n.known(hearer); err != nil {
			return nil, fmt.Errorf("grudge: %w", err)
		}
		for _, heard := range grudge[hearer] {
			l, err := n.link(heard, hearer)
			if err != nil {
				return nil, fmt.Errorf("grudge of %s: %w", hearer, err)
			}
			links = append(links, l)
		}
	}
	return links, nil
}
