package signoff

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"aftershock/results"
	"aftershock/results/attest"
	"aftershock/results/gate"
	"aftershock/results/manifest"
)

// Question asks whether evidence holds.
type Question struct {
	File    string // of the evidence, for errors
	Text    []byte
	Folders []string // of the runs, in any order and place
	Policy  gate.Policy
	Trust   attest.Trust
	About   []attest.Subject // what is to be released; each must be a subject of the evidence
	Waive   []string         // what is accepted in spite of
	At      time.Time        // at which keys have to be valid
}

// Holds is evidence that was found to hold.
type Holds struct {
	Evidence Evidence         `json:"evidence"`
	About    []attest.Subject `json:"subjects"`
	Signed   []attest.Trusted `json:"-"`
	Files    int              `json:"files"` // that were held against their digests
	Bytes    int64            `json:"bytes"`
}

// Verify makes the evidence again and says in what it does not hold. The error joins Refusals; any other error means
// that it could not be found out. What is signed wrongly is not looked at further.
func Verify(ctx context.Context, q Question) (Holds, error) {
	v := verification{Question: q}
	if err := v.open(ctx); err != nil {
		return Holds{}, err
	}
	v.checkSubjects()
	v.checkPolicy()
	v.checkTests()
	if err := v.checkRuns(ctx); err != nil {
		return Holds{}, err
	}
	return v.holds, errors.Join(v.errs...)
}

type verification struct {
	Question
	ours, tests   attest.Envelope
	registrations []Registered
	holds         Holds
	errs          []error
}

func (v *verification) refuse(kind attest.Kind, where, what string, args ...any) {
	v.errs = append(v.errs, refuse(kind, where, what, args...))
}

