package article

import (
	"fmt"
	"slices"
	"time"

	"aftershock/harness"
	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/scenarios"
	"aftershock/scenarios/article/claims"
)

// beside is what a trial takes beside its boot, phases and teardown: canaries before and after it, and its files. It
// was 0.4 to 0.5 s without a cluster and 1 s with one, on a machine that others used as well.
const beside = 500 * time.Millisecond

// takes is how long the pairs of a part take, those that are run again among them. Fixes that share an arm share its
// trials.
func (s layout) takes(p claims.Part, pairs int) time.Duration {
	arms := s.arms[p.Scenario]
	return s.scenarios[p.Scenario].RunTime(arms, pairs) + time.Duration(arms*pairs)*beside
}

// layout is what is to be run, part by part.
type layout struct {
	parts     []claims.Part
	scenarios map[string]harness.Scenario
	arms      map[string]int           // of a scenario's part: the different arms of its fixes
	pilots    map[string]time.Duration // how long the part measures its load
}

// layOut groups the fixes of all claims by their scenario: a part is one ordinary run, which compare, report and gate
// take like any other, in the order and with the pairs of shares.
func layOut(all []claims.Claim, quick bool, r harness.Registry) (layout, error) {
	s := layout{scenarios: map[string]harness.Scenario{}, arms: map[string]int{}, pilots: map[string]time.Duration{}}
	for _, c := range all {
		for _, e := range c.Fixes {
			if err := s.add(e); err != nil {
				return s, fmt.Errorf("claim %q: %w", c.Name, err)
			}
		}
	}
	slices.SortStableFunc(s.parts, func(a, b claims.Part) int {
		return placeOf(s.scenarios[a.Scenario]) - placeOf(s.scenarios[b.Scenario])
	})
	for i := range s.parts {
		p := &s.parts[i]
		scenario := s.scenarios[p.Scenario]
		fixes, err := find(r, p.Fixes)
		if err != nil {
			return s, err
		}
		s.arms[p.Scenario], s.pilots[p.Scenario] = harness.Arms(fixes), scenario.PilotTime(fixes)
		share := shareOf(scenario, quick)
		p.Name, p.Pairs, p.Reserve = fmt.Sprintf("%02d-%s", i+1, scenario.Name), share.pairs, share.reserve
		p.Takes = s.pilots[p.Scenario] + s.takes(*p, p.Pairs)
	}
	return s, nil
}

// add takes a fix into the part of its scenario, once for all claims that it shows.
func (s *layout) add(e claims.Evidence) error {
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

// options are those that aftershock run would have for a part.
func (s *layout) options(p claims.Part, o Options, out string) (harness.Options, error) {
	scenario := s.scenarios[p.Scenario]
	scenario.Budget.Reserve = p.Reserve
	h, err := scenarios.Options(scenario, o.Registry, p.Fixes, o.Seed, p.Pairs)
	if err != nil {
		return h, err
	}
	h.Out, h.Pin, h.Calibration, h.Look, h.Command = out, o.Pin, o.Calibration, o.Look, s.commandOf(p, o)
	return h, h.Check()
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
func (s layout) commandOf(p claims.Part, o Options) results.Invocation {
	command := results.RunOf(o.Command.Program(), p.Scenario, p.Fixes, results.Pairs(p.Pairs), o.Seed).
		If(o.Pin, "--pin")
	scenario, arms := s.scenarios[p.Scenario], s.arms[p.Scenario]
	if err := scenario.CheckBudget(arms, p.Pairs, s.pilots[p.Scenario], scenario.Budget.Run); err != nil {
		budget := s.pilots[p.Scenario] + scenario.WithReserve(arms, p.Pairs)
		command = command.With("--budget", units.Short(budget.Round(time.Minute)+time.Minute))
	}
	return command.With(o.Command.Folders()...)
}
