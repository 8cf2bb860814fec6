package cluster

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aftershock/internal/slow"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

func TestMembersAgreeOnWhatWasWritten(t *testing.T) {
	slow.Boots(t)
	for name, c := range map[string]Cluster{"processes": start(t, config(t, 3)), "embedded": startEmbedded(t)} {
		t.Run(name, func(t *testing.T) {
			before, err := c.Agree(patience(t), 10*time.Second)
			if err != nil {
				t.Fatal(err)
			}
			for range 5 {
				if err := c.Write(patience(t)); err != nil {
					t.Fatal(err)
				}
			}
			after, err := c.Agree(patience(t), 10*time.Second)
			if err != nil {
				t.Fatal(err)
			}
			if after.Members != 3 || after.Revision != before.Revision+5 || after.Hash == before.Hash || after.Took <= 0 {
				t.Errorf("before %+v, after five writes %+v", before, after)
			}
			if again, err := c.Agree(patience(t), 10*time.Second); err != nil || again.Hash != after.Hash || again.Revision != after.Revision {
				t.Errorf("nothing was written meanwhile: %+v, then %+v, %v", after, again, err)
			}
		})
	}
}

// A member that was killed and restarted is asked again from the first moment on.
func TestMembersAgreeAfterARestart(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	if _, err := c.Agree(patience(t), 10*time.Second); err != nil { // the connections are there before the kill
		t.Fatal(err)
	}
	if _, err := c.Crash(patience(t), "n2"); err != nil {
		t.Fatal(err)
	}
	if err := c.Write(patience(t)); err != nil {
		t.Fatal(err)
	}
	if err := c.Restart(patience(t), "n2"); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Agree(patience(t), 10*time.Second); err != nil || got.Members != 3 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestMembersThatDoNotAgreeAreNamed(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	leader, _ := c.Leader()
	var follower string
	for _, m := range c.Members() {
		if m != leader.Member {
			follower = m
		}
	}
	if err := c.Pause(follower); err != nil {
		t.Fatal(err)
	}
	_, err := c.Agree(patience(t), 300*time.Millisecond)
	if err == nil || !strings.Contains(err.Error(), "the members do not agree: ") ||
		!strings.Contains(err.Error(), follower+": no answer: ") || !strings.Contains(err.Error(), "300ms have passed") {
		t.Errorf("a member is paused: %v", err)
	}
	if err := c.Resume(follower); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Agree(patience(t), 10*time.Second); err != nil {
		t.Error(err)
	}
}

// A cluster with an alarm that was not disarmed is not whole.
func TestAnAlarmIsNoAgreement(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 1))
	client, err := c.control.client("n1")
	if err != nil {
		t.Fatal(err)
	}
	status, err := client.Status(patience(t), c.Endpoints()[0].ClientURL)
	if err != nil {
		t.Fatal(err)
	}
	alarm := &clientv3.AlarmMember{MemberID: status.Header.MemberId, Alarm: pb.AlarmType_NOSPACE}
	raise(t, client, alarm)
	if _, err := c.Agree(patience(t), time.Second); err == nil || !strings.Contains(err.Error(), "n1: memberID:") ||
		!strings.Contains(err.Error(), "NOSPACE") {
		t.Errorf("with an alarm: %v", err)
	}
	if _, err := client.AlarmDisarm(patience(t), alarm); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Agree(patience(t), 10*time.Second); err != nil {
		t.Error(err)
	}
}

func TestAgreementEndsWithItsContext(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 1))
	reason := errors.New("the user has had enough")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(reason)
	if _, err := c.Agree(ctx, time.Minute); !errors.Is(err, reason) {
		t.Errorf("error %v", err)
	}
}

func TestAgreed(t *testing.T) {
	at := func(revision, compacted int64, hash uint32) holding {
		return holding{revision: revision, compacted: compacted, hash: hash, hashed: true}
	}
	learner := func(revision int64) holding { return holding{revision: revision, learner: true} }
	for _, c := range []struct {
		name string
		held []holding
		want string // what differs; empty when nothing does
	}{
		{"one", []holding{at(7, 0, 1)}, ""},
		{"three", []holding{at(7, 2, 1), at(7, 2, 1), at(7, 2, 1)}, ""},
		{"a hash of zero is one", []holding{at(7, 2, 0), at(7, 2, 0)}, ""},
		{"the second differs in its hash", []holding{at(7, 2, 1), at(7, 2, 255), at(7, 2, 1)},
			"n1, n3: revision 7, compacted at 2, hash 00000001; n2: revision 7, compacted at 2, hash 000000ff"},
		{"the last is compacted less", []holding{at(7, 2, 1), at(7, 2, 1), at(7, 0, 1)},
			"n1, n2: revision 7, compacted at 2, hash 00000001; n3: revision 7, compacted at 0, hash 00000001"},
		{"the first lags", []holding{{revision: 6}, {revision: 7}, {revision: 7}}, "n1: revision 6; n2, n3: revision 7"},
		{"one does not answer", []holding{{revision: 7}, {err: errors.New("no answer: paused")}},
			"n1: revision 7; n2: no answer: paused"},
		{"the revisions are alike, and no hash was asked for", []holding{{revision: 7}, {revision: 7}}, "n1, n2: revision 7"},
		{"a learner that has come as far", []holding{learner(7), at(7, 2, 1), at(7, 2, 1)}, ""},
		{"a learner that lags", []holding{at(7, 2, 1), learner(5)},
			"n1: revision 7, compacted at 2, hash 00000001; n2: a learner at revision 5"},
		{"learners alone", []holding{learner(7)}, "n1: a learner at revision 7"},
	} {
		t.Run(c.name, func(t *testing.T) {
			same, ok := agreed(c.held)
			if ok != (c.want == "") || ok && (same.learner || same.revision != 7) {
				t.Fatalf("agreed on %+v: %t", same, ok)
			}
			if got := differing(Names(len(c.held)), c.held); !ok && got != c.want {
				t.Errorf("differing: %s\nwant       %s", got, c.want)
			}
		})
	}
}

