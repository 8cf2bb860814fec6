package plan

import "strings"

// place is the owner of a resource, as far as a plan can know: a member, a client, or the whole cluster.
type place struct {
	client string // the links of this client alone; "" for those of all clients
	member string // a name, or atStart and the word of a pin; "" for any member, which is known when the event fires
	all    bool   // every member
}

// atStart marks a word that was resolved when the trial started and stays: the pin of a client.
const atStart = "@"

// places resolves the words of one plan's targets.
type places map[string]string // client -> its pin

func placesOf(clients []Client) places {
	p := places{}
	for _, c := range clients {
		p[c.Name] = c.Pin
	}
	return p
}

// of gives the place that an event's target stands for.
func (p places) of(r FaultRule, target string) place {
	if r.Aim == AtCluster {
		return place{all: true}
	}
	at := place{member: p.member(target)}
	if r.Aim == AtClient {
		at.client = target
	}
	return at
}

// member gives a name, a pin, or "" for a word that is resolved when the event fires.
func (p places) member(word string) string {
	if client, ok := strings.CutPrefix(word, clientWord); ok {
		return pinned(p[client])
	}
	if isRole(word) {
		return ""
	}
	return word
}

func pinned(pin string) string {
	if isRole(pin) {
		return atStart + pin
	}
	return pin
}

// isRole tells whether a word means the member that leads, or one that follows, at some moment.
func isRole(word string) bool {
	return word == leader || word == follower || strings.HasPrefix(word, follower+".")
}

// meets tells whether two places may be one when their events fire.
func (p place) meets(other place) bool {
	switch {
	case p.client != "" && other.client != "":
		return p.client == other.client
	case p.all || other.all:
		return true
	}
	return mayBeOne(p.member, other.member)
}

// mayBeOne tells whether two members may be the same. Names differ, and so do the pins that the start has resolved.
func mayBeOne(a, b string) bool {
	switch {
	case a == "" || b == "" || a == b:
		return true
	case !strings.HasPrefix(a, atStart) || !strings.HasPrefix(b, atStart):
		return strings.HasPrefix(a, atStart) || strings.HasPrefix(b, atStart)
	case a == atStart+leader || b == atStart+leader:
		return false
	}
	return a == atStart+follower || b == atStart+follower // not drawn yet: any of them
}
