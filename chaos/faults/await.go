package faults

import (
	"context"
	"fmt"

	"aftershock/chaos"
	"aftershock/internal/clock"
)

// awaitAllFollow waits until each of the members has said since the given moment that it follows a leader, and returns
// when the last of them did.
func awaitAllFollow(ctx context.Context, t chaos.Observer, since clock.Nanos, members []string) (chaos.Sight, error) {
	last := chaos.Sight{At: since}
	for _, m := range members {
		o, err := t.Await(ctx, since, func(o chaos.Observation) bool { return o.Member == m && o.Follows(o.Leader) })
		if err != nil {
			return chaos.Sight{}, fmt.Errorf("%s follows no leader: %w", m, err)
		}
		if o.At > last.At {
			last = o.Sight()
		}
	}
	return last, nil
}

// awaitGone waits until a member's process was seen to have ended since the given moment.
func awaitGone(ctx context.Context, t chaos.Observer, since clock.Nanos, member string) (chaos.Sight, error) {
	o, err := t.Await(ctx, since, func(o chaos.Observation) bool {
		return o.Member == member && o.Kind == chaos.Exited
	})
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("%s is there still: %w", member, err)
	}
	return o.Sight(), nil
}

// awaitSuccessor waits until a member other than the old leader has said since the given moment that it follows another
// one.
func awaitSuccessor(ctx context.Context, t chaos.Observer, since clock.Nanos, old string) (chaos.Sight, error) {
	o, err := t.Await(ctx, since, func(o chaos.Observation) bool {
		return o.Member != old && o.Leader != old && o.Follows(o.Leader)
	})
	return o.Sight(), err
}

// awaitAgreement waits until the latest observation of every member names the same leader and term, and returns when
// the last of them said so; since, if they had agreed before it. Members without an observation since from, when the
// harm began, are taken to follow the given leader.
func awaitAgreement(ctx context.Context, t chaos.Target, from, since clock.Nanos, leader chaos.Leadership,
) (chaos.Sight, error) {
	var now agreement
	_, err := poll(ctx, func() bool {
		now = agreementOf(t, from, leader)
		return now.lone == ""
	})
	if err != nil {
		return chaos.Sight{}, fmt.Errorf("%s: %w", now.lone, err)
	}
	return chaos.Sight{
		At: max(since, now.at), Saw: fmt.Sprintf("all follow %s in term %d", now.leader.Member, now.leader.Term),
	}, nil
}

// agreement is what the members' latest observations amount to.
type agreement struct {
	at     clock.Nanos      // of the last sentence
	leader chaos.Leadership // whom all of them follow
	lone   string           // or who does not
}

func agreementOf(t chaos.Target, from clock.Nanos, leader chaos.Leadership) agreement {
	follows := map[string]chaos.Leadership{}
	for _, m := range t.Members() {
		follows[m] = leader
	}
	a := agreement{at: from}
	said(t, from, func(o chaos.Observation) {
		switch o.Kind {
		case chaos.Elected, chaos.Changed:
			follows[o.Member] = chaos.Leadership{Member: o.Leader, Term: o.Term}
		case chaos.Lost, chaos.Exited:
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
		case a.leader == chaos.Leadership{}:
			a.leader = l
		case l != a.leader:
			a.lone = fmt.Sprintf("%s follows %s in term %d, others %s in term %d", m, l.Member, l.Term, a.leader.Member,
				a.leader.Term)
		}
	}
	return a
}

// said goes through the observations since a moment. Await looks at existing observations before it waits; here it
// must not wait.
func said(t chaos.Observer, since clock.Nanos, each func(chaos.Observation)) {
	over, cancel := context.WithCancel(context.Background())
	cancel()
	_, _ = t.Await(over, since, func(o chaos.Observation) bool { // never found, and so always an error
		each(o)
		return false
	})
}
