package harness

import (
	"fmt"
	"math"
	"time"

	"aftershock/internal/units"
)

// TrialTime is how long a trial is expected to take: boot, all phases, teardown.
func (s Scenario) TrialTime() time.Duration {
	return s.Budget.Boot + s.Phases.Trial() + s.Budget.Teardown
}

// RunTime is how long the trials of a run are expected to take: one for each different arm of its fixes (see Arms) in each
// block.
func (s Scenario) RunTime(arms, blocks int) time.Duration {
	return times(times(s.TrialTime(), arms), blocks)
}

// WithReserve is RunTime if the whole reserve is needed, for blocks that are run again.
func (s Scenario) WithReserve(arms, blocks int) time.Duration {
	return s.RunTime(arms, blocks+s.Budget.Reserve)
}

// CheckBudget refuses a run that does not fit into the limit, with its reserve and its pilots. The error says how long
// it would take and what would fit.
func (s Scenario) CheckBudget(arms, pairs int, before, limit time.Duration) error {
	most := int((limit-before)/max(1, s.RunTime(arms, 1))) - s.Budget.Reserve
	if pairs <= most {
		return nil
	}
	fewer := ""
	if most >= 1 {
		fewer = fmt.Sprintf("--pairs %d or ", most)
	}
	need := before + s.WithReserve(arms, pairs)
	return fmt.Errorf("the run does not fit its budget: it would take %s of %s (pairs a fix: %d and %d in reserve, "+
		"different arms: %d, each trial %s); pass %s--budget %s", units.Short(need), units.Short(limit), pairs,
		s.Budget.Reserve, arms, units.Short(s.TrialTime()), fewer, units.Short(roundUp(need)))
}

// PilotTime is how long a run of these fixes takes to measure its load.
func (s Scenario) PilotTime(fixes []Fix) time.Duration {
	return times(s.TrialTime(), s.Pilots(fixes))
}

// times multiplies, and stays at the longest duration instead of overflowing: a run of a million pairs must not appear
// to fit.
func times(d time.Duration, n int) time.Duration {
	if d > 0 && n > 0 && d > math.MaxInt64/time.Duration(n) {
		return math.MaxInt64
	}
	return d * time.Duration(n)
}

// roundUp returns the next whole second, so that the suggested budget suffices.
func roundUp(d time.Duration) time.Duration {
	if over := d % time.Second; over > 0 && d <= math.MaxInt64-time.Second {
		d += time.Second - over
	}
	return d
}
