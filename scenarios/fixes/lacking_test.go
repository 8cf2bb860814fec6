package fixes_test

import (
	"slices"
	"testing"

	"aftershock/results"
	"aftershock/scenarios"
	"aftershock/scenarios/fixes"
)

// What a shipped scenario runs can be judged there, and where a fix says that it matters as well.
func TestAShippedScenarioGivesItsFixesWhatTheyNeed(t *testing.T) {
	all, err := scenarios.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		for _, f := range fixes.Registry().Fixes {
			matters := f.Scenario == s.Name || f.ClusterFree == s.Name || slices.Contains(s.Fixes, f.Name)
			if f.Lacking == nil || !matters {
				continue
			}
			if lacking := f.Lacking(s); len(lacking) > 0 {
				t.Errorf("%s in %s lacks %q", f.Name, s.Name, lacking)
			}
		}
	}
}

// A scenario in calm weather, and one without a cluster, give next to nothing of what repairs need that talk to etcd.
func TestWhatAScenarioLacksIsNamed(t *testing.T) {
	for _, c := range []struct {
		fix, scenario string
		want          []string
	}{
		{"relist-herd", "calm", []string{
			`workload setting "followers" (for its seam NewFollower)`,
			`fault that is held, or workload setting "cancelled" (for its trigger batches_under_cancelled_context)`,
		}},
		{"require-leader", "calm", []string{
			`stream "record" (for its seam NewWriter)`, `phase "trigger" (for its primary metric record_took_p50 (trigger))`,
		}},
		{"coupled-tick", "cluster-free", []string{
			`workload setting "ticks" (for its seam NewTicker)`, `phase "trigger" (for its primary metric partial (trigger))`,
			`stream "publish" (for its guard publish_goodput (steady))`, `phase "recovery" (for its guard age_p50 (recovery))`,
		}},
		{"context-isolation", "cluster-free", []string{
			`phase "trigger" (for its primary metric service_p99 (trigger))`,
			`fault that is held, or workload setting "cancelled" (for its trigger batches_under_cancelled_context)`,
			`stream "publish" (for its guard publish_goodput (steady))`, `phase "recovery" (for its guard age_p50 (recovery))`,
		}},
		{"safe-map-advice", "map-writes", []string{`workload setting "reads" (for its seam NewTable)`}},
		{"timeout-per-key", "leader-churn", nil},
		{"bounded-goroutine", "map-writes", []string{`workload setting "hang" (for its seam NewRefresher)`}},
	} {
		f, err := fixes.Registry().Find(c.fix)
		if err != nil {
			t.Fatal(err)
		}
		s, err := scenarios.Load(c.scenario)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Lacking(s); !slices.Equal(got, c.want) {
			t.Errorf("%s in %s lacks %q, want %q", c.fix, c.scenario, got, c.want)
		}
	}
}

// A scenario that asks for batches alone can judge builders and maps alone: a seam that is not used makes no
// difference.
func TestABareScenarioJudgesBuildersOnly(t *testing.T) {
	bare, err := scenarios.Load("cluster-free")
	if err != nil {
		t.Fatal(err)
	}
	registry := fixes.Registry()
	for _, f := range fixes.All() {
		if !f.Repairs() {
			continue
		}
		seams := fixes.Seams(f, results.Before).Differing(fixes.Seams(f, results.After))
		fix, err := registry.Find(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		used := seams[0] == "Builder" || seams[0] == "Maps"
		if lacking := fix.Lacking(bare); len(lacking) == 0 && !used {
			t.Errorf("%s differs in %q, which %s does not use, and nothing is lacking", f.Name, seams, bare.Name)
		}
	}
}
