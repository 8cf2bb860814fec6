package gate

import "slices"

// Result is the result of a rule or of a whole policy. The zero value is not among the results, and never passes.
type Result string

// The results.
const (
	Pass         Result = "pass"
	Fail         Result = "fail"
	Inconclusive Result = "inconclusive" // the interval allows both
	Underpowered Result = "underpowered" // so few pairs, so noisy, could not have shown what the rule asks for
	Invalid      Result = "invalid"      // the run cannot be judged by the rule: partial, not exercised, no valid pair
)

// Decision is a policy's answer to a run.
type Decision struct {
	Policy  string   `json:"policy"`
	Run     string   `json:"run"` // its ID
	Result  Result   `json:"result"`
	Answers []Answer `json:"answers"`
	Notes   []string `json:"notes,omitempty"` // what a reader has to know beside: no calibration, fixes that were not run
}

// Answer is what one rule says about one fix.
type Answer struct {
	Name     string `json:"name"` // of the rule, as the policy names it or as it is put together from its kind and metric
	Fix      string `json:"fix"`  // empty when the answer is about the run as a whole
	Result   Result `json:"result"`
	Measured string `json:"measured"` // the figure with its interval
	Bound    string `json:"bound"`    // what was asked for
	Why      string `json:"why"`      // one sentence
}

// worstFirst is the order in which an answer decides for all: what was shown to fail fails, whatever else is unknown.
var worstFirst = []Result{Fail, Invalid, Underpowered, Inconclusive}

// together is the result of all answers. Without any answer nothing passes.
func together(answers []Answer) Result {
	for _, r := range worstFirst {
		if slices.ContainsFunc(answers, func(a Answer) bool { return a.Result == r }) {
			return r
		}
	}
	if len(answers) == 0 || slices.ContainsFunc(answers, func(a Answer) bool { return a.Result != Pass }) {
		return Invalid
	}
	return Pass
}
