package chaos_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/chaos"
	"aftershock/chaos/chaostest"
	"aftershock/chaos/network"
	"aftershock/chaos/plan"
	"aftershock/internal/clock"
)

// reign is who leads a fake from a moment on.
type reign struct {
	from   time.Duration
	leader chaos.Leadership
}

// Under load a member to which leadership was just transferred is not followed yet when the next fault is to hit it as
// the leader. The trial is not lost for that, and the wait is told apart from a harness that is late.
func TestATargetThatIsAboutToLeadIsWaitedFor(t *testing.T) {
	pinned := isolate
	pinned.Target = "client.collector" // n2
	const second = "partition map[n1:[n2] n2:[n1 n3] n3:[n2]]"
	none, n1, n2 := chaos.Leadership{}, chaos.Leadership{Member: "n1", Term: 4}, chaos.Leadership{Member: "n2", Term: 5}
	for _, c := range []struct {
		name       string
		event      plan.Event
		reigns     []reign
		want, done []string
		kinds      []error
	}{
		{
			"no leader, and then the one", pinned, []reign{{0, none}, {1298 * ms, n2}},
			[]string{
				"1.3s e2 partition-leader injected map[target:n2 term:5], 300ms after its time",
				"1.97s e2 partition-leader effective",
				"6s e2 partition-leader healed", // when it was planned
				"6.007s e2 partition-leader recovered",
			},
			[]string{second, "heal"}, nil,
		},
		{
			"the old leader, and then the one", pinned, []reign{{0, n1}, {1008 * ms, none}, {1018 * ms, n2}},
			[]string{
				"1.02s e2 partition-leader injected map[target:n2 term:5], 20ms after its time",
				"1.69s e2 partition-leader effective",
				"6s e2 partition-leader healed",
				"6.007s e2 partition-leader recovered",
			},
			[]string{second, "heal"}, nil,
		},
		{
			"another one leads", pinned, []reign{{0, n1}},
			[]string{
				`3s e2 partition-leader failed: not injected: target client.collector is n2, which does not lead ` +
					`(leader: "n1"), nor 2s later`,
			},
			nil, noEffect,
		},
		{
			"there is no leader", isolate, []reign{{0, none}},
			[]string{
				"3s e2 partition-leader failed: not injected: target leader: no majority follows a leader, " +
					"nor 2s later",
			},
			nil, noEffect,
		},
		{
			"a follower that still leads", plan.Event{ID: "e4", Fault: "follower-kill", Target: "n1", At: time.Second,
				For: time.Second},
			[]reign{{0, n1}},
			[]string{"3s e4 follower-kill failed: not injected: target n1 is n1, which leads, nor 2s later"},
			nil, noEffect,
		},
		{
			"a client cut off from a leader alone", plan.Event{
				ID: "e4", Fault: "client-cut", Target: "client.collector", At: time.Second, For: time.Second,
				Params: plan.Params{"only": "leader"},
			},
			[]reign{{0, n1}},
			[]string{`3s e4 client-cut failed: not injected: client collector is pinned to n2, which does not lead ` +
				`(leader: "n1"), nor 2s later`},
			nil, noEffect,
		},
		{
			"what no waiting mends is said at once", plan.Event{ID: "e4", Fault: "partition-leader",
				Target: "client.other", At: time.Second},
			[]reign{{0, n1}},
			[]string{"1s e4 partition-leader failed: not injected: target client.other: " +
				"no such client is pinned to a member"},
			nil, noEffect,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := answering()
				f.Links = unlinked
				f.Script[second] = []chaos.Observation{
					after(670*ms, "n2", chaos.Lost, "n2", 5), after(620*ms, "n1", chaos.Elected, "n1", 6),
				}
				f.Script["heal"] = []chaos.Observation{
					after(5*ms, "n1", chaos.Elected, "n1", 6), after(5*ms, "n3", chaos.Changed, "n1", 6),
					after(7*ms, "n2", chaos.Elected, "n1", 6),
				}
				reigns(f, c.reigns...)
				got, err := played(t.Context(), f, c.event)
				chaostest.Compare(t, "moments", got, c.want)
				chaostest.Compare(t, "done to the cluster", f.Operations(), c.done)
				checkKinds(t, err, c.kinds)
			})
		})
	}
}

// unlinked is a client link that is never used.
var unlinked = map[string]*network.ClientLink{"collector": nil}

// reigns has these lead the fake, one after the other.
func reigns(f *chaostest.Cluster, all ...reign) {
	for _, r := range all {
		if r.from == 0 {
			f.Led = r.leader
			continue
		}
		time.AfterFunc(r.from, func() { f.Change(func() { f.Led = r.leader }) })
	}
}

func TestAnInterruptedPlayWaitsForNoLeader(t *testing.T) {
	interrupted := errors.New("interrupted")
	synctest.Test(t, func(t *testing.T) {
		f := answering()
		f.Led = chaos.Leadership{}
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(1500*ms, func() { cancel(interrupted) })
		got, err := played(ctx, f, isolate)
		chaostest.Compare(t, "moments", got, []string{
			"1.5s e2 partition-leader cut short: not injected: target leader: no majority follows a leader: " +
				"interrupted",
		})
		if !errors.Is(err, interrupted) {
			t.Errorf("error %v", err)
		}
		checkKinds(t, err, nil)
	})
}

// An attempt that waits for a leader by itself is not followed by another one that waits as long.
func TestAnInjectionThatTakesLongIsNotTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		fault := chaos.Fault{
			FaultRule: plan.FaultRule{Name: "patient"},
			Inject: func(context.Context, chaos.Target, plan.Event) (chaos.Ongoing, error) {
				tries++
				time.Sleep(chaos.Patience)
				return nil, chaos.ErrNoLeader
			},
		}
		find := func(string) (chaos.Fault, error) { return fault, nil }
		err := chaos.Play(t.Context(), clock.Now(), []plan.Event{{ID: "e1"}}, chaostest.New(), find,
			func(chaos.Moment) {})
		if tries != 1 || !errors.Is(err, chaos.ErrNoEffect) {
			t.Errorf("%d tries, error %v", tries, err)
		}
	})
}
