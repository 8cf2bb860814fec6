package cluster

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
	"aftershock/internal/slow"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// meanwhile asks for a condition again and again beside a fault. The function that it returns waits for the last answer,
// and fails the test if the condition never held.
func meanwhile(t *testing.T, what string, holds func(context.Context) bool) (held func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	answer := make(chan bool, 1)
	go func() {
		pause := time.NewTicker(10 * time.Millisecond)
		defer pause.Stop()
		for !holds(ctx) {
			select {
			case <-pause.C:
			case <-ctx.Done():
				answer <- false
				return
			}
		}
		answer <- true
	}()
	return func() {
		t.Helper()
		cancel()
		if !<-answer {
			t.Errorf("it never was so: %s", what)
		}
	}
}

func admin(t *testing.T, c *Processes, member string) *clientv3.Client {
	t.Helper()
	client, err := c.Admin(member)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func sawAt(t *testing.T, reached map[chaos.Stage]chaos.Moment, stage chaos.Stage, pattern string) {
	t.Helper()
	if seen := reached[stage].Observed; !regexp.MustCompile(pattern).MatchString(seen) {
		t.Errorf("%s: observed %q, want what matches %q", stage, seen, pattern)
	}
}

func TestABackendThatIsFullRefusesWritesUntilItIsHealed(t *testing.T) {
	slow.Boots(t)
	shape := config(t, 3)
	shape.Quota = 2 << 20
	c := start(t, shape)
	refused := meanwhile(t, "a write of another client is refused for want of space", func(ctx context.Context) bool {
		return errors.Is(c.Write(ctx), rpctypes.ErrNoSpace)
	})
	reached := playFault(t, c, spec("quota-exceeded", "", 12*time.Second, nil))
	refused()
	sawAt(t, reached, chaos.Effective, `^NOSPACE is raised by [1-3] members? at a quota of 2.0 MiB, and a write is refused$`)
	for _, m := range c.Members() {
		status, err := admin(t, c, m).Status(patience(t), admin(t, c, m).Endpoints()[0])
		if err != nil {
			t.Fatal(err)
		}
		if status.DbSizeQuota != shape.Quota || status.DbSize > shape.Quota/2 || len(status.Errors) > 0 {
			t.Errorf("%s has %d bytes of %d after the heal, and says %q", m, status.DbSize, status.DbSizeQuota, status.Errors)
		}
	}
}

func TestAMemberGivesBackWhatWasDeleted(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	reached := playFault(t, c, spec("defragment", "leader", 0, plan.Params{"size": "2MiB"}))
	sawAt(t, reached, chaos.Done, `^the backend of n[1-3] shrank from [2-9]\.\d MiB to 0\.\d MiB in `)
}

func TestWatchersFromBeforeACompactionAreToldAndStandAgain(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	reached := playFault(t, c, spec("compaction-under-watchers", "", 0, plan.Params{"watchers": "30", "revisions": "200"}))
	sawAt(t, reached, chaos.Effective, `^30 watchers were told that everything before revision \d{3} is compacted$`)
	sawAt(t, reached, chaos.Recovered, `^30 watchers stand again$`)
}

func TestALaggingFollowerTakesASnapshot(t *testing.T) {
	slow.Boots(t)
	shape := config(t, 3)
	shape.SnapshotCount = 100
	c := start(t, shape)
	reached := playFault(t, c, spec("lagging-follower", "follower.0", 8*time.Second, nil))
	follower := reached[chaos.Injected].Resolved["target"]
	sawAt(t, reached, chaos.Effective, `^n[1-3] cut its log off at index \d+, and `+follower+` has no more than \d+$`)
	sawAt(t, reached, chaos.Recovered, `^`+follower+` took a snapshot at index \d+, and follows$`)
	for _, o := range c.Observations() {
		if o.Kind == chaos.SnapshotApplied && o.Member != follower {
			t.Errorf("%s took a snapshot, and only %s lagged", o.Member, follower)
		}
	}
}

func TestAWholeBackendIsStreamedFromAMember(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	reached := playFault(t, c, spec("snapshot-save", "follower.1", 0, plan.Params{"times": "2"}))
	sawAt(t, reached, chaos.Done, `^2 whole snapshots of \d+\.\d MiB were read from n[1-3], `+
		`whose file grew from \d+\.\d MiB to \d+\.\d MiB meanwhile$`)
}

// A backup that has used up the space is an outcome, and not a member that answers.
func TestABackupAfterWhichThereIsNoSpaceHasNotRecovered(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 1))
	client := admin(t, c, "n1")
	status, err := client.Status(patience(t), client.Endpoints()[0])
	if err != nil {
		t.Fatal(err)
	}
	raise(t, client, &clientv3.AlarmMember{MemberID: status.Header.MemberId, Alarm: pb.AlarmType_NOSPACE})
	events := []plan.Event{{ID: "e1", Fault: "snapshot-save", Target: "n1", Params: plan.Params{"times": "1"}}}
	err = chaos.Play(patience(t), clock.Now(), events, c, faults.Find, func(chaos.Moment) {})
	if !errors.Is(err, chaos.ErrNotRecovered) || !strings.Contains(err.Error(), "NOSPACE is raised by 1 member: the file of n1 has ") {
		t.Errorf("error %v", err)
	}
}

func TestShapesThatNoMemberCouldLiveWith(t *testing.T) {
	for want, of := range map[string]func(*Config){
		"quota is -1 bytes":         func(c *Config) { c.Quota = -1 },
		"quota is 1000 bytes":       func(c *Config) { c.Quota = 1000 },
		"snapshot-count is 9":       func(c *Config) { c.SnapshotCount = 9 },
		"snapshot-count is -100000": func(c *Config) { c.SnapshotCount = -100000 },
	} {
		shape := config(t, 3)
		of(&shape)
		if err := shape.Check(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("the error is %v, want %s", err, want)
		}
	}
}
