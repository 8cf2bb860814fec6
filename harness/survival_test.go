package harness_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"aftershock/chaos/plan"
	"aftershock/harness"
	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/summary"
)

// store puts one key a call. One that forgets acknowledges every tenth without putting it.
func store(forgets bool) harness.Func {
	return func(ctx context.Context, env harness.Env) (harness.Calls, error) {
		etcd, err := env.Etcd(ctx)
		if err != nil {
			return harness.Calls{}, err
		}
		var acknowledged harness.Ledger
		return harness.Calls{
			Do: func(ctx context.Context, n int) error {
				key := fmt.Sprintf("%sstore/%d", harness.Prefix, n)
				if !forgets || n%10 != 0 {
					if _, err := etcd.Put(ctx, key, ""); err != nil {
						return err
					}
				}
				acknowledged.Acknowledge(key)
				return nil
			},
			Audit: acknowledged.Audit(env, harness.Prefix+"store/"),
			Close: etcd.Close,
		}, nil
	}
}

var (
	keeping    = harness.Plain("keeping", store(false))
	forgetting = harness.Plain("forgetting", store(true))
)

func TestAServiceSurvivesTheLossOfItsLeader(t *testing.T) {
	slow.Boots(t)
	got := harness.Test(t, keeping, harness.Survival{Outage: 10 * time.Second, Seed: 3})
	if t.Failed() {
		return
	}
	// A put that is answered after its time-out is acknowledged, and its call failed all the same.
	answered, late := got.Calls.OK, int(got.Acknowledged)-got.Calls.OK
	if answered == 0 || late < 0 || late > got.Calls.Failed || got.Lost != 0 {
		t.Errorf("%+v: of %d writes %d are gone", got.Calls, got.Acknowledged, got.Lost)
	}
	if len(got.Trial.Faults) != 1 || got.Trial.Faults[0].Fault != "leader-kill" || got.Trial.Faults[0].Effective == 0 {
		t.Errorf("faults %+v", got.Trial.Faults)
	}
	// The election alone takes an election time-out at least, in which no put can succeed.
	if got.Silence < 300*time.Millisecond || got.Began < time.Second {
		t.Errorf("silent for %v from %v on", got.Silence, got.Began)
	}
	s, err := summary.Compute(strings.SplitN(got.Folder, "/trials/", 2)[0])
	if err != nil || s.Fixes[0].Name != "keeping" {
		t.Errorf("the run's folder is not one for compare: %v, %+v", err, s.Fixes)
	}
}

func TestLostWritesFailATest(t *testing.T) {
	slow.Boots(t)
	w := &watcher{T: t}
	harness.Test(w, forgetting, harness.Survival{
		Faults: []plan.FaultSpec{{Fault: "leader-transfer", Target: "leader", To: "follower"}}, Outage: time.Minute,
	})
	if len(w.errors) != 1 || !strings.Contains(w.errors[0], "writes that were acknowledged are gone") {
		t.Errorf("errors %q, fatal %q, skipped %q", w.errors, w.fatal, w.skipped)
	}
}

// watcher is a test that keeps what it is told.
type watcher struct {
	*testing.T
	errors, fatal, skipped []string
}

func (w *watcher) Errorf(format string, args ...any) {
	w.errors = append(w.errors, fmt.Sprintf(format, args...))
}
func (w *watcher) Fatalf(format string, args ...any) {
	w.fatal = append(w.fatal, fmt.Sprintf(format, args...))
}
func (w *watcher) Skipf(format string, args ...any) {
	w.skipped = append(w.skipped, fmt.Sprintf(format, args...))
}

func TestWhatCannotBeTestedIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		service harness.Fix
		s       harness.Survival
		want    string
	}{
		"a service that no child finds": {harness.Plain("keepin", store(false)), harness.Survival{}, `"keeping"`},
		"a fault that there is not": {keeping, harness.Survival{
			Faults: []plan.FaultSpec{{Fault: "leader-kil", Target: "leader", For: time.Second}},
		}, "leader-kil"},
		"a rate that no generator drives": {keeping, harness.Survival{Rate: -1}, "rate"},
		"a setting that it does not read": {keeping, harness.Survival{Settings: harness.Settings{"size": 1}}, "size"},
	} {
		w := &watcher{T: t}
		harness.Test(w, c.service, c.s)
		if len(w.fatal) != 1 || !strings.Contains(w.fatal[0], c.want) {
			t.Errorf("%s: %q, want a word of %s", name, w.fatal, c.want)
		}
	}
}

func TestAFuncSaysWhatItCounts(t *testing.T) {
	f := store(false)
	d := f.Describe()
	if d.Primary() != harness.CallStream || len(d.Counters) != 2 || d.Counters[1].Better != ops.Lower {
		t.Errorf("%+v", d)
	}
	empty := harness.Func(func(context.Context, harness.Env) (harness.Calls, error) { return harness.Calls{}, nil })
	if _, err := empty.Start(t.Context(), harness.Env{}); err == nil {
		t.Error("Calls without a Do are started")
	}
	if keeping.Against != results.Steady || keeping.Repairs() {
		t.Errorf("%+v", keeping.Fix)
	}
}
