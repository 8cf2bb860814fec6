package main

import (
	"errors"
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
	var none *profile.NotProfiled
	if errors.As(err, &none) {
		return usage(err)
	}
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(w, c)
	}
	return report.Profile(w, c, top)
}
