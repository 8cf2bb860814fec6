package gate

import (
	"aftershock/internal/units"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// expected asks an instrument for the change that is known to be there.
type expected struct{}

func (expected) String() string { return "found as expected" }

func (expected) judge(c candidate) (Answer, error) {
	want := c.fix.Expect
	wanted := "no change"
	if want != 0 {
		wanted = units.Change(want, "", true)
	}
	r, in, err := c.compared(c.fix.Fix.Primary)
	if err != nil || in.is() {
		return in.answer(r, wanted), err
	}
	a := Answer{Measured: estimate(r, r.Change.Low, r.Change.High, "95 %"), Bound: wanted}
	adjusted, corrected := c.adjusted[cell{c.fix.Name, r.Metric}], c.corrected(r)
	low, high := margins(r, r.Change.Margin)
	switch {
	case r.Change.Open != stat.Closed && c.fix.Finds(r.Change.Low, r.Change.High):
		a.Result, a.Why = Inconclusive, openEnd
	case want == 0 && r.Change.Low <= 0 && r.Change.High >= 0:
		a.Result, a.Why = Pass, "the 95 % interval holds 0, and the arms are the same"
	case want != 0 && !c.fix.Finds(r.Change.Low, r.Change.High): // by its own interval, which nothing corrects
		a.Result, a.Why = Fail, "the 95 % interval leaves out the change that is there"
	case corrected == stat.TooFewPairs:
		a.Result, a.Why = undecided(r, adjusted, len(c.adjusted))
	case want == 0:
		a.Result, a.Why = identical(corrected)
	case low < want && want < high:
		a.Result, a.Why = small(r, corrected, adjusted, len(c.adjusted))
	case r.Change.Low <= 0 && r.Change.High >= 0:
		a.Result, a.Why = Inconclusive, "the 95 % interval holds the change, and none as well"
	default:
		a.Result, a.Why = Pass, "the 95 % interval holds the change that is there, and leaves out 0"
	}
	return a, nil
}

// identical judges two identical arms whose interval leaves out 0. One interval in twenty does: only what holds after
// the correction counts.
func identical(corrected stat.Verdict) (Result, string) {
	switch corrected {
	case stat.NoDifference:
		return Pass, "what was found is smaller than the margin"
	case stat.Inconclusive:
		return Inconclusive, "a change was found by itself, but not when the gated metrics are corrected together"
	default:
		return Fail, "a change was found between identical arms"
	}
}

// small judges a real change within the margin. The run may find that there is a change; it must find that it is small.
func small(r summary.Row, corrected stat.Verdict, adjusted float64, gated int) (Result, string) {
	switch corrected {
	case stat.NoDifference:
		return Pass, "the change that is there is within the margin, and was called no difference"
	case stat.Inconclusive:
		return undecided(r, adjusted, gated)
	default:
		return Inconclusive, "a change was found, and not that it is within the margin"
	}
}

// margins are the changes that a margin allows in either direction: on the ratio scale 10 % reaches from -9.1 to +10
// %, so that it is the same with the arms swapped.
func margins(r summary.Row, margin float64) (low, high float64) {
	if r.Scale == stat.Ratio {
		return 1/(1+margin) - 1, margin
	}
	return -margin, margin
}
