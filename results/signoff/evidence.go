package signoff

import (
	"encoding/json"
	"time"

	"aftershock/results"
	"aftershock/results/attest"
	"aftershock/results/gate"
	"aftershock/results/manifest"
)

// The types of our own statements. The project has no domain, and so they are no addresses.
const (
	EvidenceType     = "urn:aftershock:sign-off:1"
	RegistrationType = "urn:aftershock:pre-registration:1"
)

// Schema is the version of both.
const Schema = 1

// Evidence is the predicate of our own statement: what a policy answered about runs, and all that it rests on.
type Evidence struct {
	Schema int           `json:"schema"`
	Made   time.Time     `json:"made"` // by the signer's clock
	Tool   Tool          `json:"tool"`
	Policy Policy        `json:"policy"`
	Result gate.Result   `json:"result"`           // the worst of the runs
	Waived []string      `json:"waived,omitempty"` // what was accepted in spite of
	Runs   []RunEvidence `json:"runs"`
}

// Tool is the program that made a statement.
type Tool struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
}

// Policy is a policy's whole text, and its digest.
type Policy struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Text   string `json:"text"`
}

// policyOf takes down a policy.
func policyOf(p gate.Policy) Policy {
	return Policy{Name: p.Name, SHA256: manifest.Digest([]byte(p.Source())), Text: p.Source()}
}

// RunEvidence is a run: what the policy answered, what that rests on, and the digests of all its files.
type RunEvidence struct {
	ID string `json:"id"`
	// Registration is the SHA-256 of the statement that was signed before the run; empty without.
	Registration string               `json:"registration,omitempty"`
	Calibration  *results.Calibration `json:"calibration,omitempty"` // that vouches for the run; nil for none
	Decision     gate.Decision        `json:"decision"`
	Summary      json.RawMessage      `json:"summary"` // as in docs/schema/summary-1
	Files        []results.File       `json:"files"`   // within the run's folder
}

// statements makes the two statements of evidence.
func (e Evidence) statements(about []attest.Subject) (ours, tests []byte, err error) {
	if ours, err = attest.NewStatement(about, EvidenceType, e); err != nil {
		return nil, nil, err
	}
	result, err := e.testResult()
	if err != nil {
		return nil, nil, err
	}
	tests, err = attest.NewStatement(about, testResultType, result)
	return ours, tests, err
}
