package collector

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"aftershock/results"
	"aftershock/results/ops"
)

// Fix is a defect of the collector and its repair: each arm puts its implementation into the seam that differs.
type Fix struct {
	results.Fix
	Counters      []ops.Counter // that its arms report to, beside the collector's own
	Before, After func(*Seams)
	// Constants are those that only one arm has, by the word that stands in the source, and why it needs them. Arms
	// differ in no other time-out, size or seed: a repair must not be what a number does.
	Constants map[string]string
}

// Guards are the figures that no arm of a fix may win by making worse.
var Guards = []results.Metric{
	{Name: "goodput", Phase: results.UnderTrigger},
	{Name: "partial"},
	{Name: "publish_goodput", Phase: results.Steady},
	{Name: Age, Phase: results.Steady},
	{Name: Age, Phase: results.UnderTrigger},
	{Name: Age, Phase: results.Recovery},
}

// SteadyGuards are the guards of a fix that is judged where nothing is wrong with a cluster, and of instruments:
// figures that every trial has, with a cluster and without.
var SteadyGuards = []results.Metric{
	{Name: "goodput", Phase: results.Steady},
	{Name: "partial"},
}

// Check refuses a fix that does not say what is expected of it: a figure that was chosen after the run does not
// count.
func (f Fix) Check() error {
	var lacks []string
	for _, field := range []struct {
		name  string
		given bool
	}{
		{"name", f.Name != ""}, {"summary", f.Summary != ""},
		{"claim", f.Claim != "" || !f.Repairs()},
		{"primary metric", f.Primary.Name != ""}, {"guards", len(f.Guards) > 0 || f.Against != ""}, {"scenario",
			f.Scenario != ""},
		{"price", f.Price.Stated() || !f.Repairs()}, {"before", f.Before != nil}, {"after", f.After != nil},
	} {
		if !field.given {
			lacks = append(lacks, field.name)
		}
	}
	if len(lacks) > 0 {
		return fmt.Errorf("fix %q does not register, it has no %s", f.Name, strings.Join(lacks, ", no "))
	}
	if p := f.Price; !p.None() && (p.Metric == f.Primary || slices.Contains(f.Guards, p.Metric)) {
		return fmt.Errorf("fix %q does not register, its price is %s (allowed: neither its primary metric nor a "+
			"guard, which must "+
			"not become worse)", f.Name, p)
	}
	return nil
}

// CheckArms refuses arms that differ in more than their seam, or in nothing: the cause of a difference that is found
// would be a guess. Those of what repairs nothing may be the same.
func (f Fix) CheckArms(before, after Seams) error {
	differing := before.Differing(after)
	switch {
	case len(differing) > 1:
		return fmt.Errorf("fix %q does not register, its arms differ in %s (allowed: one seam)",
			f.Name, strings.Join(differing, " and "))
	case len(differing) == 0 && f.Repairs():
		return errors.New("fix " + f.Name + " does not register, its arms are the same")
	}
	return nil
}
