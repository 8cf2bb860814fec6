package cluster

import (
	"context"
	"errors"
	"net"
	"os"
	"slices"
	"strings"
	"testing"

	"aftershock/chaos"
	"aftershock/internal/clock"
	"aftershock/internal/slow"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// voters asks the cluster itself who has a vote, and who learns.
func voters(t *testing.T, c *Processes) (voters, learners []string) {
	t.Helper()
	leader, err := c.awaitLeader(patience(t), anyLeader)
	if err != nil {
		t.Fatal(err)
	}
	client, err := c.Admin(leader.Member)
	if err != nil {
		t.Fatal(err)
	}
	list, err := client.MemberList(patience(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range list.Members {
		if m.IsLearner {
			learners = append(learners, m.Name)
		} else {
			voters = append(voters, m.Name)
		}
	}
	slices.SortFunc(voters, byName)
	return voters, learners
}

func expect(t *testing.T, c *Processes, members, wantVoters, wantLearners []string) {
	t.Helper()
	v, l := voters(t, c)
	if !slices.Equal(v, wantVoters) || !slices.Equal(l, wantLearners) {
		t.Errorf("voters %v and learners %v, want %v and %v", v, l, wantVoters, wantLearners)
	}
	if got := c.Members(); !slices.Equal(got, members) {
		t.Errorf("the members are %v, want %v", got, members)
	}
	var reached []string
	for _, e := range c.Endpoints() {
		reached = append(reached, e.Member)
	}
	if !slices.Equal(reached, members) {
		t.Errorf("endpoints of %v, want %v", reached, members)
	}
}

var three = []string{"n1", "n2", "n3"}

func TestALearnerBecomesAVoterAndLeaves(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	four := append(slices.Clone(three), "n4")
	if err := c.Add(patience(t), "n4", true); err != nil {
		t.Fatal(err)
	}
	expect(t, c, four, three, []string{"n4"})
	at := clock.Now()
	if err := c.Promote(patience(t), "n4"); err != nil {
		t.Fatal(err)
	}
	await(t, c, at-1, "it joins", func(o chaos.Observation) bool { return o.Kind == chaos.Joined && o.Member == "n4" })
	expect(t, c, four, four, nil)
	// The others know it by an id that they could not compute.
	moved := clock.Now()
	if err := c.Transfer(patience(t), "n4"); err != nil {
		t.Fatal(err)
	}
	for _, m := range four {
		await(t, c, moved, m+" follows n4", func(o chaos.Observation) bool { return o.Member == m && o.Follows("n4") })
	}
	if leader, err := c.awaitLeader(patience(t), anyLeader); err != nil || leader.Member != "n4" {
		t.Errorf("%v leads: %v", leader, err)
	}
	if err := c.Remove(patience(t), "n4"); err != nil { // the leader
		t.Fatal(err)
	}
	expect(t, c, three, three, nil)
	if err := c.Write(patience(t)); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(c.members["n4"].config.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its data is there still: %v", err)
	}
	if _, err := c.Admin("n4"); err == nil {
		t.Error("an administrator still talks to it")
	}
	noDeath(t, c)
}

// A client that is pinned to a member which goes and comes back is pinned to the one that came back.
func TestAMemberComesBackAtItsOldAddresses(t *testing.T) {
	slow.Boots(t)
	for _, tls := range []bool{false, true} {
		shape := config(t, 3)
		shape.TLS = tls
		c := start(t, shape)
		leader, _ := c.Leader()
		target := c.another(leader.Member)
		before := c.Endpoints()
		address, err := c.Pin("tenant", target)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Crash(patience(t), target); err != nil {
			t.Fatal(err)
		}
		if err := c.Remove(patience(t), target); err != nil {
			t.Fatal(err)
		}
		left := slices.DeleteFunc(slices.Clone(three), func(m string) bool { return m == target })
		expect(t, c, left, left, nil)
		if err := c.Add(patience(t), target, false); err != nil {
			t.Fatal(err)
		}
		expect(t, c, three, three, nil)
		if after := c.Endpoints(); !slices.Equal(before, after) {
			t.Errorf("endpoints went from %v to %v", before, after)
		}
		through := newControl([]Endpoint{{Member: target, ClientURL: shape.scheme() + "://" + address}})
		if through.tls, err = c.ClientTLS("tenant").Config(); err != nil {
			t.Fatal(err)
		}
		if err := through.write(patience(t), target); err != nil {
			t.Error(err)
		}
		through.close()
		// It goes through the log of the cluster's changes, in which it meets itself under its old id, and dials that.
		first, _ := c.peers.Refused()
		for _, r := range first {
			if r.Source != target || r.Reason != "member "+target+" has no link to itself" {
				t.Errorf("the peer network refused %+v", r)
			}
		}
		noDeath(t, c)
	}
}

func TestAddingWaitsForAPortThatIsTaken(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	if err := c.Remove(patience(t), "n3"); err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", strings.TrimPrefix(c.members["n3"].config.ClientURL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	added := make(chan error, 1)
	go func() { added <- c.Add(patience(t), "n3", false) }()
	await(t, c, 0, "it tried and ended", func(o chaos.Observation) bool {
		return o.Member == "n3" && o.Kind == chaos.Exited && o.At > joined(c, "n3")
	})
	taken.Close()
	if err := <-added; err != nil {
		t.Fatal(err)
	}
	expect(t, c, three, three, nil)
	noDeath(t, c)
}

func joined(c *Processes, member string) clock.Nanos {
	for _, o := range c.Observations() {
		if o.Kind == chaos.Joined && o.Member == member {
			return o.At
		}
	}
	return 1 << 62
}

// An interrupted change is continued, and one that cannot be done leaves all as it was.
func TestAnAddingThatFailedGoesOnWhereItWas(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	ctx, cancel := context.WithCancel(patience(t))
	go func() { // as soon as it is a member, and long before it serves
		_, _ = c.Await(patience(t), 0, func(o chaos.Observation) bool { return o.Kind == chaos.Joined })
		cancel()
	}()
	if err := c.Add(ctx, "n4", false); err == nil {
		t.Fatal("a member serves that had no time to")
	}
	four := append(slices.Clone(three), "n4")
	if v, _ := voters(t, c); len(v) != 4 || !slices.Equal(c.Members(), four) {
		t.Errorf("voters %v, members %v", v, c.Members())
	}
	if err := c.Add(patience(t), "n4", false); err != nil {
		t.Fatal(err)
	}
	expect(t, c, four, four, nil)
	noDeath(t, c)
}

func TestMembersAreReadWhileTheyChange(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	done := make(chan struct{})
	stop := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
				if n := len(c.Members()); n < 3 || n > 4 || len(c.Endpoints()) < 3 || len(c.Setups()) < 3 {
					t.Errorf("%d members", n)
				}
				c.Leader()
			}
		}
	}()
	if err := errors.Join(c.Add(patience(t), "n4", true), c.Remove(patience(t), "n4")); err != nil {
		t.Error(err)
	}
	close(stop)
	<-done
}

