package report

import (
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

func TestSearchesSayWhetherTheBudgetIsEnough(t *testing.T) {
	fix := func(name string, pairs, least, most int) summary.Search {
		return summary.Search{
			Fix: name, Metric: results.Metric{Name: "p99", Phase: results.UnderTrigger}, Unit: "ns", Scale: stat.Ratio,
			Change: -0.1, Pilot: 4, Planned: stat.Planned{Pairs: pairs, Least: least, Most: most, Spread: 0.2},
		}
	}
	unknown := summary.Search{Fix: "bounded", Unit: "ns", Scale: stat.Ratio, Why: "a time-out cut its values off"}
	shown := func(most int, all ...summary.Search) string {
		var b strings.Builder
		err := Searches(&b, Search{
			All: all, Budget: 10 * time.Minute, Most: most,
			Takes: func(pairs int) time.Duration { return time.Duration(pairs) * time.Minute },
			Run:   results.Run{Command: results.Invocation{"aftershock", "run", "leader-churn"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for name, c := range map[string]struct {
		most int
		all  []summary.Search
		want []string
	}{
		"enough": {20, []summary.Search{fix("a", 9, 8, 30), fix("b", 12, 8, 40)}, []string{
			"a    P99 trigger    -10.0 %  4 pairs  9 (8 to 30)",
			"run of all 2 fixes takes 12 (8 to 40) pairs, 12m (8m to 40m)",
			"The budget of 10m allows 20 pairs, which is enough; --pairs 12 asks", "again: aftershock run leader-churn",
		}},
		"not enough": {10, []summary.Search{fix("a", 90, 40, 1001)}, []string{
			"90 (40 to over 1000)  1h30m (40m to too long)", "run of the fix takes",
			"It takes --pairs 90 --budget 1h31m.",
			"The budget of 10m allows 10 pairs, and cannot find it", "  a: ",
		}},
		"none at all": {-2, []summary.Search{fix("a", 1001, 1001, 1001)}, []string{
			"The budget of 10m allows 0 pairs, and cannot", "  a: nothing, being too few",
		}},
		"some unknown": {20, []summary.Search{fix("a", 9, 8, 30), unknown}, []string{
			"not known: a time-out cut its values off", "Of 1 of 2 fixes the pilot tells nothing",
		}},
	} {
		got := shown(c.most, c.all...)
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q is not in\n%s", name, want, got)
			}
		}
	}
	if got := shown(20, unknown); strings.Contains(got, "A run of") {
		t.Errorf("of nothing it says\n%s", got)
	}
}
