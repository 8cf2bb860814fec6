package cluster

import (
	"fmt"
	"strconv"
	"strings"

	"aftershock/chaos"
	"aftershock/internal/clock"

	"go.etcd.io/etcd/client/pkg/v3/types"
	"go.etcd.io/etcd/server/v3/etcdserver/api/membership"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// raftSpy is a zapcore.Core that hears raft say who leads. Nothing else gives the exact moment: polling Lead() misses
// short leaderless windows, and LeaderChangedNotify never fires on a loss.
type raftSpy struct {
	member  string
	names   map[uint64]string // raft id -> member name
	observe func(chaos.Observation)
	serving func() // the member answers its peers from now on
}

var _ zapcore.Core = (*raftSpy)(nil)

func (s *raftSpy) Enabled(l zapcore.Level) bool      { return l >= zapcore.InfoLevel }
func (s *raftSpy) With([]zapcore.Field) zapcore.Core { return s }
func (s *raftSpy) Sync() error                       { return nil }
func (s *raftSpy) Check(e zapcore.Entry, ce *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if strings.HasPrefix(e.Message, raftNodePrefix) || e.Message == servingPeers {
		return ce.AddCore(e, s)
	}
	return ce
}

func (s *raftSpy) Write(e zapcore.Entry, _ []zapcore.Field) error {
	if e.Message == servingPeers {
		s.serving()
		return nil
	}
	kind, leader, term, ok := parseLeadership(e.Message)
	if !ok {
		return nil
	}
	// The entry's time still carries Go's monotonic reading, so no wall-clock step between two members can reorder them.
	s.observe(chaos.Observation{
		At: clock.Of(e.Time), Member: s.member, Kind: kind, Leader: s.name(leader), Term: term,
	})
	return nil
}

func (s *raftSpy) name(id uint64) string {
	if name, ok := s.names[id]; ok {
		return name
	}
	return strconv.FormatUint(id, 16)
}

const (
	raftNodePrefix = "raft.node: "
	servingPeers   = "serving peer traffic" // embed/etcd.go, servePeers
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

// raftIDs computes every member's raft id as etcd will: from its advertised peer URLs and the cluster token.
func raftIDs(initialCluster, token string) (map[uint64]string, error) {
	urls, err := types.NewURLsMap(initialCluster)
	if err != nil {
		return nil, err
	}
	shape, err := membership.NewClusterFromURLsMap(zap.NewNop(), token, urls)
	if err != nil {
		return nil, err
	}
	names := map[uint64]string{}
	for _, m := range shape.Members() {
		names[uint64(m.ID)] = m.Name
	}
	return names, nil
}
