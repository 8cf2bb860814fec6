package harness

import (
	"math"
	"runtime/debug"
	"slices"
	"testing"

	"aftershock/internal/cgroup"
	"aftershock/results"
)

// A run under GOGC, or whose orchestrator had GODEBUG, was compared with one without as if they were alike.
func TestTheEnvironmentTellsItsVariables(t *testing.T) {
	for name, value := range map[string]string{"GOGC": "150", "GOMAXPROCS": "", "GOCOVERDIR": "", "GORACE": "", "GODEBUG": ""} {
		t.Setenv(name, value)
	}
	if got := Environment().Variables; !slices.Equal(got, []string{"GOGC=150"}) {
		t.Errorf("the variables are %q", got)
	}
	t.Setenv("GODEBUG", "marked=secret")
	if got := Environment().Variables; !slices.Equal(got, []string{"GOGC=150", "GODEBUG (of the orchestrator alone)"}) {
		t.Errorf("with GODEBUG the variables are %q", got)
	}
}

func TestTheMemoryLimitIsLiftedAndComesBack(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(8 << 30))
	restore := liftMemoryLimit()
	if got := debug.SetMemoryLimit(-1); got != math.MaxInt64 {
		t.Errorf("the limit is %d", got)
	}
	restore()
	if got := debug.SetMemoryLimit(-1); got != 8<<30 {
		t.Errorf("afterwards the limit is %d", got)
	}
}

// A run in a container of half a processor and 256 MB said that it had the machine's two cores and all of its memory.
func TestTheEnvironmentIsWhatTheControlGroupAllows(t *testing.T) {
	for _, c := range []struct {
		name    string
		limits  cgroup.Limits
		allowed float64
		memory  int
	}{
		{"no limits", cgroup.Limits{}, 0, 4096},
		{"half a core and 256 MB", cgroup.Limits{Cores: 0.5, Memory: 256 << 20}, 0.5, 256},
		{"more than there is", cgroup.Limits{Cores: 2, Memory: 8 << 30}, 0, 4096},
	} {
		e := results.Environment{Cores: 2, MemoryMB: 4096}
		if allow(&e, c.limits); e.Allowed != c.allowed || e.MemoryMB != c.memory {
			t.Errorf("%s: %v cores, %d MB", c.name, e.Allowed, e.MemoryMB)
		}
	}
}
