package main

import (
	"errors"
	"fmt"

	"aftershock/results/summary"
)

// errDamaged ends the verbs that show a run's figures when its files are not as it left them.
var errDamaged = errors.New("the run is damaged")

// undamaged is the error of a run that is damaged. It names a file, also where a format has no place for it.
func undamaged(s summary.Summary) error {
	switch n := len(s.Damaged); n {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("%w: %s: %s", errDamaged, s.Damaged[0].File, s.Damaged[0].What)
	default:
		return fmt.Errorf("%w: %s: %s; and %d more", errDamaged, s.Damaged[0].File, s.Damaged[0].What, n-1)
	}
}
