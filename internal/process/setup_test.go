package process

import (
	"encoding/json"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"aftershock/internal/affinity"
)

func cores(t *testing.T) []int {
	t.Helper()
	all, err := affinity.Cores()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// seen is what a child knows of its cores.
type seen struct {
	Setup
	NumCPU int `json:"num_cpu"` // read by Go's runtime when it started, and never again
}

func tellSetup() int {
	if err := configured().Report(seen{Own(), runtime.NumCPU()}); err != nil {
		return 1
	}
	return 0
}

// setupOf starts a child on the cores and gives what it reports.
func setupOf(t *testing.T, cores []int, env map[string]string) seen {
	t.Helper()
	got := make(chan seen, 1)
	p, err := Start(Spec{Role: "setup", Config: word{}, Cores: cores, Env: env, Report: func(line json.RawMessage) {
		var s seen
		if err := json.Unmarshal(line, &s); err != nil {
			t.Error(err)
		}
		got <- s
	}})
	if err != nil {
		t.Fatal(err)
	}
	if exit, err := p.Exit(); err != nil || !exit.OK() {
		t.Fatalf("the child ended with %v, %v", exit, err)
	}
	return <-got
}

// runtimeSettings are none: the child's runtime decides for itself, whatever this test was started with.
var runtimeSettings = map[string]string{"GOMAXPROCS": "", "GOGC": ""}

func TestAChildHasItsCoresFromTheBeginning(t *testing.T) {
	all := cores(t)
	for _, core := range all {
		want := seen{Setup{GOMAXPROCS: 1, GOGC: 100, Cores: affinity.Format([]int{core})}, 1}
		if got := setupOf(t, []int{core}, runtimeSettings); got != want {
			t.Errorf("on core %d the child saw %+v, want %+v", core, got, want)
		}
		// The spawner has its own cores back, or this child would inherit the one.
		if got := setupOf(t, nil, runtimeSettings); got.Cores != affinity.Format(all) || got.NumCPU != len(all) {
			t.Errorf("without cores of its own the child saw %+v, want all of %v", got, all)
		}
	}
}

func TestCoresThatDoNotExistAreRefused(t *testing.T) {
	all := cores(t)
	_, err := Start(Spec{Role: "setup", Config: word{}, Cores: []int{all[0], 60000}})
	if err == nil || !strings.Contains(err.Error(), "start a setup: cores ") ||
		!strings.Contains(err.Error(), "has no 60000") {
		t.Errorf("the error is %v", err)
	}
	if got := setupOf(t, nil, runtimeSettings); got.Cores != affinity.Format(all) {
		t.Errorf("after the refusal a child saw %+v, want all of %v", got, all)
	}
}

func TestOwnIsWhatTheProcessHas(t *testing.T) {
	env := map[string]string{"GOMAXPROCS": "7", "GOGC": "off"}
	if got := setupOf(t, nil, env); got.GOMAXPROCS != 7 || got.GOGC != -1 {
		t.Errorf("with %v the child has %+v", env, got)
	}
	defer debug.SetGCPercent(debug.SetGCPercent(250))
	if got, want := Own(), (Setup{runtime.GOMAXPROCS(0), 250, affinity.Format(cores(t))}); got != want {
		t.Errorf("Own() = %+v, want %+v", got, want)
	}
}
