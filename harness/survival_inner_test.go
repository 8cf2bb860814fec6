package harness

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aftershock/chaos/plan"
	"aftershock/internal/clock"
	"aftershock/results"
	"aftershock/results/ops"
)

// written gives a table of one stream with a record at each of these milliseconds, of an outcome each.
func written(t *testing.T, outcomes map[int]ops.Outcome, counters ...uint64) *ops.Log {
	t.Helper()
	name := filepath.Join(t.TempDir(), results.OpsFile)
	table, err := ops.Create(name, ops.Header{
		Streams:  []ops.Stream{{Name: CallStream, Slots: 100, Timeout: time.Second, Role: ops.Primary}},
		Counters: Func(nil).Describe().Counters,
	})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for at := range 10_000 {
		outcome, ok := outcomes[at]
		if !ok {
			continue
		}
		r := ops.Record{Intended: int64(at) * int64(time.Millisecond), Outcome: outcome}
		if outcome == ops.Failed {
			r.Reason = ops.Error
		}
		table.Put(0, n, r)
		n++
	}
	for i, value := range counters {
		c, err := table.Counter([]string{WritesAcknowledged, WritesLost}[i])
		if err != nil {
			t.Fatal(err)
		}
		c.Store(value)
	}
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	log, err := ops.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func TestTheLongestSilence(t *testing.T) {
	const second = clock.Nanos(time.Second)
	within := clock.Span{From: second, To: 5 * second}
	for name, c := range map[string]struct {
		outcomes map[int]ops.Outcome
		want     clock.Span
	}{
		"no call at all": {nil, within},
		"between two": {map[int]ops.Outcome{1000: ops.OK, 1500: ops.OK, 4000: ops.OK, 4800: ops.OK},
			clock.Span{From: 1500e6, To: 4000e6}},
		"failures are no answer": {
			map[int]ops.Outcome{1000: ops.OK, 2000: ops.Failed, 3000: ops.OK, 4000: ops.OK}, clock.Span{From: second,
				To: 3 * second},
		},
		"up to the end": {map[int]ops.Outcome{1000: ops.OK, 2000: ops.OK},
			clock.Span{From: 2 * second, To: 5 * second}},
		"from the beginning": {map[int]ops.Outcome{500: ops.OK, 3500: ops.OK, 4000: ops.OK},
			clock.Span{From: second, To: 3500e6}},
		"one before it is none": {map[int]ops.Outcome{999: ops.OK}, within},
	} {
		if got := silence(written(t, c.outcomes), 0, within); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestWhyAServiceHasNotSurvived(t *testing.T) {
	trial := results.Trial{Phases: []results.Phase{
		{Name: results.WarmUp, To: 500e6}, {Name: results.Recovery, From: 3e9, To: 4e9},
	}}
	for name, c := range map[string]struct {
		change   func(*results.Trial)
		lost     uint64
		outage   time.Duration
		want     string // a part of it; "" when it has survived
		certain  bool
		disturbs bool
	}{
		"it has": {func(*results.Trial) {}, 0, time.Second, "", false, false},
		"silent too long": {func(*results.Trial) {}, 0, 999 * time.Millisecond,
			"no call succeeded for 1s, from 1s on", false, false},
		"lost writes": {func(*results.Trial) {}, 3, time.Second, "3 of 40 writes", true, false},
		"a crash": {func(t *results.Trial) { t.Worker.Crashed, t.Worker.Exit = true, "killed" }, 0,
			time.Second, "crashed: killed", false, false},
		"an invalid trial": {func(t *results.Trial) { t.Invalid = "n1 died" }, 0, time.Second, "n1 died", false, false},
		"a spoiled trial": {
			func(t *results.Trial) {
				t.Invalid, t.Spoiled = "stood still",
					true
			}, 0, time.Second, "stood still", false, true,
		},
		"a busy machine": {
			func(t *results.Trial) {
				t.Machine.Score, t.Machine.Scored = 1.5,
					true
			}, 0, time.Millisecond, "no call", false, true,
		},
	} {
		s := Survived{Trial: trial}
		c.change(&s.Trial)
		outcomes := map[int]ops.Outcome{}
		for at := 0; at < 4000; at += 100 {
			if at <= 1000 || at >= 2000 {
				outcomes[at] = ops.OK
			}
		}
		s.read(written(t, outcomes, 40, c.lost))
		all, certain := s.failures(c.outage)
		if text := strings.Join(all, "; "); certain != c.certain || (text == "") != (c.want == "") ||
			!strings.Contains(text, c.want) {
			t.Errorf("%s: %q, certain %t; want %q", name, text, certain, c.want)
		}
		if why, disturbed := s.disturbed(); disturbed != c.disturbs {
			t.Errorf("%s: disturbed %t, %s", name, disturbed, why)
		}
	}
}

func TestTheSurvivalPlanIsTheSameEachTime(t *testing.T) {
	service := Plain("x", Func(nil))
	planned := func(s Survival) string { return plan.Format(s.Options(service, 1).Plans) }
	zero := Survival{}
	if planned(zero) != planned(Survival{Seed: 1}) || planned(zero) == planned(Survival{Seed: 2}) {
		t.Errorf("the plan is not the seed's:\n%s\n%s", planned(zero), planned(Survival{Seed: 2}))
	}
	if err := zero.Options(service, 1).CheckScenario(); err != nil {
		t.Error(err)
	}
	if text := planned(zero); !strings.Contains(text, "leader-kill") {
		t.Error(text)
	}
	// The faults of a caller stay as they are: two tests may share them.
	own := []plan.FaultSpec{{Fault: "leader-transfer", Target: "leader", To: "follower", At: time.Second}}
	first := planned(Survival{Faults: own})
	if again := planned(Survival{Faults: own}); again != first || own[0].At != time.Second {
		t.Errorf("%s\n%s\n%v", first, again, own)
	}
}
