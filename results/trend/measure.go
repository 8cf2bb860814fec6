package trend

import (
	"encoding/json"
	"errors"
	"fmt"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// sharesPerRatio makes the margin of a share of operations from that of a ratio, as package summary does: where 10 % of
// a latency is no difference, one of a hundred operations is none.
const sharesPerRatio = 10

// Measured turns a run's summary into a night's run: the primary figure and the guards of each fix, judged with the
// policy's margin. Expect has the expected differences of primary figures, by fix. An error means that a figure
// cannot be compared at all.
func Measured(s summary.Summary, p Policy, expect map[string]float64) (Run, error) {
	r := Run{
		ID: s.Run.ID, Scenario: s.Run.Name, Seed: s.Run.Seed, Pairs: s.Run.Pairs, PlanDigest: s.Run.PlanDigest,
		Bucket: summary.Bucket(s.Run), Baseline: "before", Candidate: s.Run.Environment.Commit,
		Command: s.Run.Command.String(), Why: obstacle(s), Figures: []Figure{},
	}
	if baseline, candidate, ok := built(s.Run); ok {
		r.Baseline, r.Candidate = baseline, candidate
	}
	if l := s.Run.Load; l != nil {
		r.Load = &Load{Setting: l.Setting, Value: l.Value}
	}
	var errs []error
	for _, f := range s.Fixes {
		primary, err := figureOf(s, f, f.Fix.Primary, p)
		primary.Primary, primary.Expect = true, expect[f.Name]
		errs = append(errs, err)
		r.Figures = append(r.Figures, primary)
		for _, m := range f.Guards {
			guard, err := figureOf(s, f, m, p)
			if err == nil && guard.N > 0 {
				r.Figures = append(r.Figures, guard)
			}
		}
	}
	return r, errors.Join(errs...)
}

// built is what a run has built the two arms of its target of: a commit each. It is false for a run that has built
// nothing.
func built(run results.Run) (baseline, candidate string, ok bool) {
	type state struct {
		Commit string `json:"commit"`
		Dirty  bool   `json:"dirty"`
	}
	var scenario struct {
		Target struct {
			Arms struct {
				Built map[results.Arm]state `json:"built"`
			} `json:"arms"`
		} `json:"target"`
	}
	if err := json.Unmarshal(run.Scenario, &scenario); err != nil {
		return "", "", false
	}
	says := func(s state) string {
		if s.Dirty {
			return s.Commit + "-dirty"
		}
		return s.Commit
	}
	arms := scenario.Target.Arms.Built
	baseline, candidate = says(arms[results.Before]), says(arms[results.After])
	return baseline, candidate, baseline != "" && candidate != ""
}

// obstacle says why no figure of a run can be believed; nothing of a whole and undamaged one.
func obstacle(s summary.Summary) string {
	switch {
	case len(s.Damaged) > 0:
		return fmt.Sprintf("damaged: %s: %s", s.Damaged[0].File, s.Damaged[0].What)
	case s.Run.Profiled:
		return "profiled: the figures include what that cost"
	case s.Run.Status != results.Complete:
		return fmt.Sprintf("the run is %s: %s", s.Run.Status, s.Run.Why)
	}
	return ""
}

// figureOf is a metric of a fix. One that no pair has in both arms has no pairs, and says why.
func figureOf(s summary.Summary, fix summary.Fix, m results.Metric, p Policy) (Figure, error) {
	f := Figure{Fix: fix.Name, Metric: m, Scale: stat.Ratio, Better: stat.Lower, Margin: p.Margin, Lost: lost(fix, 0),
		Pairs: []int{}, Before: []float64{}, After: []float64{}, Changes: []float64{}, Method: stat.NoInterval}
	row, ok := fix.Row(m)
	if !ok {
		row = fix.Primary
	}
	if row.Metric != m || row.Change == nil {
		return f, nil
	}
	f.Unit, f.Scale, f.Better = row.Unit, row.Scale, row.Better
	if f.Scale == stat.Difference {
		f.Margin = p.Margin / sharesPerRatio
	}
	f.Pairs, f.Before, f.After = row.Before.Pairs, row.Before.Values, row.After.Values
	f.BeforeBounds, f.AfterBounds = row.Before.Bounds, row.After.Bounds
	f.Lost = lost(fix, len(f.Pairs))
	if err := f.Compare(); err != nil {
		return f, fmt.Errorf("run %s, fix %s, %s: %w", s.Run.ID, fix.Name, m, err)
	}
	return f, nil
}

// lost says why a fix has fewer pairs than were planned, if what is left was chosen by what happened in the trials.
func lost(fix summary.Fix, have int) string {
	judged := fix.Pairs.Valid - fix.Pairs.NotExercised
	switch {
	case fix.Pairs.Valid == 0:
		return "no pair is valid"
	case judged <= 0:
		return "the fix was not exercised: " + fix.Unmet()
	case fix.Pairs.CrashedBefore+fix.Pairs.CrashedAfter > 0 && have < judged:
		return fmt.Sprintf("%d of %s lack the figure; the program crashed in %s before and %d after", judged-have,
			units.Count(judged, "pair"), units.Count(fix.Pairs.CrashedBefore, "trial"), fix.Pairs.CrashedAfter)
	case have < judged:
		return fmt.Sprintf("%d of %s lack the figure in one arm", judged-have, units.Count(judged, "pair"))
	}
	return ""
}
