package stat

import (
	"fmt"
	"slices"
	"strings"
)

// Verdict is what a comparison says about after, seen from before. The zero value is Inconclusive, so that a comparison
// that was never made passes no gate.
type Verdict int

// The verdicts. NotExercised is never found here but set by callers: the trigger under which the defect costs anything
// did not fire, so that equal arms say nothing about the fix. TooFewPairs is what nothing could have been decided by:
// fewer pairs than ranks take to show any change. A method that finds one all the same, by assuming how the pairs are
// spread, would let fewer pairs prove more.
const (
	Inconclusive Verdict = iota
	NoDifference
	Improved
	Regressed
	NotExercised
	TooFewPairs
)

var verdictNames = []string{"inconclusive", "no difference", "improved", "regressed", "not exercised", "too few pairs"}

// String is the verdict in words, as reports print it.
func (v Verdict) String() string {
	if v < 0 || int(v) >= len(verdictNames) {
		return fmt.Sprintf("Verdict(%d)", int(v))
	}
	return verdictNames[v]
}

// MarshalText writes the words of String. A value that is no verdict is an error.
func (v Verdict) MarshalText() ([]byte, error) {
	if v < 0 || int(v) >= len(verdictNames) {
		return nil, fmt.Errorf("no verdict has the number %d", int(v))
	}
	return []byte(v.String()), nil
}

// UnmarshalText reads the words of String, exactly. Anything else, the empty text included, is an error that leaves v
// as it was: a misread verdict must not turn into one.
func (v *Verdict) UnmarshalText(text []byte) error {
	i := slices.Index(verdictNames, string(text))
	if i < 0 {
		return fmt.Errorf("unknown verdict %q (allowed: %s)", text, strings.Join(verdictNames, ", "))
	}
	*v = Verdict(i)
	return nil
}

// judge applies the rule. The order matters: a change that is certain and too small to matter is no difference. Limits
// are excluded: an interval that ends at 0 contains 0. An interval of 90 % inside (-m, m) is what two one-sided tests
// at 5 % accept.
//
// D. J. Schuirmann, A Comparison of the Two One-Sided Tests Procedure and the Power Approach for Assessing the
// Equivalence of Average Bioavailability, J. Pharmacokinetics and Biopharmaceutics 15 (1987) 657-680.
func judge(at95, at90 Estimate, by Criterion) Verdict {
	if !at95.HasInterval() || !at90.HasInterval() {
		return Inconclusive
	}
	m := by.Limit()
	up, down := at95.Low > 0, at95.High < 0
	switch {
	case at90.Low > -m && at90.High < m:
		return NoDifference
	case up && by.Better == Higher, down && by.Better == Lower:
		return Improved
	case up, down:
		return Regressed
	}
	return Inconclusive
}
