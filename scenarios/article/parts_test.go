package article

import (
	"slices"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/scenarios/article/claims"
	"aftershock/scenarios/fixes"
)

// What is promised: an hour, and twelve minutes, with all fixes that there are.
func TestTheSuiteFitsItsTime(t *testing.T) {
	for quick, limit := range map[bool]time.Duration{false: fullTime, true: quickTime} {
		s, err := layOut(list(t), quick, fixes.Registry())
		if err != nil {
			t.Fatal(err)
		}
		var all time.Duration
		for _, p := range s.parts {
			all += s.pilots[p.Scenario] + s.takes(p, p.Pairs+p.Reserve)
			if placeOf(s.scenarios[p.Scenario]) < 0 {
				t.Errorf("%s has no line in shares", p.Scenario)
			}
			if !quick && p.Scenario == "leader-churn" && p.Reserve < 1 {
				t.Errorf("%s, which the article is about, has a reserve of %d", p.Scenario, p.Reserve)
			}
		}
		if len(s.parts) != len(shares) {
			t.Errorf("%d of the %d lines of shares are used", len(s.parts), len(shares))
		}
		if all > limit {
			t.Errorf("quick %v: with its reserve it takes %v of %v", quick, all, limit)
		}
	}
}

// A figure that a claim names is corrected with the primary metrics of its run: the pairs have to do for all of them.
func TestNamedFiguresCanBeDecided(t *testing.T) {
	all := list(t)
	s, err := layOut(all, false, fixes.Registry())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range s.parts {
		fixes, err := find(fixes.Registry(), p.Fixes)
		if err != nil {
			t.Fatal(err)
		}
		named := named(all, p.Scenario, fixes)
		if tests := len(p.Fixes) + len(named); p.Pairs < stat.FewestPairs(tests) {
			t.Errorf("%s has %d pairs, and %d figures that are corrected together take %d", p.Scenario, p.Pairs, tests,
				stat.FewestPairs(tests))
		}
	}
}

// named are the figures that claims name in a scenario beside the primary ones of its fixes, each once.
func named(all []claims.Claim, scenario string, fixes []harness.Fix) map[claims.Evidence]bool {
	figures := map[claims.Evidence]bool{}
	for _, c := range all {
		for _, e := range c.Fixes {
			i := slices.IndexFunc(fixes, func(f harness.Fix) bool { return f.Name == e.Fix })
			if i < 0 || e.Scenario != scenario || e.Within == "" &&
				(e.Metric == (results.Metric{}) || e.Metric == fixes[i].Primary) {
				continue
			}
			figures[claims.Evidence{Fix: e.Fix, Metric: e.Metric, Within: e.Within}] = true
		}
	}
	return figures
}

// A fix that shows several claims is run once in a scenario, and those without a cluster come first.
func TestPartsHoldEachFixOnce(t *testing.T) {
	s, err := layOut(list(t), false, fixes.Registry())
	if err != nil {
		t.Fatal(err)
	}
	clustered := false
	for i, p := range s.parts {
		sorted := slices.Sorted(slices.Values(p.Fixes))
		if len(slices.Compact(sorted)) != len(p.Fixes) {
			t.Errorf("%s runs a fix twice: %v", p.Scenario, p.Fixes)
		}
		if slices.ContainsFunc(s.parts[:i], func(o claims.Part) bool { return o.Scenario == p.Scenario }) {
			t.Errorf("%s is run twice", p.Scenario)
		}
		members := s.scenarios[p.Scenario].Cluster.Members > 0
		if clustered && !members {
			t.Errorf("%s comes after a cluster", p.Scenario)
		}
		clustered = members
	}
}

func TestTheProbeJudgesByTheRatio(t *testing.T) {
	for _, c := range []struct {
		live, cancelled time.Duration
		shows           bool
	}{{60_000, 420_000, true}, {60_000, 120_000, true}, {60_000, 119_000, false}, {400_000, 400_000, false}} {
		if p := judgeErr(c.live, c.cancelled); p.Shows != c.shows || p.Name != errOnCancelled || p.Says == "" {
			t.Errorf("%v and %v: %+v", c.live, c.cancelled, p)
		}
	}
	if all := probes(); len(all) != 2 || all[0].Says == "" {
		t.Errorf("%+v", all)
	}
}
