package summary

import (
	"fmt"
	"slices"
	"strings"

	"aftershock/results"
)

const calibrate = "aftershock selftest"

// embedded is the runtime whose members share the orchestrator's process: no calibration covers its figures.
const embedded = "embedded"

// calibrationWarnings say why the run's verdicts cannot be trusted yet on the machine that gave them.
func calibrationWarnings(run results.Run) []Warning {
	c := run.Calibration
	if c == nil {
		if run.Cluster == embedded {
			return nil
		}
		return []Warning{{What: "this harness has not been calibrated on this machine", Remedy: calibrate}}
	}
	var all []Warning
	switch c.Result {
	case results.Sound:
	case results.Undecided:
		all = append(all, Warning{
			What: "the calibration left checks of this harness on this machine undecided" + without(c.Checks) + ": " +
				restsOn(*c),
			Remedy: "repeat " + calibrate + " while nothing else runs on the machine",
		})
	default: // a calibration that does not say it is sound is not
		all = append(all, Warning{
			What: "the calibration found this harness not sound on this machine" + without(c.Checks) + ": " +
				restsOn(*c),
			Remedy: "do not rely on verdicts until " + calibrate + " finds it sound",
		})
	}
	if differ := unlike(*c, run); len(differ) > 0 {
		all = append(all, Warning{
			What:   "the calibration does not match this run (" + strings.Join(differ, "; ") + "): " + restsOn(*c),
			Remedy: calibrate,
		})
	}
	return all
}

// Uncalibrated says why no calibration vouches for a run's figures; empty when one does. A quick one claims no rate of
// false alarms, and none covers figures of embedded members.
func Uncalibrated(run results.Run) (why []string) {
	for _, w := range calibrationWarnings(run) {
		why = append(why, w.What)
	}
	switch {
	case run.Cluster == embedded:
		why = append(why, "no calibration covers members that share a process (--cluster embedded)")
	case run.Calibration != nil && run.Calibration.Quick:
		why = append(why, "the calibration is a quick one, which claims no rate of false alarms")
	}
	return why
}

// unlike lists the differences between a calibration and a run. Of digests it says only that they differ.
// Calibrations keep no process to a core.
func unlike(c results.Calibration, run results.Run) (all []string) {
	if c.Environment.Host != run.Environment.Host {
		all = append(all, "another machine")
	}
	if c.Environment.Binary != run.Environment.Binary {
		all = append(all, "another binary")
	}
	all = append(all, FingerprintOf(c.Environment).differences(FingerprintOf(run.Environment))...)
	if run.Pinning != nil {
		all = append(all, "processes "+pinning(nil)+" cores against "+pinning(run.Pinning))
	}
	return all
}

// without names the checks that did not hold, or were left undecided.
func without(checks []results.Check) string {
	var names []string
	for _, c := range checks {
		switch {
		case c.Undecided:
			names = append(names, c.Name+" undecided")
		case !c.Holds:
			names = append(names, c.Name+" failed")
		}
	}
	if len(names) == 0 {
		return ""
	}
	return " (" + strings.Join(names, ", ") + ")"
}

// restsOn says when and with what a calibration was made, and on how many A/A runs it rests.
func restsOn(c results.Calibration) string {
	made := fmt.Sprintf("made on %s with aftershock %s", c.Made.UTC().Format("2006-01-02"), c.Environment.Aftershock)
	if c.Quick {
		return made + ", a quick one that claims no false-alarm rate"
	}
	runs := map[string]int{}
	var kinds []string
	for _, r := range c.Rates {
		if !slices.Contains(kinds, r.Through) {
			kinds = append(kinds, r.Through)
		}
		runs[r.Through] = max(runs[r.Through], r.Runs) // the metrics of a run rest on the same runs
	}
	var rests []string
	for _, kind := range kinds {
		rests = append(rests, fmt.Sprintf("%d A/A runs (%s)", runs[kind], kind))
	}
	if len(rests) == 0 {
		return made + ", without any A/A run"
	}
	return made + ", it rests on " + strings.Join(rests, " and ")
}
