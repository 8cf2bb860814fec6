package chaos

import (
	"fmt"

	"aftershock/internal/clock"
)

// ObservationKind says what a member was seen to do. The first three are raft's sentences about its leader (raft/v3
// node.go).
type ObservationKind string

// The kinds of observation.
const (
	Elected ObservationKind = "leader-elected" // "elected leader": had none, has one
	Changed ObservationKind = "leader-changed" // "changed leader from": had one, has another
	Lost    ObservationKind = "leader-lost"    // "lost leader": had one, has none
	Exited  ObservationKind = "member-exited"  // the member's process ended
	Started ObservationKind = "member-started" // the member serves clients
	Joined  ObservationKind = "member-joined"  // became a voting member
	Left    ObservationKind = "member-left"    // is not a member any more

	// Both are etcd's sentences (etcdserver/server.go).
	LogCompacted    ObservationKind = "log-compacted"    // raft's log is known to be cut off up to Index
	SnapshotApplied ObservationKind = "snapshot-applied" // took the leader's snapshot in place of entries
)

// Observation is one thing that one member was seen to do.
type Observation struct {
	At     clock.Nanos     `json:"at"`
	Member string          `json:"member"`
	Kind   ObservationKind `json:"kind"`
	Leader string          `json:"leader,omitempty"` // the new leader; for Lost the one that was lost
	Term   uint64          `json:"term,omitempty"`
	Index  uint64          `json:"index,omitempty"` // raft's, of LogCompacted and SnapshotApplied
}

// Follows tells whether the observation says that its member now has this leader.
func (o Observation) Follows(leader string) bool {
	return (o.Kind == Elected || o.Kind == Changed) && o.Leader == leader
}

// Sight says the observation in words.
func (o Observation) Sight() Sight {
	says := o.Member + ": " + string(o.Kind)
	switch o.Kind {
	case Elected, Changed:
		says = fmt.Sprintf("%s follows %s in term %d", o.Member, o.Leader, o.Term)
	case Lost:
		says = fmt.Sprintf("%s lost its leader %s", o.Member, o.Leader)
	case Exited:
		says = o.Member + " is gone"
	case Started:
		says = o.Member + " serves"
	case LogCompacted:
		says = fmt.Sprintf("%s cut its log off at index %d", o.Member, o.Index)
	case SnapshotApplied:
		says = fmt.Sprintf("%s took a snapshot at index %d", o.Member, o.Index)
	case Joined, Left:
	}
	return Sight{o.At, says}
}
