package chaos

import (
	"context"
	"fmt"

	"aftershock/internal/clock"
)

// awaitAgreement waits until the latest observation of every member names the same leader and term, and returns when
// the last of them said so; since, if they had agreed before it. Members without an observation since from, when the
// harm began, are taken to follow the given leader.
func awaitAgreement(ctx context.Context, t Target, from, since clock.Nanos, leader Leadership) (Sight, error) {
	var now agreement
	_, err := poll(ctx, func() bool {
		now = agreementOf(t, from, leader)
		return now.lone == ""
	})
	if err != nil {
		return Sight{}, fmt.Errorf("%s: %w", now.lone, err)
	}
	return Sight{
		max(since, now.at), fmt.Sprintf("all follow %s in term %d", now.leader.Member, now.leader.Term),
	}, nil
}

// agreement is what the members' latest observations amount to.
type agreement struct {
	at     clock.Nanos // of the last sentence
	leader Leadership  // whom all of them follow
	lone   string      // or who does not
}

func agreementOf(t Target, from clock.Nanos, leader Leadership) agreement {
	follows := map[string]Leadership{}
	for _, m := range t.Members() {
		follows[m] = leader
	}
	a := agreement{at: from}
	said(t, from, func(o Observation) {
		switch o.Kind {
		case Elected, Changed:
			follows[o.Member] = Leadership{o.Leader, o.Term}
		case Lost, Exited:
			delete(follows, o.Member)
		default:
			return
		}
		a.at = max(a.at, o.At)
	})
	for _, m := range t.Members() {
		l, ok := follows[m]
		switch {
		case !ok:
			a.lone = m + " follows no leader"
		case a.leader == Leadership{}:
			a.leader = l
		case l != a.leader:
			a.lone = fmt.Sprintf("%s follows %s in term %d, others %s in term %d", m, l.Member, l.Term, a.leader.Member, a.leader.Term)
		}
	}
	return a
}

// said goes through the observations since a moment. Await looks at existing observations before it waits; here it
// must not wait.
func said(t Observer, since clock.Nanos, each func(Observation)) {
	over, cancel := context.WithCancel(context.Background())
	cancel()
	_, _ = t.Await(over, since, func(o Observation) bool { // never found, and so always an error
		each(o)
		return false
	})
}
