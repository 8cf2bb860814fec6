package cluster

import (
	"fmt"
	"strings"

	"aftershock/chaos"
	"aftershock/internal/clock"

	"go.uber.org/zap/zapcore"
)

// raftSpy is a zapcore.Core that hears raft say who leads, and the server what became of raft's log. Nothing else
// gives the exact moment: polling Lead() misses short leaderless windows, and LeaderChangedNotify never fires on a
// loss.
type raftSpy struct {
	member  string
	names   map[uint64]string // raft id -> member name
	observe func(chaos.Observation)
	serving func() // the member answers its peers from now on
	catchUp uint64 // entries that are kept behind a snapshot
	saved   uint64 // up to where a snapshot was saved; touched by the one goroutine that applies entries
	// the leader that raft named last, 0 for none; this and its term are touched by raft's goroutine alone
	follows uint64
	term    uint64
}

var _ zapcore.Core = (*raftSpy)(nil)

func (s *raftSpy) Enabled(l zapcore.Level) bool      { return l >= zapcore.InfoLevel }
func (s *raftSpy) With([]zapcore.Field) zapcore.Core { return s }
func (s *raftSpy) Sync() error                       { return nil }
func (s *raftSpy) Check(e zapcore.Entry, ce *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if hears(e.Message) {
		return ce.AddCore(e, s)
	}
	return ce
}

// hears tells whether a sentence may be one that the spy wants.
func hears(message string) bool {
	switch message {
	case servingPeers, snapshotTriggered, snapshotSaved, compactionSkipped, snapshotApplied:
		return true
	}
	return strings.HasPrefix(message, raftNodePrefix) || strings.Contains(message, higherTerm)
}

func (s *raftSpy) Write(e zapcore.Entry, fields []zapcore.Field) error {
	switch e.Message {
	case servingPeers:
		s.serving()
		return nil
	case snapshotTriggered, snapshotSaved, compactionSkipped:
		s.hearCompaction(e, fields)
		return nil
	case snapshotApplied:
		s.observe(s.about(e, chaos.SnapshotApplied, field(fields, "incoming-leader-snapshot-index")))
		return nil
	}
	kind, leader, term, ok := parseLeadership(e.Message)
	if !ok {
		kind, leader, term, ok = s.sameLeaderLater(e.Message)
	}
	if !ok {
		return nil
	}
	s.follows, s.term = leader, term
	if kind == chaos.Lost {
		s.follows = 0
	}
	// The entry's time still carries Go's monotonic reading, so no wall-clock step between two members can reorder
	// them.
	s.observe(chaos.Observation{
		At: clock.Of(e.Time), Member: s.member, Kind: kind, Leader: s.name(leader), Term: term,
	})
	return nil
}

// sameLeaderLater hears of a leader that was elected again while the member followed it. raft names a leader only
// when it is another one than before (node.go), so that the member would be thought to follow in the old term for
// good. It says that a message of a higher term came, and of those that only a leader sends it follows the sender
// (raft.go, Step).
func (s *raftSpy) sameLeaderLater(message string) (kind chaos.ObservationKind, leader, term uint64, ok bool) {
	var self, old uint64
	var what string
	n, _ := fmt.Sscanf(message, "%x [term: %d] received a %s message with higher term from %x [term: %d]", &self,
		&old, &what, &leader, &term)
	leads := what == "MsgApp" || what == "MsgHeartbeat" || what == "MsgSnap"
	return chaos.Changed, leader, term, n == 5 && leads && leader == s.follows && term > s.term
}

// hearCompaction tells that the log was cut off as soon as that is certain. The server says "compacted Raft logs" at
// the debug level only, and a logger that listens at that level makes the server put every request into words, which
// would be measured with it. But it cuts the log off in the same breath as it saves a snapshot, or says that it skips
// that; so when it turns to the next snapshot and has not said so, the log ends where it had to
// (snapshotIfNeededAndCompactRaftLog and compactRaftLog in etcdserver/server.go).
func (s *raftSpy) hearCompaction(e zapcore.Entry, fields []zapcore.Field) {
	switch e.Message {
	case snapshotSaved:
		s.saved = field(fields, "snapshot-index")
	case compactionSkipped:
		s.saved = 0
	case snapshotTriggered:
		if s.saved > s.catchUp {
			s.observe(s.about(e, chaos.LogCompacted, s.saved-s.catchUp))
		}
		s.saved = 0
	}
}

func (s *raftSpy) about(e zapcore.Entry, kind chaos.ObservationKind, index uint64) chaos.Observation {
	return chaos.Observation{At: clock.Of(e.Time), Member: s.member, Kind: kind, Index: index}
}

// field finds a number among a sentence's fields; 0 when there is none of that name.
func field(fields []zapcore.Field, key string) uint64 {
	for _, f := range fields {
		if f.Key == key && f.Type == zapcore.Uint64Type {
			return uint64(f.Integer)
		}
	}
	return 0
}

func (s *raftSpy) name(id uint64) string { return nameIn(s.names, id) }

const (
	raftNodePrefix = "raft.node: "
	higherTerm     = " message with higher term from "
	servingPeers   = "serving peer traffic" // embed/etcd.go, servePeers

	// Those of etcdserver/server.go.
	snapshotTriggered = "triggering snapshot"
	snapshotSaved     = "saved snapshot to disk"
	compactionSkipped = "skip compaction since there is an inflight snapshot"
	snapshotApplied   = "applied snapshot"
)

// parseLeadership reads raft's three sentences about its leader, as go.etcd.io/raft/v3 node.go writes them.
func parseLeadership(message string) (kind chaos.ObservationKind, leader, term uint64, ok bool) {
	var self, old uint64
	if n, _ := fmt.Sscanf(message, raftNodePrefix+"%x elected leader %x at term %d", &self, &leader, &term); n == 3 {
		return chaos.Elected, leader, term, true
	}
	if n, _ := fmt.Sscanf(message, raftNodePrefix+"%x changed leader from %x to %x at term %d", &self, &old, &leader, &term); n == 4 {
		return chaos.Changed, leader, term, true
	}
	if n, _ := fmt.Sscanf(message, raftNodePrefix+"%x lost leader %x at term %d", &self, &leader, &term); n == 3 {
		return chaos.Lost, leader, term, true
	}
	return "", 0, 0, false
}
