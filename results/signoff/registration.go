package signoff

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"aftershock/results"
	"aftershock/results/attest"
	"aftershock/results/gate"
	"aftershock/results/manifest"
)

// Registration is the predicate of a pre-registration: what will be run, and by which policy it will be judged.
type Registration struct {
	Schema   int       `json:"schema"`
	Made     time.Time `json:"made"` // by the signer's clock
	Tool     Tool      `json:"tool"`
	Policy   Policy    `json:"policy"`
	Declared Declared  `json:"declared"`
}

// Declared is what can be said of a run before it begins.
type Declared struct {
	Name       string          `json:"scenario_name"`
	Scenario   json.RawMessage `json:"scenario"` // resolved, without the setting that a load is
	Seed       uint64          `json:"seed"`
	Pairs      int             `json:"pairs"`
	Reserve    int             `json:"reserve"`
	Margin     float64         `json:"margin"`
	Quick      bool            `json:"quick,omitempty"`
	NotRun     []string        `json:"not_run,omitempty"`
	Plan       string          `json:"plan"` // the SHA-256 of plan.txt
	PlanDigest string          `json:"plan_digest"`
	Cluster    string          `json:"cluster"`
	Stop       *results.Stop   `json:"stop,omitempty"`
	Load       *Load           `json:"load,omitempty"` // nil when the scenario fixes it
	Profiled   bool            `json:"profiled,omitempty"`
	Fixes      []results.Fix   `json:"fixes"` // with the primary figure of each
	Groups     []results.Group `json:"groups"`
	Order      []results.Slot  `json:"order"`
}

// Load is how a run's load is set: to a value, or within bounds by what the run measures before its first trial.
type Load struct {
	Setting string  `json:"setting"`
	Value   int     `json:"value,omitempty"` // 0 when it is measured
	Least   int     `json:"least"`
	Most    int     `json:"most"`
	Share   float64 `json:"share"`
}

// DeclaredBy is what a run.json says of that, with the digest of the run's plan.txt.
func DeclaredBy(run results.Run, plan string) (Declared, error) {
	d := Declared{
		Name: run.Name, Scenario: run.Scenario, Seed: run.Seed, Pairs: run.Pairs, Reserve: run.Reserve,
		Margin: run.Margin, Quick: run.Quick, NotRun: run.NotRun, Plan: plan, PlanDigest: run.PlanDigest,
		Cluster: run.Cluster, Stop: run.Stop, Profiled: run.Profiled, Fixes: run.Fixes, Groups: run.Groups,
		Order: run.Order,
	}
	if run.Load == nil {
		return d, nil
	}
	l := run.Load
	d.Load = &Load{Setting: l.Setting, Least: l.Least, Most: l.Most, Share: l.Share}
	if l.Given {
		d.Load.Value = l.Value
	}
	var err error
	d.Scenario, err = withoutSetting(run.Scenario, l.Setting)
	return d, err
}

// withoutSetting is a resolved scenario without a setting of its workload: a run sets its load there.
func withoutSetting(scenario json.RawMessage, setting string) (json.RawMessage, error) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(scenario, &all); err != nil {
		return nil, fmt.Errorf("the scenario: %w", err)
	}
	var workload map[string]json.RawMessage
	if err := json.Unmarshal(all["workload"], &workload); err != nil {
		return nil, fmt.Errorf("the scenario's workload: %w", err)
	}
	delete(workload, setting)
	var err error
	if all["workload"], err = json.Marshal(workload); err != nil {
		return nil, err
	}
	return json.Marshal(all)
}

// Register gives the bytes of a pre-registration, which are to be signed before the run.
func Register(run results.Run, plan []byte, policy gate.Policy, tool Tool, made time.Time) ([]byte, error) {
	d, err := DeclaredBy(run, manifest.Digest(plan))
	if err != nil {
		return nil, err
	}
	r := Registration{Schema: Schema, Made: made, Tool: tool, Policy: policyOf(policy), Declared: d}
	about := []attest.Subject{
		{Name: results.PlanFile, Digest: map[string]string{"sha256": d.Plan}},
		{Name: "policy " + r.Policy.Name, Digest: map[string]string{"sha256": r.Policy.SHA256}},
	}
	return attest.NewStatement(about, RegistrationType, r)
}

// Registered is a pre-registration that was read.
type Registered struct {
	Registration
	SHA256   string // of the statement's bytes, by which a run names it
	Envelope attest.Envelope
}

// ReadRegistration reads a file with a pre-registration. Its signatures are not checked.
func ReadRegistration(file string, text []byte) (Registered, error) {
	b, err := attest.ParseBundle(file, text)
	if err != nil {
		return Registered{}, err
	}
	if len(b) != 1 {
		return Registered{}, refuse(attest.WrongType, file, "holds %d statements, and a pre-registration is one",
			len(b))
	}
	return registered(b[0])
}

func registered(e attest.Envelope) (r Registered, err error) {
	r.Envelope, r.SHA256 = e, manifest.Digest(e.Payload)
	if err := e.Statement.Read(e.Where, RegistrationType, &r.Registration); err != nil {
		return r, err
	}
	if r.Schema != Schema {
		return r, refuse(attest.Unreadable, e.Where, "schema %d cannot be read (this program knows %d)",
			r.Schema, Schema)
	}
	return r, nil
}

// Differs says in what a run is not what was registered: each difference is a Refusal of its own kind.
func (r Registered) Differs(d Declared) (errs []error) {
	all, err := differences(r.Declared, d)
	if err != nil {
		return []error{err}
	}
	for _, diff := range all {
		errs = append(errs, refuse(kindOf(diff.path), r.Envelope.Where, "%s: %s was registered, and the run had %s",
			diff.path, diff.a, diff.b))
	}
	return errs
}

// kindOf is the kind of a difference between what was registered and what was run.
func kindOf(path string) attest.Kind {
	switch first, _, _ := strings.Cut(path, "."); {
	case first == "plan" || first == "plan_digest":
		return OtherPlan
	case first == "load":
		return OtherLoad
	case strings.HasPrefix(first, "fixes") && strings.Contains(path, ".primary"):
		return OtherPrimary
	}
	return OtherCondition
}

// before refuses a registration that was made after a run, or a trial of it, had begun, by the run's own clock.
func (r Registered) before(first time.Time) error {
	if !first.Before(r.Made) {
		return nil
	}
	const form = "2006-01-02 15:04:05 UTC"
	return refuse(TooLate, r.Envelope.Where, "was made at %s, and the run's first trial began at %s, before that",
		r.Made.UTC().Format(form), first.UTC().Format(form))
}
