package harness

import (
	"math"
	"runtime/debug"
	"slices"
	"testing"
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
