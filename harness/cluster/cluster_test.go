package cluster

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"aftershock/chaos"
	"aftershock/internal/clock"
	"aftershock/internal/process"
	"aftershock/internal/slow"

	"go.etcd.io/etcd/api/v3/version"
	"go.etcd.io/etcd/server/v3/etcdmain"
)

// The test binary is also the members' binary, and under etcd's name etcd itself.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == ProgramFile {
		if v := filepath.Base(filepath.Dir(os.Args[0])); strings.HasPrefix(v, "3.") { // olderEtcd
			version.Version = v
		}
		etcdmain.Main(os.Args)
	}
	if process.Role() == MemberRole {
		os.Exit(Member())
	}
	began := clock.Now()
	code := m.Run()
	if took := clock.Now().Sub(began); *tally {
		fmt.Printf("%d faults in %v: %.1f faults a minute\n", played.Load(), took.Round(time.Second),
			float64(played.Load())/took.Minutes())
	}
	if missing := unplayed(wasObserved); code == 0 && allRan() && len(missing) > 0 {
		fmt.Printf("FAIL: no test plays by itself on a real cluster (playFault): %s\n", strings.Join(missing, ", "))
		code = 1
	}
	os.Exit(code)
}

// tally has the tests say how many faults they played one by one, and how fast.
var (
	tally  = flag.Bool("tally", false, "say how many faults were played one by one, and how fast")
	played atomic.Int64
)

func config(tb testing.TB, members int) Config {
	tb.Helper()
	root, err := os.MkdirTemp("/dev/shm", "aftershock-test-")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { os.RemoveAll(root) })
	return Config{
		Members: members, Tick: 50 * time.Millisecond, Election: 500 * time.Millisecond, DataRoot: root, LogDir: tb.TempDir(),
	}
}

func start(tb testing.TB, c Config) *Processes {
	tb.Helper()
	cluster, err := StartProcesses(context.Background(), c)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := cluster.Close(); err != nil {
			tb.Error(err)
		}
	})
	return cluster
}

func patience(tb testing.TB) context.Context {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	tb.Cleanup(cancel)
	return ctx
}

func TestProcessesAnswerALinearizableWrite(t *testing.T) {
	slow.Boots(t)
	for _, members := range []int{1, 3} {
		c := start(t, config(t, members))
		leader, ok := c.Leader()
		if !ok {
			t.Fatalf("%d members: no leader after the boot", members)
		}
		if err := c.Write(patience(t)); err != nil {
			t.Fatal(err)
		}
		if len(c.Members()) != members || len(c.Endpoints()) != members || leader.Term < 2 {
			t.Fatalf("members %v, endpoints %v, leader %v", c.Members(), c.Endpoints(), leader)
		}
	}
}

func TestCrashAndRestartFromTheDataFolder(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	ctx := patience(t)
	leader, _ := c.Leader()
	before := clock.Now()
	gone, err := c.Crash(ctx, leader.Member)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Crash(ctx, leader.Member); err == nil {
		t.Error("a member that was dead was killed")
	}
	elected, err := c.Await(ctx, before, func(o chaos.Observation) bool {
		return o.Member != leader.Member && o.Leader != leader.Member && o.Follows(o.Leader)
	})
	if err != nil {
		t.Fatal(err)
	}
	if elected.At < gone || elected.Term <= leader.Term {
		t.Fatalf("elected %+v, not after the crash at %d in a later term than %d", elected, gone, leader.Term)
	}
	if err := c.Write(ctx); err != nil {
		t.Fatal(err)
	}
	if err := c.Restart(ctx, leader.Member); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Await(ctx, elected.At, func(o chaos.Observation) bool {
		return o.Member == leader.Member && o.Follows(o.Leader)
	}); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-c.Deaths():
		t.Fatalf("a crash that was asked for is reported as a death: %v", err)
	default:
	}
}

func TestAMemberThatDiesUnaskedIsReported(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	c.mu.Lock()
	victim := c.members["n2"].process
	c.mu.Unlock()
	victim.Kill()
	select {
	case err := <-c.Deaths():
		if !errors.Is(err, ErrDied) || !strings.Contains(err.Error(), "n2 ended unasked: killed by") {
			t.Fatalf("death is %q", err)
		}
	case <-patience(t).Done():
		t.Fatal("no death was reported")
	}
}

func BenchmarkBoot(b *testing.B) {
	var closing time.Duration
	for b.Loop() {
		c, err := StartProcesses(context.Background(), config(b, 3))
		if err != nil {
			b.Fatal(err)
		}
		began := time.Now()
		if err := c.Close(); err != nil {
			b.Fatal(err)
		}
		closing += time.Since(began)
	}
	b.ReportMetric(closing.Seconds()/float64(b.N), "close-s/op")
}

func TestAPausedLeaderIsReplacedAndFollowsWhenItGoesOn(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	leader, _ := c.Leader()
	before := clock.Now()
	if err := c.Pause(leader.Member); err != nil {
		t.Fatal(err)
	}
	if err := c.Pause(leader.Member); err == nil {
		t.Error("a member that was suspended was suspended once more, for another to resume")
	}
	elected := await(t, c, before, "the others elect", func(o chaos.Observation) bool {
		return o.Member != leader.Member && o.Leader != leader.Member && o.Follows(o.Leader)
	})
	resumed := clock.Now()
	if err := c.Resume(leader.Member); err != nil {
		t.Fatal(err)
	}
	await(t, c, resumed, "the old leader follows", func(o chaos.Observation) bool {
		return o.Member == leader.Member && o.Follows(elected.Leader)
	})
	if err := c.Pause("n9"); err == nil {
		t.Error("a member that does not exist was paused")
	}
}
