package chaos

import (
	"context"
	"fmt"

	"aftershock/internal/clock"
)

// awaitAgreement waits until all members follow one leader in one term, by the last sentence of each, and tells when the
// last of them said so: at since, when they had agreed before it. At the moment from, when the harm began, all of them
// followed the leader that is given; who has said nothing since then still does.
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

// agreement is what the members' last sentences come to.
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

// said goes through what was observed since a moment. Await looks at what there is before it waits, and here it is not
// to wait.
func said(t Observer, since clock.Nanos, each func(Observation)) {
	over, cancel := context.WithCancel(context.Background())
	cancel()
	_, _ = t.Await(over, since, func(o Observation) bool { // never found, and so always an error
		each(o)
		return false
	})
}
