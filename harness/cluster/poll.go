package cluster

import (
	"context"
	"time"

	"aftershock/chaos"
	"aftershock/internal/clock"
)

const (
	// PollInterval is how often each member whose log cannot be read is asked whom it follows.
	PollInterval = 20 * time.Millisecond
	// silence is how long a member may take to answer before it counts as out of reach.
	silence = time.Second
)

// poller asks one member whom it follows.
type poller struct {
	member  string
	control *control
	name    func(id uint64) string // of a member, by its raft id
	add     func(chaos.Observation)
}

// poll asks until the context ends.
func (p poller) poll(ctx context.Context) {
	tick := time.NewTicker(PollInterval)
	defer tick.Stop()
	var was look
	var led chaos.Leadership // whom it followed last
	for {
		is := p.look(ctx)
		if ctx.Err() != nil {
			return
		}
		if !is.torn(led) {
			for _, o := range was.changes(is, p.member, clock.Now()) {
				p.add(o)
			}
			was = is
			if is.leader != "" {
				led = chaos.Leadership{Member: is.leader, Term: is.term}
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// look asks once. A member that has left has no client, and gives no answer.
func (p poller) look(ctx context.Context) look {
	client, err := p.control.client(p.member)
	if err != nil {
		return look{}
	}
	ctx, cancel := context.WithTimeout(ctx, silence)
	defer cancel()
	status, err := statusOf(ctx, client)
	if err != nil {
		return look{}
	}
	is := look{answered: true, term: status.RaftTerm}
	if status.Leader != 0 {
		is.leader = p.name(status.Leader)
	}
	return is
}

// look is a member's status at a moment; the zero value is a member that did not answer.
type look struct {
	answered bool
	leader   string // "" while it follows no leader
	term     uint64
}

// torn tells whether a look names the new leader and still the old one's term, which led tells of. A member's status
// has the leader from raft at once, and the term from the last entry that was applied (server/v3 etcdserver/server.go,
// setTerm in apply), which is a moment later; but no term has two leaders. Taken as it stands, such a look would say
// that a member follows the leader before the election in which it was elected.
func (is look) torn(led chaos.Leadership) bool {
	return is.leader != "" && is.leader != led.Member && is.term == led.Term
}

// changes says what happened to a member between two looks, in the words of raft's log. Its moment is that of the
// second look: it happened at some time since the first, and was not seen before.
//
// A member that does not answer any more is taken to have lost its leader, not to have ended: it may be alive and out
// of reach. Two changes between two looks count as one, and a leader lost and found again in the same term is not seen.
func (was look) changes(is look, member string, at clock.Nanos) []chaos.Observation {
	var seen []chaos.Observation
	if is.answered && !was.answered {
		seen = append(seen, chaos.Observation{At: at, Member: member, Kind: chaos.Started})
	}
	said := chaos.Observation{At: at, Member: member, Leader: is.leader, Term: is.term}
	switch {
	case was.leader == is.leader && (was.term == is.term || is.leader == ""):
		return seen
	case was.leader == "":
		said.Kind = chaos.Elected
	case is.leader == "":
		said.Kind, said.Leader, said.Term = chaos.Lost, was.leader, max(was.term, is.term)
	default:
		said.Kind = chaos.Changed
	}
	return append(seen, said)
}
