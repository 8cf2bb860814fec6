package signoff

import (
	"encoding/json"

	"aftershock/results"
	"aftershock/results/gate"

	v0 "github.com/in-toto/attestation/go/predicates/test_result/v0"
	v1 "github.com/in-toto/attestation/go/v1"
	"google.golang.org/protobuf/encoding/protojson"
)

// testResultType is the statement that policy engines read.
//
// https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md
const testResultType = "https://in-toto.io/attestation/test-result/v0.1"

// Its results. A warning would let a release through, and so what was not shown has failed.
const (
	passed = "PASSED"
	failed = "FAILED"
)

// testResult is the evidence as a test-result: a rule about a fix in a run is a test.
func (e Evidence) testResult() (json.RawMessage, error) {
	policy := described("policy "+e.Policy.Name, e.Policy.SHA256)
	r := &v0.TestResult{Result: failed, Configuration: []*v1.ResourceDescriptor{policy}}
	if e.Result == gate.Pass {
		r.Result = passed
	}
	for _, run := range e.Runs {
		for _, f := range run.Files {
			if f.Name == results.PlanFile {
				r.Configuration = append(r.Configuration, described("plan of "+run.ID, f.SHA256))
			}
		}
		if run.Registration != "" {
			r.Configuration = append(r.Configuration, described("pre-registration of "+run.ID, run.Registration))
		}
		for _, a := range run.Decision.Answers {
			name := run.ID + ": " + a.Name
			if a.Fix != "" {
				name += ": " + a.Fix
			}
			if a.Result == gate.Pass {
				r.PassedTests = append(r.PassedTests, name)
			} else {
				r.FailedTests = append(r.FailedTests, name)
			}
		}
	}
	return protojson.Marshal(r)
}

func described(name, sha256 string) *v1.ResourceDescriptor {
	return &v1.ResourceDescriptor{Name: name, Digest: map[string]string{"sha256": sha256}}
}