func TestASnapshotBringsBackWhatWas(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	if err := c.Add(patience(t), "n4", false); err != nil { // its id will be another one
		t.Fatal(err)
	}
	leader, err := c.awaitLeader(patience(t), anyLeader)
	if err != nil {
		t.Fatal(err)
	}
	client, err := c.Admin(leader.Member)
	if err != nil {
		t.Fatal(err)
	}
	put := func(key string) int64 {
		answer, err := client.Put(patience(t), key, "value")
		if err != nil {
			t.Fatal(err)
		}
		return answer.Header.Revision
	}
	put("kept")
	file := save(t, client)
	revision := put("lost")
	at := clock.Now()
	if err := c.Restore(patience(t), file); err != nil {
		t.Fatal(err)
	}
	for _, m := range c.Members() {
		o := await(t, c, at, m+" follows", func(o chaos.Observation) bool { return o.Member == m && o.Follows(o.Leader) })
		if !slices.Contains(c.Members(), o.Leader) {
			t.Errorf("%s follows %s, which is no member's name", m, o.Leader)
		}
	}
	for key, want := range map[string]int{"kept": 1, "lost": 0} {
		got, err := client.Get(patience(t), key)
		if err != nil || len(got.Kvs) != want || got.Header.Revision >= revision {
			t.Errorf("%s: %d of %d keys at revision %d, was %d (%v)", key, len(got.Kvs), want, got.Header.Revision, revision, err)
		}
	}
	if err := c.Write(patience(t)); err != nil {
		t.Error(err)
	}
	four := append(slices.Clone(three), "n4")
	expect(t, c, four, four, nil)
	noDeath(t, c)
}

func save(t *testing.T, client *clientv3.Client) string {
	t.Helper()
	reader, err := client.Snapshot(patience(t))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	file, err := os.CreateTemp(t.TempDir(), "snapshot")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.ReadFrom(reader); err != nil {
		t.Fatal(err)
	}
	return file.Name()
}

func TestABrokenSnapshotDoesNoHarm(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 1))
	file := t.TempDir() + "/rubbish"
	if err := os.WriteFile(file, []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{file, "absent"} {
		if err := c.Restore(patience(t), name); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("restored from %s: %v", name, err)
		}
	}
	if err := c.Write(patience(t)); err != nil {
		t.Error(err)
	}
}
