package cluster

import (
	"slices"
	"testing"

	"aftershock/chaos"

	"go.uber.org/zap"
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

// The sentences and fields are those of etcdserver/server.go of etcd 3.7.3; TestALaggingFollowerTakesASnapshot fails if
// they change.
func TestTheSpyHearsWhatBecomesOfRaftsLog(t *testing.T) {
	triggered, skipped := say(snapshotTriggered), say(compactionSkipped)
	saved := func(at uint64) sentence { return say(snapshotSaved, zap.Uint64("snapshot-index", at)) }
	applied := say(snapshotApplied, zap.Uint64("current-applied-index", 3), zap.Uint64("incoming-leader-snapshot-index", 700))
	for _, c := range []struct {
		name      string
		sentences []sentence
		want      []chaos.Observation
	}{
		{"a snapshot alone may yet be followed by a refusal", []sentence{triggered, saved(300)}, nil},
		{"the next one tells that it was cut off", []sentence{triggered, saved(300), triggered}, []chaos.Observation{
			{Member: "n1", Kind: chaos.LogCompacted, Index: 200},
		}},
		{"once a snapshot", []sentence{saved(300), triggered, triggered}, []chaos.Observation{
			{Member: "n1", Kind: chaos.LogCompacted, Index: 200},
		}},
		{"it was skipped", []sentence{saved(300), skipped, triggered, saved(500), triggered}, []chaos.Observation{
			{Member: "n1", Kind: chaos.LogCompacted, Index: 400},
		}},
		{"it is shorter than what is kept", []sentence{saved(100), triggered}, nil},
		{"the leader's snapshot", []sentence{applied}, []chaos.Observation{
			{Member: "n1", Kind: chaos.SnapshotApplied, Index: 700},
		}},
		{"something else", []sentence{say("compacted Raft logs", zap.Uint64("compact-index", 9))}, nil},
	} {
		var got []chaos.Observation
		logger := zap.New(&raftSpy{member: "n1", catchUp: 100, observe: func(o chaos.Observation) {
			o.At = 0
			got = append(got, o)
		}})
		for _, s := range c.sentences {
			logger.Info(s.message, s.fields...)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: heard %+v, want %+v", c.name, got, c.want)
		}
	}
}

// A leader that is elected again while a member follows it is no other leader, and raft.node says nothing.
func TestTheSpyHearsOfALeaderThatIsElectedAgain(t *testing.T) {
	const lost, elected = "raft.node: 1 lost leader 2 at term 3", "raft.node: 1 elected leader 2 at term 3"
	later := func(what, from string) string {
		return "1 [term: 3] received a " + what + " message with higher term from " + from + " [term: 4]"
	}
	again := chaos.Observation{Member: "n1", Kind: chaos.Changed, Leader: "n2", Term: 4}
	for _, c := range []struct {
		name string
		says []string
		want []chaos.Observation
	}{
		{"elected again", []string{elected, later("MsgHeartbeat", "2")}, []chaos.Observation{again}},
		{"said twice", []string{elected, later("MsgApp", "2"), later("MsgHeartbeat", "2")}, []chaos.Observation{again}},
		{"another one, which raft.node will name", []string{elected, later("MsgApp", "3")}, nil},
		{"lost before, and so named again", []string{elected, lost, later("MsgApp", "2")}, nil},
		{"a candidate wants votes", []string{elected, later("MsgVote", "2")}, nil},
	} {
		var got []chaos.Observation
		logger := zap.New(&raftSpy{member: "n1", names: map[uint64]string{2: "n2", 3: "n3"},
			observe: func(o chaos.Observation) {
				if o.At = 0; o.Term > 3 {
					got = append(got, o)
				}
			}})
		for _, s := range c.says {
			logger.Info(s)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: heard %+v, want %+v", c.name, got, c.want)
		}
	}
}

type sentence struct {
	message string
	fields  []zap.Field
}

func say(message string, fields ...zap.Field) sentence { return sentence{message, fields} }
