package signoff_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"aftershock/internal/slow"
	"aftershock/results/attest"
	"aftershock/results/gate"
	"aftershock/results/signoff"
)

// tampering is something that is done to a run, its evidence or the question, and how it has to be found.
type tampering struct {
	name string
	with func(t *testing.T, m made, q *signoff.Question)
	kind attest.Kind
	want string // in the message, with a file's name
}

const (
	before = "trials/group-1/01-before"
	after  = "trials/group-1/01-after"
)

// replaced changes the first such text in a file of the run.
func replaced(name, old, text string) func(t *testing.T, m made, q *signoff.Question) {
	return func(t *testing.T, m made, _ *signoff.Question) {
		path := filepath.Join(m.folder, name)
		was := read(t, path)
		if !strings.Contains(was, old) {
			t.Fatalf("%s lacks %q", name, old)
		}
		write(t, path, strings.Replace(was, old, text, 1))
	}
}

// inFile does something to the lines of the evidence.
func inFile(edit func(lines []string) []string) func(t *testing.T, m made, q *signoff.Question) {
	return func(_ *testing.T, _ made, q *signoff.Question) {
		lines := strings.SplitAfter(string(q.Text), "\n")
		q.Text = []byte(strings.Join(edit(lines[:len(lines)-1]), ""))
	}
}

// cut is what stands in front of the signatures of a line, and they themselves.
func cut(line string) (front, signatures string) {
	i := strings.Index(line, `"signatures":`)
	return line[:max(0, i)], line[max(0, i):]
}

// lied signs something else, as a signer could.
func lied(edit func(e *signoff.Evidence)) func(t *testing.T, m made, q *signoff.Question) {
	return func(t *testing.T, m made, q *signoff.Question) {
		m.lie(t, edit)
		*q = m.question(t)
	}
}

var ofFiles = []tampering{
	{"a byte of a table", func(t *testing.T, m made, _ *signoff.Question) {
		text := []byte(read(t, filepath.Join(m.folder, after, "ops.bin")))
		text[len(text)/2] ^= 1
		write(t, filepath.Join(m.folder, after, "ops.bin"), string(text))
	}, signoff.ChangedFile, after + "/ops.bin: is not what was signed"},
	{"a table that ends early", func(t *testing.T, m made, _ *signoff.Question) {
		must(t, os.Truncate(filepath.Join(m.folder, after, "ops.bin"), 999))
	}, signoff.ChangedFile, after + "/ops.bin: has 999 bytes, and had "},
	{"a record", replaced(after+"/trial.json", `"position"`, `"Position"`), signoff.ChangedFile, after + "/trial.json"},
	{"an event", replaced(before+"/events.jsonl", "n1", "n2"), signoff.ChangedFile, before + "/events.jsonl"},
	{"the seed", replaced("run.json", `"seed": 7`, `"seed": 8`), signoff.ChangedFile,
		"run.json: is not what was signed"},
	{"the commit", replaced("run.json", "0123456789abcdef", "0123456789abcdee"), signoff.ChangedFile, "run.json"},
	{"the run's name", replaced("run.json", "leader-churn-7", "leader-churn-9"), signoff.MissingRun, "leader-churn-9)"},
	{"no JSON", replaced("run.json", "{", "["), signoff.MissingRun, "run.json: byte"},
	{"the plan", replaced("plan.txt", "version 1", "version 2"), signoff.ChangedFile, "plan.txt"},
	{"a view", replaced("summary.json", "{}", "[]"), signoff.ChangedFile, "summary.json"},
	{"the registration's copy", replaced("registration.intoto.jsonl", "payload", "Payload"), signoff.ChangedFile,
		"registration.intoto.jsonl"},
	{"the manifest's end", func(t *testing.T, m made, _ *signoff.Question) {
		text := strings.TrimSuffix(read(t, filepath.Join(m.folder, "manifest.jsonl")), "\n")
		write(t, filepath.Join(m.folder, "manifest.jsonl"), text[:strings.LastIndex(text, "\n")+1])
	}, signoff.ChangedFile, "manifest.jsonl: has "},
	{"a trial is gone", func(t *testing.T, m made, _ *signoff.Question) {
		must(t, os.RemoveAll(filepath.Join(m.folder, after)))
	}, signoff.MissingFile, after + "/ops.bin: is missing"},
	{"a file is gone", func(t *testing.T, m made, _ *signoff.Question) {
		must(t, os.Remove(filepath.Join(m.folder, after, "events.jsonl")))
	}, signoff.MissingFile, after + "/events.jsonl: is missing"},
	{"a trial more", func(t *testing.T, m made, _ *signoff.Question) {
		must(t, os.CopyFS(filepath.Join(m.folder, after+"-again1"), os.DirFS(filepath.Join(m.folder, after))))
	}, signoff.ForeignFile, after + "-again1/trial.json: is not among the files"},
	{"two tables swapped", func(t *testing.T, m made, _ *signoff.Question) {
		one, two := filepath.Join(m.folder, before, "ops.bin"), filepath.Join(m.folder, after, "ops.bin")
		first, second := read(t, one), read(t, two)
		write(t, one, second)
		write(t, two, first)
	}, signoff.ChangedFile, before + "/ops.bin: is not what was signed"},
	{"a link in a file's place", func(t *testing.T, m made, _ *signoff.Question) {
		path := filepath.Join(m.folder, after, "events.jsonl")
		must(t, errors.Join(os.Rename(path, filepath.Join(t.TempDir(), "x")), os.Symlink("ops.bin", path)))
	}, signoff.ForeignFile, "events.jsonl is a link"},
}