// open finds the statements, and checks who signed them.
func (v *verification) open(ctx context.Context) error {
	bundle, err := attest.ParseBundle(v.File, v.Text)
	v.Text = nil // of a large run it is long, as the payloads are
	if err != nil {
		return err
	}
	var errs []error
	found := map[string]int{}
	for _, e := range bundle {
		kind := e.Statement.PredicateType
		found[kind]++
		check := v.Trust.Check
		switch kind {
		case EvidenceType:
			v.ours = e
		case testResultType:
			v.tests = e
		case RegistrationType:
			check = v.Trust.CheckAny
		default:
			errs = append(errs, refuse(attest.WrongType, e.Where, "says %q, which is no part of evidence", kind))
			continue
		}
		signed, err := check(ctx, e, v.At)
		errs = append(errs, err)
		if kind == EvidenceType {
			v.holds.Signed = signed
		}
	}
	for _, kind := range []string{EvidenceType, testResultType} {
		if found[kind] != 1 {
			errs = append(errs, refuse(Incomplete, v.File, "has %d statements of type %s, and must have one",
				found[kind], kind))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return v.read(bundle)
}

// read reads the statements, whose signatures hold.
func (v *verification) read(bundle attest.Bundle) error {
	e := &v.holds.Evidence
	if err := v.ours.Statement.Read(v.ours.Where, EvidenceType, e); err != nil {
		return err
	}
	if e.Schema != Schema {
		return refuse(attest.Unreadable, v.ours.Where, "schema %d cannot be read (this program knows %d)",
			e.Schema, Schema)
	}
	v.holds.About = v.ours.Statement.Subject
	v.ours.Payload, v.ours.Statement.Predicate = nil, nil
	for _, each := range bundle {
		if each.Statement.PredicateType != RegistrationType {
			continue
		}
		r, err := registered(each)
		if err != nil {
			return err
		}
		v.registrations = append(v.registrations, r)
	}
	return nil
}

// checkSubjects holds what is to be released against what the evidence is about.
func (v *verification) checkSubjects() {
	for _, asked := range v.About {
		if !slices.ContainsFunc(v.holds.About, asked.Same) {
			var names []string
			for _, s := range v.holds.About {
				names = append(names, s.String())
			}
			v.refuse(OtherSubject, v.ours.Where, "is not about %s, but about %s", asked, strings.Join(names, ", "))
		}
	}
	if all, err := differences(v.holds.About, v.tests.Statement.Subject); err != nil || len(all) > 0 {
		v.refuse(OtherSubject, v.tests.Where, "is about other subjects than the statement beside it")
	}
}

func (v *verification) checkPolicy() {
	signed, asked := v.holds.Evidence.Policy, policyOf(v.Policy)
	if signed.SHA256 != manifest.Digest([]byte(signed.Text)) {
		v.refuse(OtherPolicy, v.ours.Where, "the policy's text is not that of its digest")
	}
	if signed.SHA256 != asked.SHA256 {
		v.refuse(OtherPolicy, v.ours.Where, "was judged by policy %s (SHA-256 %.12s), and not by %s (%.12s)",
			signed.Name, signed.SHA256, asked.Name, asked.SHA256)
	}
}

// checkTests holds the test-result against the evidence, of which it is a view.
func (v *verification) checkTests() {
	want, err := v.holds.Evidence.testResult()
	if err == nil {
		err = v.name(OtherResult, v.tests.Where, "the test-result", v.tests.Statement.Predicate, want)
	}
	if err != nil {
		v.errs = append(v.errs, err)
	}
}

// mostNamed is how many differences of one kind are named.
const mostNamed = 10

// name refuses what was signed where it differs from what was found.
func (v *verification) name(kind attest.Kind, where, what string, signed, found any) error {
	all, err := differences(signed, found)
	if err != nil {
		return err
	}
	for _, d := range all[:min(len(all), mostNamed)] {
		v.refuse(kind, where, "%s: %s: %s was signed, and the files give %s", what, d.path, d.a, d.b)
	}
	if more := len(all) - mostNamed; more > 0 {
		v.refuse(kind, where, "%s: %d further differences", what, more)
	}
	return nil
}

// checkRuns holds the runs against the evidence. The error is not about the evidence.
func (v *verification) checkRuns(ctx context.Context) error {
	left := slices.Clone(v.Folders)
	var obstacles []error
	for _, signed := range v.holds.Evidence.Runs {
		i := slices.IndexFunc(left, func(folder string) bool { return isRun(folder, signed.ID) })
		if i < 0 {
			v.refuse(MissingRun, v.ours.Where, "is of run %s, which is none of the given: %s", signed.ID, v.told())
			continue
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		more, err := v.checkRun(left[i], signed)
		if err != nil {
			return err
		}
		obstacles, left = append(obstacles, more...), slices.Delete(left, i, i+1)
	}
	for _, folder := range left {
		v.refuse(OtherRun, folder, "is no run of this evidence")
	}
	e := v.holds.Evidence
	obstacles, used := waive(append(obstacles, e.Tool.dirty()...), v.Waive)
	v.errs = append(v.errs, obstacles...)
	if len(obstacles) == 0 && !slices.Equal(used, e.Waived) && len(v.errs) == 0 {
		v.refuse(OtherCondition, v.ours.Where, "says that %q was waived, and it is %q", e.Waived, used)
	}
	if is := worst(e.Runs); is != e.Result {
		v.refuse(OtherResult, v.ours.Where, "says %s, and its runs give %s", e.Result, is)
	}
	return nil
}

// told names the given runs.
func (v *verification) told() string {
	var all []string
	for _, folder := range v.Folders {
		run, err := results.ReadRun(folder)
		is := run.ID
		if err != nil {
			is = err.Error()
		}
		all = append(all, fmt.Sprintf("%s (%s)", folder, is))
	}
	return strings.Join(all, ", ")
}

func isRun(folder, id string) bool {
	run, err := results.ReadRun(folder)
	return err == nil && run.ID == id
}

// checkRun holds a run's files against their digests, and computes all again from files that are what they were.
func (v *verification) checkRun(folder string, signed RunEvidence) (obstacles []error, err error) {
	found, err := Digests(folder)
	if err != nil {
		return nil, refuse(ForeignFile, folder, "%v", err)
	}
	for _, f := range found {
		v.holds.Files, v.holds.Bytes = v.holds.Files+1, v.holds.Bytes+f.Size
	}
	if changed := compareFiles(folder, signed.Files, found); len(changed) > 0 {
		v.errs = append(v.errs, changed...)
		return nil, nil
	}
	named := func(results.Environment) (*results.Calibration, error) { return signed.Calibration, nil }
	again, err := judge(folder, found, v.Policy, named)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", folder, err)
	}
	return v.compare(again, signed)
}

// compare holds a run that was judged again against what was signed of it.
func (v *verification) compare(j judged, signed RunEvidence) (obstacles []error, err error) {
	figures, err := textOfSize(j.summary, len(signed.Summary))
	if err != nil {
		return nil, err
	}
	err = errors.Join(
		v.name(OtherResult, j.folder, "the policy's answers", signed.Decision, j.evidence.Decision),
		v.name(OtherFigure, j.folder, "the figures", signed.Summary, figures),
	)
	if signed.Registration != j.evidence.Registration {
		v.refuse(OtherCondition, v.ours.Where, "names another pre-registration than the run")
	}
	if j.evidence.Registration == "" {
		_, none := j.registration()
		return append(j.obstacles(), none), err
	}
	i := slices.IndexFunc(v.registrations, func(r Registered) bool { return r.SHA256 == j.evidence.Registration })
	if i < 0 {
		v.refuse(Incomplete, v.File, "lacks the pre-registration that run %s names (SHA-256 %.12s)", j.evidence.ID,
			j.evidence.Registration)
		return j.obstacles(), err
	}
	for _, each := range j.heldTo(v.registrations[i]) {
		if each != nil {
			v.errs = append(v.errs, each)
		}
	}
	return j.obstacles(), err
}
