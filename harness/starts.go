package harness

import (
	"fmt"

	"aftershock/internal/process"
	"aftershock/results"
)

// starts looks at how trials begin. One that did not may have had bad luck; when a second one in a row did not, and each
// because a child ended for a cause that is no noise, all others would fail as well, up to half a minute each.
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

// tried takes a trial that is over. A worker that crashes while it starts may be its arm's doing, which is counted as that
// arm's outcome: only when the workers of two different arms do, it is not. Members start alike for all.
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
