package harness

import (
	"fmt"

	"aftershock/internal/process"
	"aftershock/results"
)

// starts checks how trials begin. One that did not begin may have had bad luck. When a second one in a row does not,
// and each time a child ended for a cause that is not noise, all others would fail as well, and take up to half a
// minute each.
type starts struct {
	failed *process.Unstarted // the one before; nil when its trial began
	arm    results.Arm
}

// errUnstarted is why a run ends before its trials.
type errUnstarted struct{ *process.Unstarted }

func (e errUnstarted) Unwrap() error { return e.Unstarted }

func (e errUnstarted) Error() string {
	text := fmt.Sprintf("two trials in a row did not begin, and not by chance: %v", e.Unstarted)
	if e.Log != "" {
		text += "; read " + e.Log
	}
	return text
}

// tried records a trial that is over. A worker that crashes while it starts may be its arm's doing, and counts as that
// arm's outcome. It is not when the workers of two different arms crash. Members start alike for all arms.
func (s *starts) tried(t *trial) error {
	u := t.unstarted
	switch {
	case t.epoch != 0:
		s.failed = nil
		return nil
	case u == nil || u.Noise:
		return nil
	case s.failed != nil && (u.Who != theWorker || s.failed.Who != theWorker || s.arm != t.record.Arm):
		return errUnstarted{u}
	}
	s.failed, s.arm = u, t.record.Arm
	return nil
}
