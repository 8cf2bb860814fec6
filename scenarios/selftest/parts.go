package selftest

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"aftershock/harness"
	"aftershock/harness/load/frozen"
	"aftershock/results"
	"aftershock/results/summary"
	"aftershock/scenarios"
	"aftershock/scenarios/fixes"
)

// part is one thing to show, and what that takes.
type part struct {
	name  string
	takes time.Duration
	run   func(ctx context.Context, r runs) (Finding, error)
}

// runs is where a part's runs go, and who is told of them.
type runs struct {
	folder   string
	observer Observer
}

// The numbers of pairs: an A/A run has the fewest from which an interval needs no assumption, the control as many as
// the main job, and the small slowdown as many as it takes.
const (
	nullPairs     = 6
	controlPairs  = 8
	marginWidth   = 0.05
	marginPairs   = 40
	marginMinutes = 3 * time.Minute
)

// layOut lists the parts in the order in which they are run: what fails soonest comes first.
func layOut(o Options) ([]part, error) {
	free, err := scenarios.Load("cluster-free")
	if err != nil {
		return nil, err
	}
	churn, err := scenarios.Load("leader-churn")
	if err != nil {
		return nil, err
	}
	parts := []part{
		{name: "oracle", takes: frozen.Standard.Length + time.Second, run: oracle},
		{name: "control", takes: free.RunTime(2, controlPairs), run: instrument{free, "control", controlPairs, o.Seed}.control},
	}
	if o.Quick {
		churn.Budget.Reserve = 0 // three minutes have no room for a pair more
		t := instrument{churn, "null", nullPairs, o.Seed}
		return append(parts, part{name: "aa-cluster", takes: churn.RunTime(2, nullPairs), run: t.single}), nil
	}
	parts = append(parts, part{
		name: "within-margin", takes: free.RunTime(2, 12), run: instrument{free, "within-margin", marginPairs, o.Seed}.within,
	})
	for i := range o.Free {
		t := instrument{free, "null-steady", nullPairs, o.Seed + uint64(i)}
		parts = append(parts, part{name: fmt.Sprintf("aa-free-%04d", i+1), takes: free.RunTime(2, nullPairs), run: t.free})
	}
	for i := range o.Clustered {
		t := instrument{churn, "null", nullPairs, o.Seed + uint64(i)}
		parts = append(parts, part{name: fmt.Sprintf("aa-cluster-%04d", i+1), takes: churn.RunTime(2, nullPairs), run: t.clustered})
	}
	return parts, nil
}

// instrument is a run of one of the instruments among the fixes.
type instrument struct {
	scenario harness.Scenario
	fix      string
	pairs    int
	seed     uint64
}

// options are those that aftershock run would have.
func (t instrument) options(r runs) (harness.Options, error) {
	o, err := scenarios.Options(t.scenario, fixes.Registry(), []string{t.fix}, t.seed, t.pairs)
	if err != nil {
		return o, err
	}
	o.Out, o.Command = r.folder, results.RunOf("aftershock", t.scenario.Name, []string{t.fix}, results.Pairs(t.pairs),
		t.seed)
	if load := t.scenario.Load; load != nil { // one load for all parts, and no time for pilots
		o.Load = load.Middle()
		o.Command = o.Command.Load(o.Load)
	}
	return o, nil
}

// measure makes a run and computes what its files say.
func measure(ctx context.Context, r runs, o harness.Options) (summary.Fix, error) {
	folder, err := harness.Run(ctx, o, silent{r.observer})
	if err != nil {
		return summary.Fix{}, err
	}
	s, err := summary.Compute(folder)
	if err != nil {
		return summary.Fix{}, err
	}
	return s.Fixes[0], results.WriteJSON(filepath.Join(folder, results.SummaryFile), s)
}

func (t instrument) measure(ctx context.Context, r runs) (summary.Fix, error) {
	o, err := t.options(r)
	if err != nil {
		return summary.Fix{}, err
	}
	return measure(ctx, r, o)
}

// silent tells the selftest's observer what it has to know of a run.
type silent struct{ Observer }

func (silent) Started(string, results.Run, func() harness.Status) {}
func (silent) Loaded(results.Load)                                {}
func (silent) FixDone(string)                                     {}
func (s silent) TrialDone(t results.Trial) {
	if t.Invalid != "" {
		s.Invalid(t)
	}
}
