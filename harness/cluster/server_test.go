package cluster

import (
	"strings"
	"testing"
	"time"
)

func TestSettingsOfAServer(t *testing.T) {
	base := Config{Members: 1, Tick: 50 * time.Millisecond, Election: 500 * time.Millisecond}
	for name, c := range map[string]struct {
		server Server
		want   string
	}{
		"none":                      {Server{}, ""},
		"a heartbeat for the shape": {Server{Heartbeat: 200 * time.Millisecond}, "at least 5 heartbeats of 200ms"},
		"an election of its own":    {Server{Heartbeat: 200 * time.Millisecond, Election: time.Second}, ""},
		"a feature":                 {Server{Features: map[string]bool{"LeaseCheckpont": true}}, `"LeaseCheckpoint"?`},
	} {
		base.Server = c.server
		err := base.Check()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// What an arm says reaches etcd's own configuration, and what it leaves out is the shape's or etcd's.
func TestSettingsReachTheMember(t *testing.T) {
	of := func(s Server) memberConfig {
		shape := Config{Tick: 50 * time.Millisecond, Election: 500 * time.Millisecond, SnapshotCount: 70}
		return memberConfig{
			Name: "n1", Dir: t.TempDir(), Token: "t", ClientURL: "http://127.0.0.1:1", PeerURL: "http://127.0.0.1:2",
			PeerAdvertised: "http://n1.peer:2380", InitialCluster: "n1=http://n1.peer:2380", Server: s.in(shape),
		}
	}
	all, err := of(Server{
		SnapshotCount: 99, Heartbeat: 20 * time.Millisecond, Election: time.Second, BatchLimit: 3,
		BatchInterval: 7 * time.Second, NoFsync: true, Features: map[string]bool{"LeaseCheckpoint": true},
	}).embed(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if all.SnapshotCount != 99 || all.SnapshotCatchUpEntries != 99 || all.TickMs != 20 || all.ElectionMs != 1000 ||
		all.BackendBatchLimit != 3 || all.BackendBatchInterval != 7*time.Second || !all.UnsafeNoFsync ||
		!all.ServerFeatureGate.Enabled("LeaseCheckpoint") {
		t.Errorf("got %+v", all)
	}
	none, err := of(Server{}).embed(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if none.SnapshotCount != 70 || none.TickMs != 50 || none.ElectionMs != 500 || none.UnsafeNoFsync ||
		none.BackendBatchLimit == 3 || none.ServerFeatureGate.Enabled("LeaseCheckpoint") {
		t.Errorf("without settings: %+v", none)
	}
}
