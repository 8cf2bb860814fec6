package noise

import (
	"runtime"
	"runtime/debug"
	"testing"

	"aftershock/internal/affinity"
	"aftershock/results"
)

func TestSelf(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(321))
	cores, err := affinity.Cores()
	if err != nil {
		t.Fatal(err)
	}
	want := results.Process{
		Role: "orchestrator", GOMAXPROCS: runtime.GOMAXPROCS(0), GOGC: 321, Cores: affinity.Format(cores),
	}
	if got := Self("orchestrator"); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
