package signoff

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"
	"time"

	"aftershock/internal/regular"
	"aftershock/results"
	"aftershock/results/manifest"
)

// registration reads the pre-registration that a run names, from its folder; nil when it names none.
func (j judged) registration() (*Registered, error) {
	named := j.summary.Run.Registered
	if named == "" {
		return nil, refuse(Unregistered, j.folder, "the run names no pre-registration: aftershock preregister, then "+
			"run --preregistered")
	}
	path := filepath.Join(j.folder, results.RegistrationFile)
	text, err := regular.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, refuse(MissingFile, path, "is missing, and the run names it")
	}
	if err != nil {
		return nil, err
	}
	r, err := ReadRegistration(path, text)
	if err == nil && r.SHA256 != named {
		err = refuse(ChangedFile, path, "is not the pre-registration that the run names: its SHA-256 is %.12s, and "+
			"the run names %.12s", r.SHA256, named)
	}
	return &r, err
}

// heldTo says in what a run is not what was registered before it.
func (j judged) heldTo(r Registered) (errs []error) {
	if r.Policy.SHA256 != j.policy.SHA256 {
		errs = append(errs, refuse(OtherPolicy, r.Envelope.Where, "policy %s was registered (SHA-256 %.12s), and this "+
			"is %s (%.12s): it was changed after the pre-registration", r.Policy.Name, r.Policy.SHA256, j.policy.Name,
			j.policy.SHA256))
	}
	plan := byName(j.evidence.Files)[results.PlanFile].SHA256
	d, err := DeclaredBy(j.summary.Run, plan)
	if err != nil {
		return append(errs, err)
	}
	errs = append(errs, r.Differs(d)...)
	first, err := j.began()
	if err == nil {
		err = r.before(first)
	}
	if err == nil {
		err = j.namedAtFirst(r)
	}
	return append(errs, err)
}

// began is when the run, or a trial of it, began by its own clock.
func (j judged) began() (first time.Time, err error) {
	first = j.summary.Run.Started
	trials, err := filepath.Glob(filepath.Join(j.folder, results.TrialsDir, "*", "*", results.TrialFile))
	for _, path := range trials {
		t, err := results.ReadTrial(filepath.Dir(path))
		if err != nil {
			return first, err
		}
		if t.Started.Before(first) {
			first = t.Started
		}
	}
	return first, err
}

// namedAtFirst checks that the manifest's first line, which is written before the first trial, names the registration
// already: then it was there, whatever the clocks say.
func (j judged) namedAtFirst(r Registered) error {
	text, err := regular.Read(filepath.Join(j.folder, manifest.File))
	if err != nil {
		return err
	}
	h, err := manifest.Parse(text)
	if err != nil {
		return err
	}
	var named string
	if err := json.Unmarshal(h.States[0].Fields["registered"], &named); err != nil || named != r.SHA256 {
		return refuse(TooLate, filepath.Join(j.folder, manifest.File), "its first line does not name the "+
			"pre-registration: the run began without it")
	}
	return nil
}
