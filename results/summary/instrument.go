package summary

import (
	"fmt"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/stat"
)

// Astray says how an instrument did not find what it must: a change between identical arms, or an interval that leaves
// out the change that is there. It is empty for one that did, for one that could not tell, and for a fix.
func (f Fix) Astray() string {
	c := f.Primary.Change
	if !f.Instrument || c == nil || c.Confidence == 0 || c.Pairs < stat.FewestPairs(1) {
		return ""
	}
	found := fmt.Sprintf("%s, %s, %s", f.Verdict, f.Fix.Primary,
		units.OpenInterval(c.Value, c.Low, c.High, f.Primary.Unit, f.Primary.Scale == stat.Ratio, string(c.Open)))
	switch {
	case f.Expect == 0 && (f.Verdict == stat.Improved || f.Verdict == stat.Regressed):
		return "an alarm between identical arms: " + found
	case f.Expect != 0 && !f.Finds(c.Low, c.High):
		return fmt.Sprintf("the interval leaves out the change that is there, %s: %s",
			units.Change(f.Expect, f.Primary.Unit, true), found)
	}
	return ""
}

// Foreign says in what the machine's calibration was made differently from the run, such as with another binary. It is
// empty for a run without a calibration.
func Foreign(run results.Run) []string {
	if run.Calibration == nil {
		return nil
	}
	return unlike(*run.Calibration, run)
}
