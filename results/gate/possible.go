package gate

import (
	"fmt"
	"slices"
	"time"

	"aftershock/internal/document"
	"aftershock/results"
)

// A rule that cannot fail is refused: it would look like a promise and hold whatever happens.

// The widest margin, and the shares of before that a ratio may allow. Eleven times as long is not a margin any more.
const (
	widestMargin = 10
	widestRatio  = 10
)

// Figures that are 1 in a trial in which it happened, and 0 in all others.
const (
	crashedFigure  = "crashed"
	invalidFigure  = "invalid"  // by what the arm went through
	divergedFigure = "diverged" // members held different data at the end
)

var flags = []string{crashedFigure, invalidFigure, divergedFigure}

// checkBound refuses amounts that no figure can break, and those that none can keep, as far as the text alone says so:
// no figure is below 0, and no share is above all.
func checkBound(field document.Value, m results.Metric, side string, q quantity) {
	whole := q.unit == "share" && q.value >= 1
	switch flag := slices.Contains(flags, m.Name); {
	case side == atLeast && q.value == 0:
		field.Addf("%s cannot be broken: no figure is below 0", q.text)
	case side == atLeast && q.unit == "share" && q.value > 1:
		field.Addf("%s is out of range (allowed: above 0%%, up to 100%%)", q.text)
	case side == atMost && whole:
		field.Addf("%s cannot be broken: no share is above 100%% (allowed: 0%% or more, below 100%%)", q.text)
	case side == atMost && flag && q.value >= 1:
		field.Addf("%s cannot be broken: %s is 0 or 1 in each trial (allowed: 0)", q.text, m.Name)
	}
}

// breakable is an error when no figure of this unit can break the bound in the run. It knows what the text of a policy
// does not: what unit the figure has, and how long a trial lasts.
func (a bound) breakable(amount float64, unit string, run results.Run) error {
	// A fault that is slow to heal makes a trial longer than it was expected to be, but never twice as long.
	longest := 2 * run.TrialTime
	switch {
	case a.side != atMost:
		return nil
	case unit == "share" && amount >= 1:
		return fmt.Errorf("%s cannot be broken: %s is a share, and none is above 100%%", a.amount.text, a.metric)
	case unit == "ns" && longest > 0 && amount > float64(longest):
		return fmt.Errorf("%s cannot be broken: a trial of the run takes about %s",
			a.amount.text, run.TrialTime.Round(time.Second))
	}
	return nil
}

// checkMargin refuses margins that nothing can be beyond.
func checkMargin(field document.Value, q quantity) {
	switch {
	case q.value == 0:
		field.Addf("%s is out of range (allowed: above 0): not worse at all is what verdict asks for", q.text)
	case q.unit == "share" && q.value > widestMargin:
		field.Addf("%s is out of range (allowed: above 0%%, up to %d%%)", q.text, 100*widestMargin)
	}
}

// exceedable is an error when no change of a figure of this unit can be beyond the margin.
func exceedable(m results.Metric, margin quantity, unit string) error {
	switch {
	case unit == "share" && margin.value >= 1:
		return fmt.Errorf("a margin of %s cannot be exceeded: %s is a share and changes by 100 points at most",
			margin.text, m)
	case slices.Contains(flags, m.Name) && margin.value >= 1:
		return fmt.Errorf("a margin of %s cannot be exceeded: %s is 0 or 1 in each trial", margin.text, m.Name)
	}
	return nil
}
