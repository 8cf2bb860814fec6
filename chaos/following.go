package chaos

// Following is who votes and whom each member follows, by the latest observation of each.
//
// A cluster follows a leader while a majority of its voters follows it in one term, and it is a voter that follows
// itself. All are needed. An isolated leader still believes in itself, and has no majority. A leader that was killed
// has one, until its followers' election time-outs: it does not follow itself any more. A member that is paused says
// nothing, and goes on counting for what it said last: a majority without it decides.
type Following struct {
	voters  map[string]bool // learners follow a leader too, and do not count
	leaders map[string]Leadership
}

// NewFollowing begins with these voters, which follow no leader yet.
func NewFollowing(voters []string) *Following {
	f := &Following{voters: map[string]bool{}, leaders: map[string]Leadership{}}
	for _, v := range voters {
		f.voters[v] = true
	}
	return f
}

// Take adds an observation of a member.
func (f *Following) Take(o Observation) {
	switch o.Kind {
	case Elected, Changed:
		f.leaders[o.Member] = Leadership{Member: o.Leader, Term: o.Term}
	case Lost, Exited:
		delete(f.leaders, o.Member)
	case Joined:
		f.voters[o.Member] = true
	case Left:
		delete(f.voters, o.Member) // what it goes on saying until it ends counts for no majority
		delete(f.leaders, o.Member)
	case Started, LogCompacted, SnapshotApplied: // says nothing of a leader
	}
}

// Votes tells whether a member has a vote.
func (f *Following) Votes(member string) bool { return f.voters[member] }

// Leader returns the leader that the cluster follows, and false while it follows none. There are never two.
func (f *Following) Leader() (Leadership, bool) {
	votes := map[Leadership]int{}
	for voter := range f.voters {
		l, ok := f.leaders[voter]
		// A leader that was removed leads until it ends, to no end.
		if !ok || !f.voters[l.Member] || f.leaders[l.Member] != l {
			continue
		}
		votes[l]++
		if votes[l] > len(f.voters)/2 {
			return l, true
		}
	}
	return Leadership{}, false
}
