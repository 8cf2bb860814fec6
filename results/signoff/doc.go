// Package signoff makes the evidence of a release, and finds out whether evidence holds.
//
// Evidence says what a policy answered about runs, over things that are named by their digests: every answer, figure
// and interval, what was run where, and the digests of all files. It is two statements of package attest, one of our
// own type and one that policy engines read (in-toto's test-result). A pre-registration is a statement too, made before
// the run that names it: scenario, plan, load, policy and figures cannot have been chosen after the result was seen.
//
// To verify is to make the evidence again: every figure is computed from the files, the policy is asked once more, and
// whatever differs is named.
package signoff
