package cluster

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
	"aftershock/internal/slow"
)

// older is the version of olderEtcd.
const older = "3.6.99"

// olderEtcd is this program's etcd that takes itself for an older one, as its data does then: what one version asks of
// another goes by what each says that it is. docs/etcd.md tells of real ones.
func olderEtcd(t *testing.T) *Program {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), older)
	p := &Program{Binary: filepath.Join(folder, ProgramFile), Path: filepath.Join(folder, ProgramFile)}
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, p.Path); err != nil {
		t.Fatal(err)
	}
	if err := p.Look(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

// changing is a cluster of three whose members can be changed from one etcd to another.
func changing(t *testing.T, from, to *Program) *Processes {
	t.Helper()
	shape := config(t, 3)
	shape.Program, shape.Next = from, to
	return start(t, shape)
}

// versions are the versions of the members, and of what they keep.
func versions(t *testing.T, c *Processes) (servers, storage []string) {
	t.Helper()
	for _, m := range c.Members() {
		client, err := c.Admin(m)
		if err != nil {
			t.Fatal(err)
		}
		s, err := client.Status(patience(t), client.Endpoints()[0])
		if err != nil {
			t.Fatal(err)
		}
		servers, storage = append(servers, s.Version), append(storage, s.StorageVersion)
	}
	return servers, storage
}

func TestAVersionUpgradeStartsMembersWithTheNextEtcd(t *testing.T) {
	slow.Boots(t)
	now := plainEtcd(t)
	c := changing(t, olderEtcd(t), now)
	if got, _ := versions(t, c); strings.Join(got, " ") != older+" "+older+" "+older {
		t.Fatalf("the members are %v before", got)
	}
	leader := leaderOf(t, c).Member
	playFault(t, c, spec("version-upgrade", "", 10*time.Second, plan.Params{"members": "2", "pause": "0s"}))
	servers, _ := versions(t, c)
	for i, m := range c.Members() {
		want := now.Version
		if m == leader {
			want = older
		}
		if servers[i] != want {
			t.Errorf("%s led, and %s is %s, want %s", leader, m, servers[i], want)
		}
	}
	reached := playFault(t, c, spec("version-upgrade", "", 12*time.Second, plan.Params{"pause": "0s"}))
	if got, _ := versions(t, c); strings.Join(got, " ") != now.Version+" "+now.Version+" "+now.Version {
		t.Errorf("the members are %v afterwards", got)
	}
	if got := reached[chaos.Injected].Resolved["version"]; got != now.Version {
		t.Errorf("changed to %q, want %q", got, now.Version)
	}
	got := reached[chaos.Recovered].Observed
	if !strings.Contains(got, "those that were restarted run etcd "+now.Version) {
		t.Errorf("recovered: %s", got)
	}
	noDeath(t, c)
}

func TestAVersionDowngradePreparesTheData(t *testing.T) {
	slow.Boots(t)
	c := changing(t, plainEtcd(t), olderEtcd(t))
	playFault(t, c, spec("version-downgrade", "", 27*time.Second, plan.Params{"pause": "0s"}))
	servers, storage := versions(t, c)
	if strings.Join(servers, " ") != older+" "+older+" "+older {
		t.Errorf("the members are %v afterwards", servers)
	}
	if strings.Join(storage, " ") != "3.6.0 3.6.0 3.6.0" {
		t.Errorf("their data is of %v", storage)
	}
	noDeath(t, c)
}

func TestAMemberOfAnotherVersionThanItWasChangedToIsNoUpgrade(t *testing.T) {
	slow.Boots(t)
	now := plainEtcd(t)
	wrong := *now
	wrong.Version = "9.9.9"
	c := changing(t, now, &wrong)
	p := plan.Expand("test", plan.Spec{Members: 3, Faults: []plan.FaultSpec{
		spec("version-upgrade", "", 6*time.Second, plan.Params{"members": "1"}),
	}}, faults.Rules(), 1, 1)
	err := chaos.Play(patience(t), clock.Now(), p.Events, c, faults.Find, func(chaos.Moment) {})
	if err == nil || !strings.Contains(err.Error(), "was started with etcd 9.9.9, and says that it is "+now.Version) {
		t.Errorf("error %v", err)
	}
	if err := c.Write(patience(t)); err != nil {
		t.Error(err)
	}
	noDeath(t, c)
}

func TestAnOlderEtcdIsNoUpgrade(t *testing.T) {
	slow.Boots(t)
	c := changing(t, plainEtcd(t), olderEtcd(t))
	leader := leaderOf(t, c).Member
	follower := c.Members()[0]
	if follower == leader {
		follower = c.Members()[1]
	}
	if _, err := c.Stop(patience(t), follower); err != nil {
		t.Fatal(err)
	}
	if err := c.Switch(follower); err != nil {
		t.Fatal(err)
	}
	err := c.Restart(patience(t), follower)
	if err == nil || !strings.Contains(err.Error(), "does not start from the data folder that etcd ") {
		t.Errorf("restarted with an older etcd: %v", err)
	}
}

func TestNextIsRefusedBesideOurOwnEtcd(t *testing.T) {
	shape := Config{Members: 3, Tick: 50 * time.Millisecond, Election: 500 * time.Millisecond,
		Next: &Program{Module: "go.etcd.io/etcd/server/v3@v3.6.9"}}
	if err := shape.Check(); err == nil || !strings.Contains(err.Error(), "name theirs as well") {
		t.Errorf("next beside our own etcd: %v", err)
	}
	shape.Program = &Program{Binary: "/usr/bin/etcd"}
	if err := shape.Check(); err != nil {
		t.Error(err)
	}
	shape.Next = &Program{Binary: "etcd", SHA256: "0123456789ab", Version: "3.4.1", Flags: "logger"}
	shape.Server.NoFsync = true
	if err := shape.Check(); err == nil || !strings.Contains(err.Error(), "etcd 3.4.1 has no flag --unsafe-no-fsync") {
		t.Errorf("settings that the next etcd does not have: %v", err)
	}
}
