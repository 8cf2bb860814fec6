package article

import (
	"slices"
	"testing"
	"time"

	"aftershock/results/stat"
	"aftershock/scenarios/article/claims"
	"aftershock/scenarios/fixes"
)

func TestFullRunsGetWhatDecides(t *testing.T) {
	s := time.Second
	for name, c := range map[string]struct {
		needs []need
		limit time.Duration
		want  []share
		fits  bool
	}{
		"just enough":             {[]need{{10 * s, 1, 1, false}, {40 * s, 4, 0, false}}, 380 * s, []share{{6, 0}, {8, 0}}, true},
		"the reserve then":        {[]need{{10 * s, 1, 2, false}, {40 * s, 4, 0, false}}, 395 * s, []share{{6, 1}, {8, 0}}, true},
		"then more pairs":         {[]need{{10 * s, 1, 0, false}}, 105 * s, []share{{10, 0}}, true},
		"and no more than twelve": {[]need{{10 * s, 1, 1, false}}, time.Hour, []share{{12, 1}}, true},
		"one fix, and not four":   {[]need{{10 * s, 1, 0, false}, {40 * s, 4, 0, false}}, 379 * s, []share{{5, 0}, {8, 0}}, true},
		"the smallest that does":  {[]need{{20 * s, 2, 0, false}, {15 * s, 2, 0, false}}, 220 * s, []share{{7, 0}, {5, 0}}, true},
		"a short one's reserve":   {[]need{{10 * s, 2, 1, false}, {40 * s, 4, 1, false}}, 380 * s, []share{{5, 1}, {8, 0}}, true},
		"the largest, if none":    {[]need{{10 * s, 1, 0, false}, {40 * s, 4, 0, false}}, 251 * s, []share{{5, 0}, {5, 0}}, true},
		"and none needlessly":     {[]need{{40 * s, 4, 1, true}, {10 * s, 5, 0, false}}, 320 * s, []share{{5, 1}, {8, 0}}, true},
		"the first keeps all":     {[]need{{40 * s, 4, 1, true}, {10 * s, 5, 0, false}}, 410 * s, []share{{8, 1}, {5, 0}}, true},
		"unless it cannot":        {[]need{{40 * s, 4, 1, true}, {10 * s, 5, 0, false}}, 290 * s, []share{{5, 1}, {5, 0}}, true},
		"all by Student's t":      {[]need{{10 * s, 1, 0, false}, {10 * s, 1, 0, false}}, 105 * s, []share{{5, 0}, {5, 0}}, true},
		"hopeless":                {[]need{{10 * s, 1, 0, false}}, 49 * s, []share{{5, 0}}, false},
	} {
		got, fits := allotFull(c.needs, c.limit)
		if fits != c.fits || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, fits %v; want %v, %v", name, got, fits, c.want, c.fits)
		}
		if fits && cost(c.needs, got) > c.limit {
			t.Errorf("%s: it takes %v of %v", name, cost(c.needs, got), c.limit)
		}
	}
}

func TestQuickRunsGetAPairAndWhatIsCheap(t *testing.T) {
	s := time.Second
	got, fits := allotQuick([]need{{4 * s, 1, 2, false}, {24 * s, 1, 1, false}}, 50*s)
	if want := []share{{3, 1}, {1, 0}}; !fits || !slices.Equal(got, want) {
		t.Errorf("%v, fits %v; want %v", got, fits, want)
	}
	if _, fits := allotQuick([]need{{4 * s, 1, 0, false}}, 3*s); fits {
		t.Error("a pair of 4 s fits into 3 s")
	}
}

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
			if few := p.Pairs < stat.FewestPairs(len(p.Fixes)); !quick && few {
				t.Errorf("%s has %d pairs for %d fixes, which decide nothing", p.Scenario, p.Pairs, len(p.Fixes))
			}
			if !quick && p.Scenario == headline && p.Reserve < 1 {
				t.Errorf("%s, which the article is about, has a reserve of %d", p.Scenario, p.Reserve)
			}
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
		if tests := len(p.Fixes) + len(named); len(named) > 0 && p.Pairs < stat.FewestPairs(tests) {
			t.Errorf("%s has %d pairs, and %d figures that are corrected together take %d", p.Scenario, p.Pairs, tests, stat.FewestPairs(tests))
		}
	}
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
