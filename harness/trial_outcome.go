package harness

import (
	"errors"

	"aftershock/chaos"
)

// armsOutcome marks an error that the arm caused, or may have caused: a worker that did not start, a member that died
// unasked, a fault that was healed and not recovered from, members that hold different data. It counts, and the block
// is not run again: an arm that breaks its cluster must not get a second chance.
//
// Everything else that makes a trial invalid is the harness's own or the fault's: it spoils the block for all arms.
type armsOutcome struct{ error }

func (o armsOutcome) Unwrap() error { return o.error }

// outcomeOf marks an error.
func outcomeOf(err error) error {
	if err == nil {
		return nil
	}
	return armsOutcome{err}
}

func isOutcome(err error) bool {
	var o armsOutcome
	return errors.As(err, &o) || errors.Is(err, chaos.ErrNotRecovered)
}
