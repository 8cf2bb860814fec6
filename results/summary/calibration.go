package summary

import (
	"fmt"
	"slices"
	"strings"

	"aftershock/results"
)

const calibrate = "aftershock selftest"

// embedded is the runtime whose members share the orchestrator's process: nothing vouches for figures of it.
const embedded = "embedded"

// calibrationWarnings say what the run's verdicts lack for being believed on the machine that gave them.
func calibrationWarnings(run results.Run) []Warning {
	c := run.Calibration
	if c == nil {
		if run.Cluster == embedded {
			return nil
		}
		return []Warning{{What: "this harness has not been calibrated on this machine", Remedy: calibrate}}
	}
	var all []Warning
	if !c.Sound {
		all = append(all, Warning{
			What:   "the calibration did not find this harness sound on this machine" + failed(c.Checks) + ": " + restsOn(*c),
			Remedy: "rely on no verdict until " + calibrate + " finds it sound",
		})
	}
	for _, of := range []struct{ what, calibrated, ran string }{
		{"machine", c.Environment.Host, run.Environment.Host}, {"binary", c.Environment.Binary, run.Environment.Binary},
	} {
		if of.calibrated != of.ran {
			all = append(all, Warning{
				What:   fmt.Sprintf("the calibration is that of another %s than this run's: %s", of.what, restsOn(*c)),
				Remedy: calibrate,
			})
		}
	}
	return all
}

// failed names the checks that did not hold, or could not tell.
func failed(checks []results.Check) string {
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
