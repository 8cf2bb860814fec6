package cluster

import (
	"slices"
	"strings"
	"testing"

	"aftershock/internal/affinity"
	"aftershock/internal/process"
	"aftershock/internal/slow"
)

func cores(t *testing.T) []int {
	t.Helper()
	all, err := affinity.Cores()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Each member tells what it was given, a restarted one too.
func TestPinnedMembersTellTheirCores(t *testing.T) {
	slow.Alone(t)
	t.Setenv("GOMAXPROCS", "") // the members' runtimes decide for themselves
	t.Setenv("GOGC", "150")
	all := cores(t)
	last := all[len(all)-1:]
	pinned := config(t, 3)
	pinned.Cores = last
	for _, of := range []struct {
		name   string
		config Config
		cores  []int
	}{
		{"pinned", pinned, last},
		{"not pinned", config(t, 1), all},
	} {
		t.Run(of.name, func(t *testing.T) {
			c := start(t, of.config)
			got := c.Setups()
			if len(got) != len(c.Members()) {
				t.Fatalf("%d of %d members tell: %+v", len(got), len(c.Members()), got)
			}
			for i, member := range c.Members() {
				// A quota of the cgroup may leave fewer processors than cores, but no fewer than one.
				processors := min(max(1, got[i].GOMAXPROCS), len(of.cores))
				if want := (Setup{member, processors, 150, affinity.Format(of.cores)}); got[i] != want {
					t.Errorf("%s tells %+v, want %+v", member, got[i], want)
				}
			}
		})
	}
}

func TestARestartedMemberKeepsItsCores(t *testing.T) {
	slow.Boots(t)
	first := cores(t)[:1]
	shape := config(t, 3)
	shape.Cores = first
	c := start(t, shape)
	if _, err := c.Crash(patience(t), "n2"); err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	c.members["n2"].setup = process.Setup{} // what it said before it was killed
	c.mu.Unlock()
	if err := c.Restart(patience(t), "n2"); err != nil {
		t.Fatal(err)
	}
	if got := c.Setups()[1]; got.Member != "n2" || got.Cores != affinity.Format(first) {
		t.Errorf("the restarted member tells %+v, want core %v", got, first)
	}
}

func TestCoresThatAMemberCannotHave(t *testing.T) {
	slow.Boots(t)
	shape := config(t, 1)
	shape.Cores = []int{60000}
	if c, err := StartProcesses(patience(t), shape); err == nil || !strings.Contains(err.Error(), "member n1: ") ||
		!strings.Contains(err.Error(), "has no 60000") {
		t.Errorf("a member on a core that does not exist: %v, %v", c, err)
	}
	shape.Cores = cores(t)
	if e, err := StartEmbedded(patience(t), shape); err == nil || !strings.Contains(err.Error(), "--cluster processes") {
		t.Errorf("an embedded member on cores of its own: %v, %v", e, err)
	}
}

func TestEmbeddedMembersTellOfThisProcess(t *testing.T) {
	slow.Boots(t)
	own := process.Own()
	var want []Setup
	for _, member := range Names(3) {
		want = append(want, Setup{member, own.GOMAXPROCS, own.GOGC, own.Cores})
	}
	if got := startEmbedded(t).Setups(); !slices.Equal(got, want) {
		t.Errorf("the members tell %+v, want %+v", got, want)
	}
}