var ofEnvelopes = []tampering{
	{"a byte of what is signed", inFile(func(l []string) []string {
		l[0] = strings.Replace(l[0], `"payload":"eyJ`, `"payload":"eyK`, 1)
		return l
	}), attest.Unreadable, "evidence.intoto.jsonl:1: is no in-toto Statement"},
	{"a byte around it", inFile(func(l []string) []string {
		l[1] = strings.Replace(l[1], ":", ": ", 1)
		return l
	}), attest.Unreadable, "evidence.intoto.jsonl:2: is not written as it was signed"},
	{"the file ends early", func(_ *testing.T, _ made, q *signoff.Question) { q.Text = q.Text[:len(q.Text)-40] },
		attest.Unreadable, "evidence.intoto.jsonl:3: "},
	{"all signatures are gone", inFile(func(l []string) []string {
		front, _ := cut(l[0])
		l[0] = front + `"signatures":[]}` + "\n"
		return l
	}), attest.Unsigned, "evidence.intoto.jsonl:1: has no signature"},
	{"one signature is gone", inFile(func(l []string) []string {
		front, signatures := cut(l[1])
		one, _, _ := strings.Cut(signatures, "},")
		l[1] = front + one + "}]}\n"
		return l
	}), attest.TooFew, "evidence.intoto.jsonl:2: role approved needs"},
	{"a signature twice", inFile(func(l []string) []string {
		front, signatures := cut(l[0])
		one, _, _ := strings.Cut(strings.TrimPrefix(signatures, `"signatures":[`), "},")
		l[0] = front + `"signatures":[` + one + "}," + one + "}]}\n"
		return l
	}), attest.SignedTwice, "evidence.intoto.jsonl:1: has two signatures"},
	{"signatures of another statement", inFile(func(l []string) []string {
		front, _ := cut(l[0])
		_, signatures := cut(l[1])
		l[0] = front + signatures
		return l
	}), attest.BadSignature, "evidence.intoto.jsonl:1: the signature of ci"},
	{"an unknown signature", func(t *testing.T, m made, q *signoff.Question) {
		var err error
		m.bundle[0], err = m.bundle[0].And(t.Context(), key(t, "eve"))
		must(t, err)
		m.write(t)
		*q = m.question(t)
	}, attest.UnknownKey, "evidence.intoto.jsonl:1: is signed by the key"},
	{"a registration by a stranger", func(t *testing.T, m made, q *signoff.Question) {
		e, err := attest.Sign(t.Context(), m.bundle[2].Payload, key(t, "eve"))
		must(t, err)
		m.bundle[2] = e
		m.write(t)
		*q = m.question(t)
	}, attest.UnknownKey, "evidence.intoto.jsonl:3: is signed by the key"},
	{"no evidence", inFile(func(l []string) []string { return l[1:] }), signoff.Incomplete,
		"0 statements of type urn:"},
	{"no test-result", inFile(func(l []string) []string { return slices.Delete(l, 1, 2) }), signoff.Incomplete,
		"0 statements of type https://in-toto.io/attestation/test-result/v0.1"},
	{"no registration", inFile(func(l []string) []string { return l[:2] }), signoff.Incomplete,
		"lacks the pre-registration"},
	{"evidence twice", inFile(func(l []string) []string { return append(l, l[0]) }), signoff.Incomplete,
		"has 2 statements"},
	{"a statement of another kind", func(t *testing.T, _ made, q *signoff.Question) {
		statement, err := attest.NewStatement(about(t, "a"), "urn:example:other:1", map[string]int{"x": 1})
		must(t, err)
		q.Text = append(q.Text, line(t, both(t, statement))...)
	}, attest.WrongType, "evidence.intoto.jsonl:4: says \"urn:example:other:1\""},
}

