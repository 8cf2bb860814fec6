package harness_test

import (
	"strings"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/results"
)

func TestCheckRefusesBeforeAnythingStarts(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*harness.Options)
		want  string
	}{
		"no members":     {func(o *harness.Options) { o.Scenario.Cluster.Members = 0 }, "the plan of pair 1 has faults or clients, and the scenario has no members"},
		"ten members":    {func(o *harness.Options) { o.Scenario.Cluster.Members = 10 }, "members is 10, allowed are 1 to 9"},
		"no pair":        {func(o *harness.Options) { o.Plans = nil }, "nothing to run"},
		"target":         {func(o *harness.Options) { o.Plans[0].Events[1].Target = "n4" }, `unknown target "n4"`},
		"fault":          {func(o *harness.Options) { o.Plans[0].Events[1].Fault = "partition" }, `unknown fault "partition"`},
		"outside":        {func(o *harness.Options) { o.Plans[0].Events[1].At = time.Hour }, "outside of the fault window"},
		"client":         {func(o *harness.Options) { o.Plans[0].Clients[0].Name = "colector" }, `pins no client "collector"`},
		"stream":         {func(o *harness.Options) { o.Scenario.Streams[1].Name = "publsh" }, `unknown stream "publsh"; did you mean "publish"?`},
		"missing stream": {func(o *harness.Options) { o.Scenario.Streams = o.Scenario.Streams[:1] }, `no stream "publish"`},
		"rate":           {func(o *harness.Options) { o.Scenario.Streams[0].Rate = -1 }, `stream "batch"`},
		"workers":        {func(o *harness.Options) { o.Scenario.Streams[0].Timeout = time.Hour }, "at most 200000 are possible"},
		"setting":        {func(o *harness.Options) { o.Scenario.Workload = harness.Settings{"serie": 1} }, `unknown workload setting "serie"`},
		"embedded": {func(o *harness.Options) {
			o.Runtime = harness.Runtimes()[1]
			o.Plans[0].Events[1].Fault = "leader-kill"
		}, "embedded members cannot: crash a member"},
		"stop": {func(o *harness.Options) {
			o.Stop = &results.Stop{Width: 0.1, MaxPairs: 1,
				MaxTime: time.Minute}
		}, "an Enough function"},
		"unwritable":      {func(o *harness.Options) { o.Out = "/proc/aftershock" }, "--out"},
		"pairs misplaced": {func(o *harness.Options) { o.Plans[0].Pair = 3 }, "the plan of pair 1 is for pair 3"},
	} {
		t.Run(name, func(t *testing.T) {
			o := options(t, "steady")
			c.spoil(&o)
			if err := o.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q in it", err, c.want)
			}
		})
	}
	for want, spoil := range map[string]func(*harness.Options){
		`unknown stream "publsh"`:          func(o *harness.Options) { o.Scenario.Streams[1].Name = "publsh" },
		`unknown stream "bach"`:            func(o *harness.Options) { o.Scenario.Streams[0].Name = "bach" },
		`unknown workload setting "serie"`: func(o *harness.Options) { o.Scenario.Workload = harness.Settings{"serie": 1} },
	} {
		o := options(t, "steady")
		spoil(&o)
		if err := o.Check(); err == nil || !strings.HasPrefix(err.Error(), want) ||
			strings.Contains(err.Error(), "\n") {
			t.Errorf("error %v, want nothing but %q", err, want)
		}
	}
	if err := options(t, "steady").Check(); err != nil {
		t.Errorf("what is right is refused: %v", err)
	}
}
