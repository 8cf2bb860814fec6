package signoff_test

import (
	"cmp"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/attest"
	"aftershock/results/gate"
	"aftershock/results/manifest"
	"aftershock/results/report/reporttest"
	"aftershock/results/signoff"
)

// today is when evidence is made, and verified.
var today = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

const rules = `name: release
asks: Can it go out?
rules:
  - {rule: pairs, fix: all, at-least: 6}
  - {rule: verdict, fix: all, is: improved}
  - {rule: bound, fix: all, metric: crashed, at-most: 0}
`

func policy(t testing.TB, text string) gate.Policy {
	t.Helper()
	p, err := gate.Parse("release.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// key is an Ed25519 key that is the same in each run of a test: who ran, who approves, and a stranger.
func key(t testing.TB, name string) attest.Signer {
	t.Helper()
	seed := make([]byte, ed25519.SeedSize)
	copy(seed, name)
	s, err := attest.NewSigner(ed25519.NewKeyFromSeed(seed))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// trusted is the trust file of most tests: ci has run, and ann approves.
func trusted(t testing.TB) attest.Trust {
	t.Helper()
	var text strings.Builder
	text.WriteString("name: us\nkeys:\n")
	for _, k := range []struct{ name, role, more string }{
		{"ci", "ran", ""}, {"ann", "approved", ", until: 2027-01-01"},
	} {
		der := base64.StdEncoding.EncodeToString(key(t, k.name).DER)
		fmt.Fprintf(&text, "  - {name: %s, role: %s, key: %q%s}\n", k.name, k.role, der, k.more)
	}
	text.WriteString("require:\n  - {role: ran, at-least: 1}\n  - {role: approved, at-least: 1}\n")
	trust, err := attest.ParseTrust("trust.yaml", []byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	return trust
}

var tool = signoff.Tool{Version: "v0.1.0", Commit: "0123456789abcdef"}

func about(t testing.TB, digit string) []attest.Subject {
	t.Helper()
	s, err := attest.ParseSubject("service", "sha256", strings.Repeat(digit, 64))
	if err != nil {
		t.Fatal(err)
	}
	return []attest.Subject{s}
}

// made is a run that was pre-registered, signed off and approved.
type made struct {
	folder, file string
	bundle       attest.Bundle
	evidence     signoff.Evidence
}

// options are how a made run is not as it should be.
type options struct {
	registered time.Time // when; a day before the run where it is zero
	policy     string    // that was registered
	run        func(*results.Run)
	trial      func(*reporttest.Trial)
	fixes      int
	pairs      int // 7 where it is 0
}

// folderOf writes a run with a sound calibration and a pre-registration.
func folderOf(t testing.TB, o options) string {
	t.Helper()
	var registration string
	w := reporttest.Run{Fixes: max(1, o.fixes), Pairs: cmp.Or(o.pairs, 7), Trial: o.trial}
	w.Edit = func(run *results.Run) {
		run.Calibration = &results.Calibration{Schema: 1, Result: results.Sound, Environment: run.Environment}
		at := o.registered
		if at.IsZero() {
			at = run.Started.AddDate(0, 0, -1)
		}
		text := o.policy
		if text == "" {
			text = rules
		}
		const plan = "# aftershock plan, version 1\n"
		statement, err := signoff.Register(*run, []byte(plan), policy(t, text), tool, at)
		must(t, err)
		e, err := attest.Sign(t.Context(), statement, key(t, "ci"))
		must(t, err)
		registration, run.Registered = line(t, e), manifest.Digest(statement)
		if o.run != nil {
			o.run(run)
		}
	}
	folder := w.Write(t)
	write(t, filepath.Join(folder, results.RegistrationFile), registration)
	write(t, filepath.Join(folder, results.SummaryFile), "{}\n")
	return folder
}

// request asks for evidence about a run.
func request(t testing.TB, folders ...string) signoff.Request {
	t.Helper()
	return signoff.Request{Folders: folders, Policy: policy(t, rules), About: about(t, "a"), Tool: tool, Made: today}
}

// signed is a run's evidence with both signatures.
func signed(t testing.TB, folder string) made {
	t.Helper()
	s, err := signoff.Make(request(t, folder))
	must(t, err)
	m := made{folder: folder, file: filepath.Join(folder, "evidence.intoto.jsonl"), evidence: s.Evidence}
	for _, statement := range [][]byte{s.Ours, s.Tests} {
		m.bundle = append(m.bundle, both(t, statement))
	}
	for _, r := range s.Registrations {
		m.bundle = append(m.bundle, r.Envelope)
	}
	m.write(t)
	return m
}

// both signs a statement with the keys of ci and ann.
func both(t testing.TB, statement []byte) attest.Envelope {
	t.Helper()
	e, err := attest.Sign(t.Context(), statement, key(t, "ci"), key(t, "ann"))
	must(t, err)
	return e
}

func (m made) write(t testing.TB) {
	t.Helper()
	text, err := m.bundle.Text()
	must(t, err)
	write(t, m.file, string(text))
}

// copied is a test's own copy.
func (m made) copied(t testing.TB) made {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "copy")
	must(t, os.CopyFS(folder, os.DirFS(m.folder)))
	m.bundle = append(attest.Bundle{}, m.bundle...)
	m.folder, m.file = folder, filepath.Join(folder, filepath.Base(m.file))
	return m
}

// question asks whether the evidence in the file holds.
func (m made) question(t testing.TB) signoff.Question {
	t.Helper()
	text, err := os.ReadFile(m.file)
	must(t, err)
	return signoff.Question{
		File: m.file, Text: text, Folders: []string{m.folder}, Policy: policy(t, rules), Trust: trusted(t),
		About: about(t, "a"), At: today,
	}
}

// lie signs evidence that says something else, as a signer could.
func (m made) lie(t testing.TB, edit func(e *signoff.Evidence)) {
	t.Helper()
	text, err := json.Marshal(m.evidence)
	must(t, err)
	var e signoff.Evidence
	must(t, json.Unmarshal(text, &e))
	edit(&e)
	statement, err := attest.NewStatement(about(t, "a"), signoff.EvidenceType, e)
	must(t, err)
	m.bundle[0] = both(t, statement)
	m.write(t)
}

func line(t testing.TB, e attest.Envelope) string {
	t.Helper()
	text, err := attest.Bundle{e}.Text()
	must(t, err)
	return string(text)
}

func write(t testing.TB, path, text string) {
	t.Helper()
	must(t, os.WriteFile(path, []byte(text), 0o644))
}

func read(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	return string(text)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
