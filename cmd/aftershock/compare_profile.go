package main

import (
	"fmt"
	"io"

	"aftershock/results/profile"
	"aftershock/results/report"
)

// defaultTop is how many functions of a window are printed.
const defaultTop = 20

// compareProfiles shows the functions whose share changed between a run's arms.
func compareProfiles(w io.Writer, folder string, top int, asJSON bool) error {
	if top < 1 {
		return usage(fmt.Errorf("--top is %d (allowed: 1 and more)", top))
	}
	c, err := profile.Read(folder)
	if err != nil { // the run cannot be read, or was not profiled
		return usage(err)
	}
	if asJSON {
		return printJSON(w, c)
	}
	return report.Profile(w, c, top)
}
