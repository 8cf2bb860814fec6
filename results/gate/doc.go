// Package gate judges a run's summary by a policy. It is pure: no file, no clock, no goroutine.
//
// A policy is a list of rules. Each rule gives an answer for each fix that it is about, and the answers together give
// the decision. What could not be shown is never a pass: an interval that allows both, a run too noisy to have found
// what the rule is about, and a run that cannot be judged have results of their own. docs/policies.md says what each
// rule means.
package gate
