package cluster

import (
	"testing"

	"aftershock/chaos"
)

// The lines are what etcd 3.7.3 with raft 3.7.0 writes; TestProcessesAnswerALinearizableWrite fails if that changes.
func TestParseLeadership(t *testing.T) {
	for _, c := range []struct {
		message string
		kind    chaos.ObservationKind
		leader  uint64
		term    uint64
		ok      bool
	}{
		{"raft.node: 74fa822df688503b elected leader 8fdea6a4a56e7e65 at term 2", chaos.Elected, 0x8fdea6a4a56e7e65, 2, true},
		{"raft.node: 1 changed leader from 2 to 3 at term 17", chaos.Changed, 3, 17, true},
		{"raft.node: 1 lost leader 2 at term 5", chaos.Lost, 2, 5, true},
		{"raft.node: 1 lost leader", "", 0, 0, false},
		{"8fdea6a4a56e7e65 became leader at term 2", "", 0, 0, false},
	} {
		kind, leader, term, ok := parseLeadership(c.message)
		if kind != c.kind || leader != c.leader || term != c.term || ok != c.ok {
			t.Errorf("%q: %q %x %d %v", c.message, kind, leader, term, ok)
		}
	}
}

func FuzzParseLeadership(f *testing.F) {
	f.Add("raft.node: 1 changed leader from 2 to 3 at term 17")
	f.Fuzz(func(t *testing.T, message string) {
		if kind, _, _, ok := parseLeadership(message); ok != (kind != "") {
			t.Fatalf("%q: kind %q, ok %v", message, kind, ok)
		}
	})
}
