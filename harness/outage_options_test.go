package harness

import (
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/chaos/plan"
	"aftershock/results"
)

// A run of outages alone has one arm, and a client at each member that the service knows nothing of.
func TestOutageOptions(t *testing.T) {
	before := Survival{}.Options(Change("store", Func(nil), Func(nil)), 2)
	before.Scenario.Budget.Reserve = 3
	o, err := before.Outage()
	if err != nil {
		t.Fatal(err)
	}
	if n := Arms(o.Fixes); n != 1 || o.trials() != 2 {
		t.Errorf("%d arms, %d trials", n, o.trials())
	}
	want := []plan.Client{
		{Name: "first", Pin: "leader"}, before.Plans[0].Clients[1],
		{Name: "endpoint-1", Pin: "leader"}, {Name: "endpoint-2", Pin: "follower.0"},
		{Name: "endpoint-3", Pin: "follower.1"},
	}
	if !slices.Equal(o.Plans[0].Clients, want) || len(before.Plans[0].Clients) != 2 {
		t.Errorf("clients %+v, and before %+v", o.Plans[0].Clients, before.Plans[0].Clients)
	}
	if run, err := o.Declare(); err != nil || len(run.Endpoints) != 3 || run.Fixes[0].Against != results.Steady {
		t.Errorf("%+v, %v", run, err)
	}
	if err := o.CheckScenario(); err != nil {
		t.Error(err)
	}
}

func TestOutageOptionsAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(o *Options)
		want string
	}{
		"no members": {func(o *Options) { o.Scenario.Cluster.Members = 0 }, `scenario "survival" has no cluster`},
		"no fixes":   {func(o *Options) { o.Fixes = nil }, "nothing to run"},
		"no faults":  {func(o *Options) { o.Plans[0].Events = nil }, `scenario "survival" has no faults`},
		"a name that is taken": {func(o *Options) { o.Plans[0].Clients[0].Name = "endpoint-2" },
			`client "endpoint-2" of scenario "survival" has the name of one that only probes`},
	} {
		o := Survival{Outage: time.Second}.Options(Change("store", Func(nil), Func(nil)), 1)
		c.edit(&o)
		if _, err := o.Outage(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// A load that is left to the run is not measured, unless one is given.
func TestOutageTakesTheLeastLoad(t *testing.T) {
	o := Survival{}.Options(Change("store", Func(nil), Func(nil)), 1)
	o.Scenario.Load = &LoadSpec{Least: 50, Most: 500}
	for given, want := range map[int]int{0: 50, 70: 70} {
		o.Load = given
		if got, err := o.Outage(); err != nil || got.Load != want {
			t.Errorf("load %d, want %d, %v", got.Load, want, err)
		}
	}
}