// Members that lag or do not answer may come to hold the same. Only what nothing can mend is called different data.
func TestWhatIsCalledDifferentData(t *testing.T) {
	at := func(applied uint64, revision, compacted int64, hash uint32) holding {
		return holding{applied: applied, revision: revision, compacted: compacted, hash: hash, hashed: true}
	}
	silent := holding{err: errors.New("no answer: paused")}
	for _, c := range []struct {
		name     string
		held     []holding
		diverged bool
	}{
		{"the hash of one", []holding{at(9, 7, 2, 1), at(9, 7, 2, 255), at(9, 7, 2, 1)}, true},
		{"the hash of one, which is behind by entries that change nothing", []holding{at(9, 7, 2, 1), at(8, 7, 2, 255)}, true},
		{"the hash of one, and another does not answer", []holding{at(9, 7, 2, 1), silent, at(9, 7, 2, 255)}, true},
		{"other revisions after the same entries", []holding{{applied: 9, revision: 7}, {applied: 9, revision: 6}}, true},
		{"a learner at another revision after the same entries",
			[]holding{{applied: 9, revision: 7}, {applied: 9, revision: 6, learner: true}}, true},
		{"one was compacted by the same entries, and the other was not", []holding{at(9, 7, 2, 1), at(9, 7, 0, 255)}, true},
		{"etcd's own alarm", []holding{at(9, 7, 2, 1), {err: errors.New("alarm:CORRUPT"), corrupt: true}}, true},
		{"one has yet to be compacted", []holding{at(9, 7, 2, 1), at(8, 7, 0, 255)}, false},
		{"one is behind", []holding{{applied: 9, revision: 7}, {applied: 8, revision: 6}}, false},
		{"one does not answer", []holding{{applied: 9, revision: 7}, silent}, false},
		{"none answers", []holding{silent, silent}, false},
		{"they were not asked for hashes", []holding{{applied: 9, revision: 7}, {applied: 9, revision: 7}}, false},
	} {
		if got := errors.Is(disagreement(c.held), ErrDiverged); got != c.diverged {
			t.Errorf("%s: diverged %t, want %t", c.name, got, c.diverged)
		}
	}
}

// bbolt has no checksum over its records: only a comparison of members shows that a disk has changed one.
func TestMembersWithOtherDataHaveDiverged(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	client, err := c.control.client("n1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Put(patience(t), "aftershock/record", "the truth"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Agree(patience(t), 10*time.Second); err != nil { // n2 has it
		t.Fatal(err)
	}
	if _, err := c.Stop(patience(t), "n2"); err != nil {
		t.Fatal(err)
	}
	overwrite(t, filepath.Join(c.members["n2"].config.Dir, "member", "snap", "db"), "the truth", "a mistake")
	if err := c.Restart(patience(t), "n2"); err != nil {
		t.Fatal(err)
	}
	_, err = c.Agree(patience(t), 5*time.Second)
	if !errors.Is(err, ErrDiverged) || !strings.HasPrefix(err.Error(), "the members hold different data: n1, n3: revision ") {
		t.Errorf("n2 holds other data: %v", err)
	}
}

// overwrite replaces bytes of a file by as many others.
func overwrite(t *testing.T, file, old, by string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(content, []byte(old)) || len(old) != len(by) {
		t.Fatalf("%q is not in %s, or is not as long as %q", old, file, by)
	}
	if err := os.WriteFile(file, bytes.ReplaceAll(content, []byte(old), []byte(by)), 0o600); err != nil {
		t.Fatal(err)
	}
}

func raise(t *testing.T, client *clientv3.Client, alarm *clientv3.AlarmMember) {
	t.Helper()
	conn := pb.NewMaintenanceClient(client.ActiveConnection())
	_, err := conn.Alarm(patience(t), &pb.AlarmRequest{
		Action: pb.AlarmRequest_ACTIVATE, MemberID: alarm.MemberID, Alarm: alarm.Alarm,
	})
	if err != nil {
		t.Fatal(err)
	}
}
