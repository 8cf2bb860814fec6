package scenarios

import (
	"errors"
	"fmt"
	"slices"

	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/harness"
)

// Options are those of a run of some of a registry's fixes, named each once, in so many pairs: its plans are expanded
// from the seed, and its members are processes. Where it goes and what else is asked of it is for the caller to say. An
// error tells of all fixes that cannot be run.
func Options(s harness.Scenario, r harness.Registry, names []string, seed uint64, pairs int) (harness.Options, error) {
	o := harness.Options{
		Scenario: s, Seed: seed, Runtime: harness.Runtimes()[0],
		Plans: plan.ExpandAll(s.Name, s.Faults, faults.Rules(), seed, pairs),
	}
	registry, err := r.For(s.Target)
	errs := []error{err}
	for i, name := range names {
		fix, err := registry.Find(name)
		if err == nil && slices.Contains(names[:i], name) {
			err = fmt.Errorf("fix %q is named twice", name)
		}
		errs = append(errs, err)
		o.Fixes = append(o.Fixes, s.Ask(fix))
	}
	for _, name := range s.Fixes {
		left, err := registry.Find(name)
		if err == nil && left.Repairs() && !slices.Contains(names, name) {
			o.NotRun = append(o.NotRun, name)
		}
	}
	return o, errors.Join(append(errs, o.CheckFixes())...)
}
