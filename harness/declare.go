package harness

import (
	"encoding/json"
	"os"
	"path/filepath"

	"aftershock/chaos/plan"
	"aftershock/results"
)

// Registration is a signed statement of what a run will do, which was made before it: the file, and the digest by which
// run.json names it from the first line of the manifest on.
type Registration struct {
	SHA256 string // of the statement's bytes
	File   []byte
}

// Declare is run.json as far as it is known before a run begins: all that the options decide.
func (o Options) Declare() (results.Run, error) {
	resolved, err := json.Marshal(o.Scenario)
	run := results.Run{
		Schema: results.Schema, Status: results.Running, Command: o.Command,
		Name: o.Scenario.Name, Scenario: resolved, Seed: o.Seed, Pairs: len(o.Plans),
		Reserve: o.Scenario.Budget.Reserve, Margin: o.Scenario.Margin, Quick: o.Quick, NotRun: o.NotRun,
		PlanDigest: plan.Digest(o.Plans),
		TrialTime:  o.Scenario.TrialTime(), Cluster: o.runtimeName(),
		Stop: o.Stop, Patience: o.Patience, Profiled: o.Profile, Calibration: o.Calibration, Endpoints: o.Endpoints,
	}
	if o.Registration != nil {
		run.Registered = o.Registration.SHA256
	}
	if spec := o.Scenario.Load; spec != nil {
		run.Load = &results.Load{Setting: spec.Setting, Value: o.Load, Least: spec.Least, Most: spec.Most,
			Share: spec.Share, Given: o.Load > 0}
	}
	o.describe(&run)
	return run, err
}

// describe records the fixes with their groups, in the given order, and the order of trials.
func (o Options) describe(run *results.Run) {
	groups := groupsOf(o.Fixes)
	for _, f := range o.Fixes {
		for _, g := range groups {
			if i := place(g.fixes, f); i >= 0 {
				run.Fixes = append(run.Fixes, g.fixes[i].Fix)
			}
		}
	}
	for _, g := range groups {
		run.Groups = append(run.Groups, g.Group)
	}
	run.Order = Order(run.Groups, len(o.Plans), o.Seed)
}

// PlanText is plan.txt.
func (o Options) PlanText() []byte { return []byte(plan.Format(o.Plans)) }

func (o Options) runtimeName() string {
	if o.Scenario.Cluster.Members == 0 {
		return results.NoCluster
	}
	return o.Runtime.Name
}

// keepRegistration leaves the registration in the run's folder, whole and before the first trial.
func (r *runner) keepRegistration() error {
	if r.Registration == nil {
		return nil
	}
	path := filepath.Join(r.folder, results.RegistrationFile)
	if _, err := os.Lstat(path); err == nil {
		return nil // a run that is resumed has it
	}
	return results.WriteFile(path, r.Registration.File)
}
