// Package claims turns what runs have shown into verdicts on claims: claims and summaries in, a table out.
//
// A claim is declared before the runs, with the rule by which it is judged, and is kept in their folder beside them. So
// the table can be computed again by anyone who has the folder. Judging is pure; only Compute reads files.
package claims

import (
	"aftershock/results"
	"aftershock/results/stat"
)

// Claim is a statement of the article or of the field, and how it is settled: by fixes, whose runs show it, or by
// tests of this repository, where no run can.
type Claim struct {
	Name    string `json:"name"`    // a short word for it, once in a table
	Chapter string `json:"chapter"` // of the article; Field for what the article does not say
	Says    string `json:"says"`    // the claim, in our words
	// Places are where the article makes it; none for what it does not say.
	Places []Place `json:"places,omitempty"`
	// Article is the article's own figure, never ours, and Of what it is of; nil without one.
	Article string     `json:"article"`
	Of      *Quantity  `json:"of,omitempty"`
	Fixes   []Evidence `json:"fixes,omitempty"`
	Rule    Rule       `json:"rule,omitzero"`   // of a claim with fixes
	Probe   string     `json:"probe,omitempty"` // one that settles it: Shows is Holds
	Tests   []string   `json:"tests,omitempty"` // names of Go tests
	// Sources are where it can be looked up, where no test can look: a file of another version, a document.
	Sources []string `json:"sources,omitempty"`
	// Settled is the verdict that tests or sources prove, of a claim without fixes, probe and meanings.
	Settled Verdict `json:"settled,omitempty"`
	// Meanings are those of a name that has several, where the verdict depends on which is meant.
	Meanings []Meaning `json:"meanings,omitempty"`
	// Truth is what of it is true, or the condition under which it holds, as it was known when the claim was declared. A run
	// that comes to another verdict than Row.Expected speaks against it.
	Truth string `json:"truth,omitempty"`
	// Changed says why the verdict is expected to be another one than that of the first page, or the claim in
	// another place.
	Changed string `json:"changed,omitempty"`
}

// Field is the chapter of claims that the article does not make: what those report who run services on etcd, and what
// belongs to the same ground.
const Field = "field"

// NoFigure is the article's figure where it gives none.
const NoFigure = "none"

// Evidence is a fix whose two arms show a claim, or one of them by what trouble does to it.
type Evidence struct {
	Fix      string `json:"fix"`
	Scenario string `json:"scenario"` // in which it is run
	// Metric is the figure that shows it; empty for the fix's primary metric.
	Metric results.Metric `json:"metric,omitzero"`
	// Within is an arm, where the claim is about trouble and not about a repair: the figure of that arm in the
	// phase of Metric is held against its own in calm, trial by trial. Empty where the two arms are compared.
	Within results.Arm `json:"within,omitempty"`
	// Needs names a probe that must have shown something, or the claim is not one about this version of Go.
	Needs string `json:"needs,omitempty"`
	// Unit is what the figure is shown in, other than its own. Times is a setting of the workload by which it is
	// multiplied for that; suites from before there was table_operations have it.
	Times string `json:"times,omitempty"`
	Unit  string `json:"unit,omitempty"`
}

// Rule says what a claim comes to when its figure is better in the after arm, when it is the same in both, and when it is
// worse.
type Rule struct {
	Improved     Verdict `json:"improved"`
	NoDifference Verdict `json:"no_difference"`
	Regressed    Verdict `json:"regressed"`
	// Why says why a finding settles nothing, where the rule leaves the claim undecided.
	Why string `json:"why,omitempty"`
	// Expects is the verdict that the claim is declared with, where that is not the one of a figure that is better.
	Expects Verdict `json:"expects,omitempty"`
}

// Expected is the verdict that the claim is declared with: what it comes to when the repair helps, or, where that says nothing
// of the claim, when it does not.
func (r Rule) Expected() Verdict {
	switch {
	case r.Expects != Undecided:
		return r.Expects
	case r.Improved != Undecided:
		return r.Improved
	}
	return r.NoDifference
}

// of is the verdict that the rule gives to a finding; one that is none settles nothing.
func (r Rule) of(found stat.Verdict) Verdict {
	switch found {
	case stat.Improved:
		return r.Improved
	case stat.NoDifference:
		return r.NoDifference
	case stat.Regressed:
		return r.Regressed
	default:
		return Undecided
	}
}

// The rules that most claims are judged by.
var (
	// Stands is the rule of a claim that the repair helps, and of one that the defect costs something: it holds when the
	// repaired arm is better.
	Stands = Rule{Improved: Holds, NoDifference: Fails, Regressed: Fails}
	// StandsIf is that of a claim which is true for another reason than the one it gives, or not everywhere: Truth says when.
	StandsIf = Rule{Improved: Conditional, NoDifference: Fails, Regressed: Fails}
	// Refuted is the rule where the before arm does what the article advises: the advice falls when something else is better.
	Refuted = Rule{Improved: Fails, NoDifference: Holds, Regressed: Holds}
	// AdviceIf is Refuted for advice that does what it says, and not everywhere or not for nothing: Truth says where. A check
	// in front of a build that keeps as many batches whole as building privately does is right, and not wrong.
	AdviceIf = Rule{Improved: Conditional, NoDifference: Holds, Regressed: Holds}
	// Harms is the rule of a claim that something makes a figure worse, and HarmsIf that of one which is true for
	// another reason than the one it gives, or not everywhere.
	Harms   = Rule{Improved: Fails, NoDifference: Fails, Regressed: Holds, Expects: Holds}
	HarmsIf = Rule{Improved: Fails, NoDifference: Fails, Regressed: Conditional, Expects: Conditional}
)

// Probe is what was found out about the Go in use before the first run, for claims that depend on it.
type Probe struct {
	Name  string `json:"name"`
	Says  string `json:"says"`  // what was measured, with the figures
	Shows bool   `json:"shows"` // whether this Go does what the claims that need it are about
	// Failed tells that nothing could be measured; Says is why.
	Failed bool `json:"failed,omitempty"`
}
