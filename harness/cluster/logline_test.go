package cluster

import (
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/internal/clock"
)

// The lines are those of etcd 3.4.23, 3.5.12 and 3.6.8.
func TestLinesOfALog(t *testing.T) {
	read := time.Now()
	ago := func(d time.Duration, layout string) string { return read.Add(-d).UTC().Format(layout) }
	const millis, micros = "2006-01-02T15:04:05.000Z", "2006-01-02T15:04:05.999999Z0700"
	for name, c := range map[string]struct {
		line string
		want chaos.Observation
		late time.Duration // of the moment, before the reading
	}{
		"3.4": {`{"level":"info","ts":"` + ago(40*time.Millisecond, millis) + `","caller":"raft/node.go:327","msg":` +
			`"raft.node: 1 elected leader 2 at term 7"}`, chaos.Observation{Kind: chaos.Elected, Leader: "n2", Term: 7},
			39 * time.Millisecond},
		"3.5": {`{"level":"info","ts":"` + ago(40123*time.Microsecond, micros) + `","logger":"raft","caller":` +
			`"etcdserver/zap_raft.go:77","msg":"raft.node: 1 lost leader 2 at term 7"}`,
			chaos.Observation{Kind: chaos.Lost, Leader: "n2", Term: 7}, 40123 * time.Microsecond},
		"a compaction": {`{"level":"info","ts":"` + ago(time.Second, micros) + `","msg":"compacted Raft logs",` +
			`"compact-index":5001}`, chaos.Observation{Kind: chaos.LogCompacted, Index: 5001}, time.Second},
		"a snapshot": {`{"ts":"` + ago(time.Second, micros) + `","msg":"applied snapshot","current-snapshot-index":4,` +
			`"incoming-leader-snapshot-index":900}`, chaos.Observation{Kind: chaos.SnapshotApplied, Index: 900},
			time.Second},
		"a stamp that lies ahead": {`{"ts":"2999-01-01T00:00:00Z","msg":"raft.node: 1 elected leader 2 at term 7"}`,
			chaos.Observation{Kind: chaos.Elected, Leader: "n2", Term: 7}, 0},
		"no stamp": {`{"msg":"raft.node: 1 elected leader 2 at term 7"}`,
			chaos.Observation{Kind: chaos.Elected, Leader: "n2", Term: 7}, 0},
	} {
		var got []chaos.Observation
		spy := &raftSpy{member: "n1", names: map[uint64]string{1: "n1", 2: "n2"}, serving: func() {},
			observe: func(o chaos.Observation) { got = append(got, o) }}
		spy.hearLine([]byte(c.line), read)
		if len(got) != 1 {
			t.Errorf("%s: heard %+v", name, got)
			continue
		}
		late := clock.Of(read).Sub(got[0].At)
		c.want.Member, c.want.At = "n1", got[0].At
		if got[0] != c.want || (late-c.late).Abs() > time.Millisecond {
			t.Errorf("%s: %+v, %v before it was read; want %+v, %v", name, got[0], late, c.want, c.late)
		}
	}
}

func FuzzLinesOfALog(f *testing.F) {
	f.Add([]byte(`{"ts":"2026-01-02T03:04:05.678Z","msg":"raft.node: 1 elected leader 2 at term 7"}`))
	f.Add([]byte(`{"ts":"2026-01-02T03:04:05.678+0100","msg":"compacted Raft logs","compact-index":-1}`))
	f.Add([]byte("{"))
	f.Fuzz(func(t *testing.T, line []byte) {
		read := time.Now()
		spy := &raftSpy{member: "n1", serving: func() {}, observe: func(o chaos.Observation) {
			if o.At > clock.Of(read) || o.Kind == "" || o.Member != "n1" {
				t.Errorf("%q: %+v, read at %v", line, o, clock.Of(read))
			}
		}}
		spy.hearLine(line, read)
	})
}
