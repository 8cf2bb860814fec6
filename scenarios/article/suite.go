package article

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/harness"
	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/scenarios"
	"aftershock/scenarios/article/claims"
)

// The time that all runs may take, with their reserve, which is hardly ever needed as a whole. It is a little below what is
// promised, an hour and twelve minutes: the summaries take some of it.
const (
	fullTime  = 59*time.Minute + 30*time.Second
	quickTime = 11*time.Minute + 30*time.Second
)

// limit is how long all runs of a suite may take.
func limit(quick bool) time.Duration {
	if quick {
		return quickTime
	}
	return fullTime
}

// headline is the scenario of what the article is about. What is said of it has to stand, whatever else there is time for.
const headline = "leader-churn"

// beside is what a trial takes beside its boot, phases and teardown: canaries before and after it, and its files. It was 0.4
// to 0.5 s without a cluster and 1 s with one, on a machine that others used as well.
const beside = 500 * time.Millisecond

// takes is how long the pairs of a part take, those that are run again among them. Fixes that share an arm share its trials.
func (s suite) takes(p claims.Part, pairs int) time.Duration {
	arms := s.arms[p.Scenario]
	return s.scenarios[p.Scenario].RunTime(arms, pairs) + time.Duration(arms*pairs)*beside
}

// suite is what is to be run, part by part.
type suite struct {
	parts     []claims.Part
	scenarios map[string]harness.Scenario
	arms      map[string]int           // of a scenario's part: the different arms of its fixes
	figures   map[string]int           // of a scenario's part: those that are corrected together
	pilots    map[string]time.Duration // how long the part measures its load
}

// layOut groups the fixes of all claims by their scenario: a part is one ordinary run, which compare, report and gate take
// like any other. Parts without a cluster come first: what fails soonest. Each part has as many pairs as allot gives it.
func layOut(all []claims.Claim, quick bool, r harness.Registry) (suite, error) {
	s := suite{scenarios: map[string]harness.Scenario{}, arms: map[string]int{}, figures: map[string]int{},
		pilots: map[string]time.Duration{}}
	for _, c := range all {
		for _, e := range c.Fixes {
			if err := s.add(e); err != nil {
				return s, fmt.Errorf("claim %q: %w", c.Name, err)
			}
		}
	}
	slices.SortStableFunc(s.parts, func(a, b claims.Part) int {
		return s.scenarios[a.Scenario].Cluster.Members - s.scenarios[b.Scenario].Cluster.Members
	})
	for i := range s.parts {
		s.parts[i].Name = fmt.Sprintf("%02d-%s", i+1, s.scenarios[s.parts[i].Scenario].Name)
		fixes, err := find(r, s.parts[i].Fixes)
		if err != nil {
			return s, err
		}
		name := s.parts[i].Scenario
		s.arms[name], s.pilots[name] = harness.Arms(fixes), s.scenarios[name].PilotTime(fixes)
		s.figures[name] = len(fixes) + len(named(all, name, fixes))
	}
	return s, s.allot(quick)
}

// add takes a fix into the part of its scenario, once for all claims that it shows.
func (s *suite) add(e claims.Evidence) error {
	i := slices.IndexFunc(s.parts, func(p claims.Part) bool { return p.Scenario == e.Scenario })
	if i < 0 {
		scenario, err := scenarios.Load(e.Scenario)
		if err != nil {
			return err
		}
		s.scenarios[e.Scenario] = scenario
		i = len(s.parts)
		s.parts = append(s.parts, claims.Part{Scenario: e.Scenario})
	}
	if !slices.Contains(s.parts[i].Fixes, e.Fix) {
		s.parts[i].Fixes = append(s.parts[i].Fixes, e.Fix)
	}
	return nil
}

func (s *suite) allot(quick bool) error {
	var needs []need
	left := limit(quick)
	for _, p := range s.parts {
		left -= s.pilots[p.Scenario]
		scenario := s.scenarios[p.Scenario]
		needs = append(needs, need{
			pair: s.takes(p, 1), figures: s.figures[p.Scenario], reserve: scenario.Budget.Reserve,
			first: p.Scenario == headline,
		})
	}
	divide := allotFull
	if quick {
		divide = allotQuick
	}
	shares, ok := divide(needs, left)
	if !ok {
		return fmt.Errorf("the fixes of all claims do not fit into %s, not even with the fewest pairs: give some of them a "+
			"shorter scenario, or one without a cluster", units.Short(limit(quick)))
	}
	for i := range s.parts {
		s.parts[i].Pairs, s.parts[i].Reserve = shares[i].pairs, shares[i].reserve
		s.parts[i].Takes = s.pilots[s.parts[i].Scenario] + s.takes(s.parts[i], shares[i].pairs)
	}
	return nil
}

// options are those that aftershock run would have for a part.
func (s *suite) options(p claims.Part, o Options, out string) (harness.Options, error) {
	scenario := s.scenarios[p.Scenario]
	scenario.Budget.Reserve = p.Reserve
	h := harness.Options{
		Scenario: scenario, Seed: o.Seed, Out: out, Runtime: harness.Runtimes()[0], Pin: o.Pin,
		Calibration: o.Calibration, Look: o.Look,
		Plans:   plan.ExpandAll(scenario.Name, scenario.Faults, faults.Rules(), o.Seed, p.Pairs),
		Command: s.commandOf(p, o),
	}
	var err error
	if h.Fixes, err = find(o.Registry, p.Fixes); err != nil {
		return h, err
	}
	for _, name := range scenario.Fixes {
		left, err := o.Registry.Find(name)
		if err == nil && left.Repairs() && !slices.Contains(p.Fixes, name) {
			h.NotRun = append(h.NotRun, name)
		}
	}
	return h, h.Check()
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

// find finds fixes by their names.
func find(r harness.Registry, names []string) (fixes []harness.Fix, err error) {
	for _, name := range names {
		fix, err := r.Find(name)
		if err != nil {
			return nil, err
		}
		fixes = append(fixes, fix)
	}
	return fixes, nil
}

// commandOf repeats a part by itself.
func (s suite) commandOf(p claims.Part, o Options) []string {
	words := []string{
		o.Command[0], "run", p.Scenario, "--fix", strings.Join(p.Fixes, ","), "--pairs", strconv.Itoa(p.Pairs), "--seed",
		strconv.FormatUint(o.Seed, 10),
	}
	if o.Pin {
		words = append(words, "--pin")
	}
	scenario, arms := s.scenarios[p.Scenario], s.arms[p.Scenario]
	if err := scenario.CheckBudget(arms, p.Pairs, s.pilots[p.Scenario], scenario.Budget.Run); err != nil {
		words = append(words, "--budget", units.Short((s.pilots[p.Scenario]+scenario.WithReserve(arms, p.Pairs)).Round(time.Minute)+time.Minute))
	}
	return slices.Concat(words, results.OutWords(o.Command), results.CalibrationWords(o.Command))
}
