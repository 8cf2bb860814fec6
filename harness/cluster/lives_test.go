package cluster

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"aftershock/chaos"
	"aftershock/internal/clock"
	"aftershock/internal/slow"
)

func noDeath(t *testing.T, c *Processes) {
	t.Helper()
	select {
	case err := <-c.Deaths():
		t.Errorf("an end that was asked for is reported as a death: %v", err)
	default:
	}
}

func TestAStoppedLeaderHandsOverBeforeItIsGone(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	leader, _ := c.Leader()
	before := clock.Now()
	gone, err := c.Stop(patience(t), leader.Member)
	if err != nil {
		t.Fatal(err)
	}
	elected := await(t, c, before, "another leads", func(o chaos.Observation) bool {
		return o.Member != leader.Member && o.Leader != leader.Member && o.Follows(o.Leader)
	})
	if elected.At >= gone {
		t.Errorf("leadership went over %v after the process was gone", elected.At.Sub(gone))
	}
	if _, err := c.Stop(patience(t), leader.Member); err == nil || !strings.Contains(err.Error(), "does not run") {
		t.Errorf("stopped again: %v", err)
	}
	if err := c.Restart(patience(t), leader.Member); err != nil {
		t.Fatal(err)
	}
	if err := c.Write(patience(t)); err != nil {
		t.Error(err)
	}
	noDeath(t, c)
}

func TestAMemberThatDoesNotStopIsKilled(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 1))
	if err := c.Pause("n1"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(patience(t))
	late := errors.New("too late")
	cancel(late)
	if _, err := c.Stop(ctx, "n1"); !errors.Is(err, late) || !strings.Contains(err.Error(), "was killed") {
		t.Errorf("a suspended member stopped: %v", err)
	}
	if err := c.Restart(patience(t), "n1"); err != nil {
		t.Error(err)
	}
	noDeath(t, c)
}

// A process that SIGSTOP holds is no process that can be left behind.
func TestCloseEndsASuspendedMember(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 3))
	if err := c.Pause("n2"); err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	suspended := c.members["n2"].process
	c.mu.Unlock()
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if exit, err := suspended.Exit(); err != nil || !strings.Contains(exit.String(), "killed by SIGKILL") {
		t.Errorf("it ended with %v, %v", exit, err)
	}
}

func TestAMemberThatRunsIsNotStartedAgain(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 1))
	if err := c.Restart(patience(t), "n1"); err == nil || !strings.Contains(err.Error(), "running already") {
		t.Errorf("restarted while it runs: %v", err)
	}
	if err := c.Write(patience(t)); err != nil {
		t.Error(err)
	}
}

func TestAnUnknownMemberIsLeftAlone(t *testing.T) {
	slow.Boots(t)
	c := start(t, config(t, 1))
	ctx := patience(t)
	_, crash := c.Crash(ctx, "n2")
	_, stop := c.Stop(ctx, "n2")
	for what, err := range map[string]error{
		"crash": crash, "stop": stop, "restart": c.Restart(ctx, "n2"), "pause": c.Pause("n2"), "resume": c.Resume("n2"),
		"remove": c.Remove(ctx, "n2"), "promote": c.Promote(ctx, "n2"),
	} {
		if err == nil || !strings.Contains(err.Error(), "member") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := c.Remove(ctx, "n1"); err == nil || !strings.Contains(err.Error(), "the last member") {
		t.Errorf("the last member was removed: %v", err)
	}
	if err := c.Add(ctx, "n1", false); err == nil || !strings.Contains(err.Error(), "a member already") {
		t.Errorf("a member was added: %v", err)
	}
	if !slices.Equal(c.Members(), []string{"n1"}) {
		t.Errorf("the members are %v", c.Members())
	}
}
