package plan

import (
	"fmt"
	"slices"
	"strings"
)

// roles is what a plan can know about the leader when an event fires. The pins say it at the start; from then on it
// follows from the events. Words that are resolved when an event fires need no such knowledge.
type roles struct {
	leader  string   // a member that leads, by name or pin; "" while that is not known
	follows []string // those that do not lead, whichever member does
}

// rolesAtStart learns from pins alone who leads: names do not say.
func rolesAtStart() roles { return roles{leader: atStart + leader} }

// are tells whether a target is certain to have a role.
func (k roles) are(want Role, word, member string) bool {
	switch {
	case want == AnyRole:
		return true
	case isRole(word):
		return (word == leader) == (want == Leads)
	case want == Leads:
		return k.leader == member
	}
	return slices.Contains(k.follows, member) || k.leader != "" && !mayBeOne(k.leader, member)
}

// after returns what is known once an event is over.
func (k roles) after(r FaultRule, e FaultSpec, p places) roles {
	takes := r.takes(e.Params)
	target := p.member(e.Target)
	if e.Target == leader {
		target = k.leader
	}
	switch {
	case r.Moves:
		return roles{leader: p.member(e.To), follows: only(target)}
	case r.Deposes:
		return roles{follows: only(target)}
	case r.Role == Follows:
		return k // the leader keeps its majority
	case slices.Contains(takes, Quorum) || slices.Contains(takes, PeerLinks):
		return roles{}
	}
	return k
}

func only(member string) []string {
	if member == "" {
		return nil
	}
	return []string{member}
}

// check refuses a target or a destination that may have another role than the fault needs, and a target to which no
// client may be pinned where the fault is about those links.
func (k roles) check(r FaultRule, e FaultSpec, p places, members int) error {
	want := r.role(e.Params)
	switch {
	case e.Target != "" && !k.are(want, e.Target, p.member(e.Target)):
		if want == Leads {
			return fmt.Errorf("%s needs a target that leads, and %s may follow by then: write leader, or move "+
				"leadership there before", r.Name, e.Target)
		}
		return fmt.Errorf("%s needs a target that follows, and %s may lead by then: write follower, or move "+
			"leadership away before", r.Name, e.Target)
	case r.Moves && e.To != "" && !k.are(Follows, e.To, p.member(e.To)):
		return fmt.Errorf("%s needs a destination that follows, and %s may lead by then: write follower", r.Name, e.To)
	case r.Has(e.Params, r.PinnedWith) && !k.hasClient(e.Target, p, members):
		return fmt.Errorf("%s with %s needs a target to which a client is pinned, and none may be pinned to %s "+
			"by then: write client.<name>",
			r.Name, r.PinnedWith, e.Target)
	}
	return nil
}

// hasClient tells whether a client is certain to be pinned to a target.
func (k roles) hasClient(target string, p places, members int) bool {
	member := p.member(target)
	if target == leader {
		member = k.leader
	}
	var taken []string // pins to members that differ
	for _, pin := range p {
		at := pinned(pin)
		if at == member && member != atStart+follower {
			return true
		}
		if !slices.ContainsFunc(taken, func(other string) bool { return mayBeOne(at, other) }) {
			taken = append(taken, at)
		}
	}
	return strings.HasPrefix(target, clientWord) || len(taken) == members && members > 0
}
