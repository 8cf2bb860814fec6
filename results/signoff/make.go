package signoff

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"aftershock/results"
	"aftershock/results/attest"
	"aftershock/results/gate"
	"aftershock/results/summary"
)

// finder finds the calibration of a machine; nil when there is none.
type finder = func(results.Environment) (*results.Calibration, error)

// Request is what evidence is to be made of.
type Request struct {
	Folders []string // of the runs
	Policy  gate.Policy
	About   []attest.Subject
	// Calibration finds one for a machine, in place of the run's own; nil leaves the run's.
	Calibration finder
	Waive       []string // WaiveDirty and others
	Tool        Tool
	Made        time.Time
}

// Statements are evidence as it is to be signed.
type Statements struct {
	Evidence      Evidence
	About         []attest.Subject
	Ours, Tests   []byte // our own statement, and the test-result
	Registrations []Registered
}

// Make judges runs by a policy and makes the statements. What stands in the way of a signature is an error, which joins
// Refusals of its kinds; a policy's fail, or inconclusive, does not: that is signed as what it is.
func Make(r Request) (Statements, error) {
	made := Statements{About: r.About, Evidence: Evidence{
		Schema: Schema, Made: r.Made, Tool: r.Tool, Policy: policyOf(r.Policy),
	}}
	var errs []error
	for _, folder := range r.Folders {
		files, err := Digests(folder)
		if err != nil {
			return Statements{}, err
		}
		j, err := judge(folder, files, r.Policy, r.Calibration)
		if err != nil {
			return Statements{}, err
		}
		if slices.ContainsFunc(made.Evidence.Runs, func(other RunEvidence) bool { return other.ID == j.evidence.ID }) {
			return Statements{}, refuse(OtherRun, folder, "is run %s, which is named twice", j.evidence.ID)
		}
		if j.evidence.Summary, err = json.Marshal(j.summary); err != nil {
			return Statements{}, err
		}
		registration, err := j.registration()
		if err != nil {
			errs = append(errs, err)
		}
		if registration != nil {
			made.Registrations = append(made.Registrations, *registration)
			errs = append(errs, j.heldTo(*registration)...)
		}
		errs = append(errs, j.obstacles()...)
		made.Evidence.Runs = append(made.Evidence.Runs, j.evidence)
	}
	errs = append(errs, r.Tool.dirty()...)
	made.Evidence.Result = worst(made.Evidence.Runs)
	errs, made.Evidence.Waived = waive(errs, r.Waive)
	if err := errors.Join(errs...); err != nil {
		return Statements{}, err
	}
	var err error
	made.Ours, made.Tests, err = made.Evidence.statements(r.About)
	return made, err
}

// worst is the result of all runs: pass when each passed.
func worst(runs []RunEvidence) gate.Result {
	for _, r := range []gate.Result{gate.Fail, gate.Invalid, gate.Underpowered, gate.Inconclusive} {
		if slices.ContainsFunc(runs, func(run RunEvidence) bool { return run.Decision.Result == r }) {
			return r
		}
	}
	unknown := func(run RunEvidence) bool { return run.Decision.Result != gate.Pass }
	if len(runs) == 0 || slices.ContainsFunc(runs, unknown) {
		return gate.Invalid
	}
	return gate.Pass
}

// judged is a run with what the policy says of it. The evidence has no summary yet.
type judged struct {
	folder   string
	summary  summary.Summary
	policy   Policy
	evidence RunEvidence
}

// judge computes a run's figures from its files, whose digests were taken before, and asks the policy.
func judge(folder string, files []results.File, policy gate.Policy, calibration finder) (j judged, err error) {
	j.folder, j.policy = folder, policyOf(policy)
	if j.summary, err = summary.Compute(folder); err != nil {
		return j, err
	}
	if calibration != nil {
		if j.summary.Run.Calibration, err = calibration(j.summary.Run.Environment); err != nil {
			return j, err
		}
	}
	decision, err := policy.Judge(j.summary)
	if err != nil {
		return j, err
	}
	run := j.summary.Run
	j.evidence = RunEvidence{
		ID: run.ID, Registration: run.Registered, Calibration: run.Calibration, Decision: decision, Files: files,
	}
	return j, nil
}

// obstacles are what stands in the way of a signature.
func (j judged) obstacles() (errs []error) {
	run := j.summary.Run
	if run.Status != results.Complete {
		errs = append(errs, refuse(Partial, j.folder, "the run is %s, and not complete", run.Status))
	}
	if err := summary.Undamaged(j.summary.Damaged); err != nil {
		errs = append(errs, refuse(Damaged, j.folder, "%v", err))
	}
	if j.summary.Unchecked {
		errs = append(errs, refuse(Damaged, j.folder, "the run has no manifest: nothing tells whether its files "+
			"are what it left"))
	}
	if why := unanswered(j.evidence.Decision, gate.Invalid); why != "" && len(errs) == 0 {
		errs = append(errs, refuse(Invalid, j.folder, "the policy cannot judge it: %s", why))
	}
	if why := unanswered(j.evidence.Decision, gate.Underpowered); why != "" {
		errs = append(errs, refuse(Underpowered, j.folder, "%s", why))
	}
	if why := summary.Uncalibrated(run); len(why) > 0 {
		errs = append(errs, refuse(Uncalibrated, j.folder, "%s: aftershock selftest, then run again, or name its "+
			"folder with --calibration", strings.Join(why, "; ")))
	}
	if isDirty(run.Environment.Commit) {
		errs = append(errs, refuse(Dirty, j.folder, "was run by a program built from commit %q: it cannot be built "+
			"again", run.Environment.Commit))
	}
	return errs
}

// unanswered lists the answers with a result that keeps a run from being signed.
func unanswered(d gate.Decision, result gate.Result) string {
	var all []string
	for _, a := range d.Answers {
		if a.Result == result {
			of := ""
			if a.Fix != "" {
				of = " (" + a.Fix + ")"
			}
			all = append(all, a.Name+of+": "+a.Why)
		}
	}
	return strings.Join(all, "; ")
}

// dirty refuses a program whose source no one can look up.
func (t Tool) dirty() []error {
	if isDirty(t.Commit) {
		return []error{refuse(Dirty, "the judging program", "is built from commit %q: it cannot be built again",
			t.Commit)}
	}
	return nil
}

// isDirty tells whether a commit names no source: the tree had changes, or it is not known.
func isDirty(commit string) bool {
	return commit == "" || commit == "unknown" || strings.HasSuffix(commit, "-dirty")
}

// waive takes out what may be accepted, and says which waivers that took.
func waive(errs []error, allowed []string) (left []error, used []string) {
	for _, err := range errs {
		waiver := ""
		for kind, name := range waived {
			if errors.Is(err, kind) {
				waiver = name
			}
		}
		if waiver == "" || !slices.Contains(allowed, waiver) {
			left = append(left, err)
			continue
		}
		if !slices.Contains(used, waiver) {
			used = append(used, waiver)
		}
	}
	slices.Sort(used)
	return left, used
}