var ofQuestions = []tampering{
	{"another subject", func(t *testing.T, _ made, q *signoff.Question) { q.About = about(t, "b") },
		signoff.OtherSubject, "evidence.intoto.jsonl:1: is not about service@sha256:bbb"},
	{"another policy", func(t *testing.T, _ made, q *signoff.Question) {
		q.Policy = policy(t, strings.Replace(rules, "at-least: 6", "at-least: 5", 1))
	}, signoff.OtherPolicy, "evidence.intoto.jsonl:1: was judged by policy release"},
	{"an expired key", func(_ *testing.T, _ made, q *signoff.Question) { q.At = q.At.AddDate(1, 0, 0) },
		attest.Expired, "the key of ann"},
	{"other keys", func(t *testing.T, _ made, q *signoff.Question) {
		var err error
		q.Trust, err = attest.TrustAll([]string{"eve.pub"}, []attest.Public{key(t, "eve").Public})
		must(t, err)
	}, attest.UnknownKey, "which is not trusted"},
	{"no run", func(_ *testing.T, _ made, q *signoff.Question) { q.Folders = nil }, signoff.MissingRun,
		"is none of the given"},
	{"a run more", func(t *testing.T, m made, q *signoff.Question) {
		q.Folders = append(q.Folders, m.copied(t).folder)
	}, signoff.OtherRun, "is no run of this evidence"},
}

var ofSigners = []tampering{
	{"another figure", lied(func(e *signoff.Evidence) {
		text := strings.Replace(string(e.Runs[0].Summary), `"value":-0.`, `"value":-0.9`, 1)
		e.Runs[0].Summary = json.RawMessage(text)
	}), signoff.OtherFigure, "primary_row.change.value"},
	{"another answer", lied(func(e *signoff.Evidence) { e.Runs[0].Decision.Answers[0].Measured = "70 pairs" }),
		signoff.OtherResult, `answers[pairs: at least 6].measured: "70 pairs" was signed, and the files give`},
	{"another result", lied(func(e *signoff.Evidence) { e.Result = gate.Inconclusive }), signoff.OtherResult,
		"says inconclusive, and its runs give pass"},
	{"the test-result of another", lied(func(e *signoff.Evidence) { e.Runs[0].Decision.Answers[0].Result = gate.Fail }),
		signoff.OtherResult, "the test-result: "},
	{"a file less", lied(func(e *signoff.Evidence) { e.Runs[0].Files = e.Runs[0].Files[1:] }), signoff.ForeignFile,
		"is not among the files"},
	{"another text of the policy", lied(func(e *signoff.Evidence) { e.Policy.Text += "\n" }), signoff.OtherPolicy,
		"the policy's text is not that of its digest"},
	{"no calibration", lied(func(e *signoff.Evidence) { e.Runs[0].Calibration = nil }), signoff.Uncalibrated,
		"has not been calibrated"},
	{"a registration that is another", lied(func(e *signoff.Evidence) {
		e.Runs[0].Registration = strings.Repeat("0", 64)
	}), signoff.OtherCondition, "names another pre-registration"},
	{"a waiver that was none", lied(func(e *signoff.Evidence) { e.Waived = []string{signoff.WaiveDirty} }),
		signoff.OtherCondition, `says that ["dirty"] was waived, and it is []`},
	{"a tool that cannot be built", lied(func(e *signoff.Evidence) { e.Tool.Commit += "-dirty" }), signoff.Dirty,
		"the judging program"},
	{"another schema", lied(func(e *signoff.Evidence) { e.Schema = 2 }), attest.Unreadable, "schema 2 cannot be read"},
}

// Whatever is done to a run, to its evidence or by a signer: it is found, and named by its file and its reason.
func TestTamperingIsFound(t *testing.T) {
	slow.Reads(t)
	whole := signed(t, folderOf(t, options{}))
	if _, err := signoff.Verify(t.Context(), whole.copied(t).question(t)); err != nil {
		t.Fatal(err)
	}
	all := slices.Concat(ofFiles, ofEnvelopes, ofQuestions, ofSigners)
	if len(all) < 30 {
		t.Errorf("%d kinds of tampering", len(all))
	}
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) {
			m := whole.copied(t)
			q := m.question(t)
			c.with(t, m, &q)
			_, err := signoff.Verify(t.Context(), q)
			if !errors.Is(err, c.kind) || !strings.Contains(filepath.ToSlash(err.Error()), c.want) {
				t.Errorf("%v\nwant %s: %s", err, c.kind, c.want)
			}
		})
	}
}

// Each file of a run, whatever it is: a changed byte is found, and the file is named.
func TestAChangedByteOfAnyFileIsNamed(t *testing.T) {
	slow.Reads(t)
	m := signed(t, folderOf(t, options{}))
	q := m.question(t)
	for _, f := range m.evidence.Runs[0].Files {
		path := filepath.Join(m.folder, filepath.FromSlash(f.Name))
		was := read(t, path)
		changed := []byte(was)
		changed[len(changed)/3] ^= 4
		write(t, path, string(changed))
		_, err := signoff.Verify(t.Context(), q)
		write(t, path, was)
		if len(attest.Refusals(err)) == 0 || !strings.Contains(err.Error(), filepath.Base(f.Name)) {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}
