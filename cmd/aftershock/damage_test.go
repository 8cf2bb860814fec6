package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/gate"
	"aftershock/results/manifest"
	"aftershock/results/report"
	"aftershock/results/summary"
)

// passing is a policy that a whole run of testdata/free.yaml passes.
const passing = `name: passing
asks: Is the run whole?
rules:
  - {rule: bound, fix: control, metric: build_p50, phase: steady, at-most: 500ms}
  - {rule: exercised, fix: control}
`

// specimen is a small run, with all of its files as it left them.
type specimen struct {
	t      *testing.T
	folder string
	files  map[string][]byte
	policy string
}

func newSpecimen(t *testing.T, run func() (string, error)) *specimen {
	t.Helper()
	s := &specimen{t: t, folder: copyOf(t, run), policy: filepath.Join(t.TempDir(), "passing.yaml"),
		files: map[string][]byte{}}
	s.must(os.WriteFile(s.policy, []byte(passing), 0o600))
	s.must(filepath.WalkDir(s.folder, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			s.files[s.name(path)], err = os.ReadFile(path)
		}
		return err
	}))
	return s
}

func (s *specimen) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// name is a file's path within the run's folder.
func (s *specimen) name(path string) string {
	s.t.Helper()
	name, err := filepath.Rel(s.folder, path)
	s.must(err)
	return filepath.ToSlash(name)
}

// names are the run's files but for its views, in alphabetical order.
func (s *specimen) names() (all []string) {
	for name := range s.files {
		if !isView(name) {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

// restore puts back what a mutation has changed: nothing that lies in the folder now is kept.
func (s *specimen) restore() {
	s.t.Helper()
	entries, err := os.ReadDir(s.folder)
	s.must(err)
	for _, e := range entries {
		s.must(os.RemoveAll(filepath.Join(s.folder, e.Name())))
	}
	for name, text := range s.files {
		path := filepath.Join(s.folder, name)
		s.must(os.MkdirAll(filepath.Dir(path), 0o700))
		s.must(os.WriteFile(path, text, 0o600))
	}
}

// mutant is a file with what others may stand in its place.
func (s *specimen) mutant(name string, seed, again *specimen) mutant {
	path := filepath.Join(s.folder, name)
	flip := strings.NewReplacer("-before", "-after", "-after", "-before")
	other := strings.NewReplacer("/01-", "/02-", "/02-", "/01-")
	beside := filepath.Join(filepath.Dir(path), results.EventsFile)
	if strings.HasSuffix(name, results.EventsFile) {
		beside = filepath.Join(filepath.Dir(path), results.OpsFile)
	}
	if filepath.Dir(name) == "." {
		beside = filepath.Join(s.folder, results.SummaryFile)
	}
	return mutant{
		path: path, text: s.files[name], arm: filepath.Join(s.folder, flip.Replace(name)),
		pair: filepath.Join(s.folder, other.Replace(name)), beside: beside, seed: seed.files[name], run: again.files[name],
	}
}

// passesOver lists what says nothing of a changed file: the gate, JUnit, or what a comparison shows. It goes by what
// the verbs go by; that they end as this says is for another test.
func (s *specimen) passesOver(names ...string) (quiet []string) {
	s.t.Helper()
	told := func(text string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return strings.Contains(text, name) })
	}
	sum, err := summary.Compute(s.folder)
	if err != nil { // every verb ends with that
		if !told(err.Error()) {
			quiet = append(quiet, "error: "+err.Error())
		}
		return quiet
	}
	policy, err := gate.Parse("passing.yaml", []byte(passing))
	s.must(err)
	decision, err := policy.Judge(sum)
	if err != nil || decision.Result != gate.Invalid || !told(fmt.Sprint(decision.Answers)) {
		quiet = append(quiet, fmt.Sprintf("gate: %v, %+v", err, decision))
	}
	var junit, screen bytes.Buffer
	in := report.Input{Summary: sum, Folder: s.folder, Decision: decision}
	if err := report.Write("junit", &junit, in); err != nil || passed(s.t, junit.Bytes()) > 0 || !told(junit.String()) {
		quiet = append(quiet, fmt.Sprintf("JUnit: %v, %s", err, junit.Bytes()))
	}
	if err := report.Terminal(&screen, sum, s.folder); err != nil || !told(screen.String()) || summary.Undamaged(sum.Damaged) == nil {
		quiet = append(quiet, fmt.Sprintf("compare: %v, %+v", err, sum.Damaged))
	}
	return quiet
}

// passed counts the test cases of JUnit XML that passed.
func passed(t *testing.T, text []byte) (n int) {
	t.Helper()
	var suites struct {
		Cases []struct {
			Failure *struct{} `xml:"failure"`
			Error   *struct{} `xml:"error"`
		} `xml:"testsuite>testcase"`
	}
	if err := xml.Unmarshal(text, &suites); err != nil || len(suites.Cases) == 0 {
		t.Fatalf("%v in %s", err, text)
	}
	for _, c := range suites.Cases {
		if c.Failure == nil && c.Error == nil {
			n++
		}
	}
	return n
}

// Whatever is changed of whichever file of a run: no gate passes it, no JUnit file and no comparison is silent, and
// each names the file.
func TestNothingPassesOverAChangedFile(t *testing.T) {
	slow.Boots(t)
	if len(mutations) < 30 {
		t.Fatalf("%d ways to change a file", len(mutations))
	}
	s, seed, again := newSpecimen(t, one), newSpecimen(t, other), newSpecimen(t, alike)
	if code, out, stderr := aftershock("gate", s.folder, "--policy", s.policy); code != exitOK {
		t.Fatalf("a whole run does not pass: exit %d\n%s%s", code, out, stderr)
	}
	changes := map[string]int{}
	for _, name := range s.names() {
		for _, m := range mutations {
			changed, err := m.do(s.mutant(name, seed, again))
			if err != nil {
				t.Fatalf("%s: %s: %v", name, m.name, err)
			}
			if changed {
				changes[m.name]++
				saying := []string{name}
				if name == manifest.File { // one that ends early says less than run.json
					saying = append(saying, results.RunFile)
				}
				for _, quiet := range s.passesOver(saying...) {
					t.Errorf("%s: %s: passed over by %s", name, m.name, quiet)
				}
			}
			s.restore()
		}
	}
	for _, m := range mutations {
		if changes[m.name] == 0 {
			t.Errorf("no file was changed so that %s", m.name)
		}
	}
	if code, _, stderr := aftershock("compare", s.folder); code != exitOK {
		t.Errorf("put back, it is not whole: exit %d, %s", code, stderr)
	}
}

// The verbs end by what was found, and name the file: so that a job stops there.
func TestVerbsEndByDamage(t *testing.T) {
	slow.Boots(t)
	s := newSpecimen(t, one)
	for _, name := range s.names() {
		if len(s.files[name]) == 0 {
			continue
		}
		s.must(os.Remove(filepath.Join(s.folder, name)))
		want := exitNoVerdict
		if name == results.RunFile {
			want = exitUsage // it is not a run's folder
		}
		for verb, args := range map[string][]string{
			"gate": {"--policy", s.policy}, "compare": nil, "compare as JSON": {"--json"}, "report": {"--format", "csv"},
		} {
			code, out, stderr := aftershock(append([]string{strings.Fields(verb)[0], s.folder}, args...)...)
			if code != want || !strings.Contains(out+stderr, name) {
				t.Errorf("%s without %s: exit %d, %s", verb, name, code, stderr)
			}
		}
		s.restore()
	}
}

// The same holds for what is changed of whole trials.
func TestNothingPassesOverAChangedTrial(t *testing.T) {
	slow.Boots(t)
	s, other := newSpecimen(t, one), newSpecimen(t, other)
	const one, two, group = "trials/control/01-after", "trials/control/01-before", "trials/control"
	at := func(name string) string { return filepath.Join(s.folder, name) }
	away := func(name string) string {
		to := filepath.Join(t.TempDir(), "away")
		s.must(os.Rename(at(name), to))
		return to
	}
	for name, c := range map[string]struct {
		change func()
		names  []string
	}{
		"gone":                {func() { away(one) }, []string{one}},
		"a pair gone":         {func() { away(one); away(two) }, []string{one, two}},
		"all gone":            {func() { away("trials") }, []string{"trials: is missing"}},
		"a link":              {func() { s.must(os.Symlink(away(one), at(one))) }, []string{one}},
		"a link to the other": {func() { away(one); s.must(os.Symlink("01-before", at(one))) }, []string{one}},
		"the group a link":    {func() { s.must(os.Symlink(away(group), at(group))) }, []string{group + ": is a link"}},
		"all a link":          {func() { s.must(os.Symlink(away("trials"), at("trials"))) }, []string{"trials: is a link"}},
		"a file":              {func() { away(one); s.must(os.WriteFile(at(one), nil, 0o600)) }, []string{one}},
		"swapped with the other": {func() {
			s.must(os.Rename(away(two), at(two+".x")))
			s.must(os.Rename(at(one), at(two)))
			s.must(os.Rename(at(two+".x"), at(one)))
		}, []string{one, two}},
		"of another run": {func() { away(one); s.must(os.CopyFS(at(one), os.DirFS(filepath.Join(other.folder, one)))) }, []string{one}},
		"a third pair":   {func() { s.must(os.CopyFS(at("trials/control/03-after"), os.DirFS(at(one)))) }, []string{"trials/control/03-after"}},
		"a pair of another run": {func() {
			for _, arm := range []string{"before", "after"} {
				s.must(os.CopyFS(at("trials/control/03-"+arm), os.DirFS(filepath.Join(other.folder, "trials/control/01-"+arm))))
			}
		}, []string{"trials/control/03-before", "trials/control/03-after"}},
		"another attempt": {func() { s.must(os.CopyFS(at(one+"-again5"), os.DirFS(at(one)))) }, []string{one + "-again5"}},
		"renamed":         {func() { s.must(os.Rename(at(one), at("trials/control/09-after"))) }, []string{one, "trials/control/09-after"}},
		"a file more":     {func() { s.must(os.WriteFile(at(one+"/cpu-steady.pprof"), nil, 0o600)) }, []string{one + "/cpu-steady.pprof"}},
	} {
		c.change()
		for _, quiet := range s.passesOver(c.names...) {
			t.Errorf("%s: passed over by %s", name, quiet)
		}
		s.restore()
	}
}

// What is no file of the run's own may lie beside them, and the views are computed from the rest.
func TestWhatIsNoFileOfTheRunIsNoDamage(t *testing.T) {
	slow.Boots(t)
	s := newSpecimen(t, one)
	for name := range s.files {
		if isView(name) {
			s.must(os.WriteFile(filepath.Join(s.folder, name), []byte("something else"), 0o600))
		}
	}
	s.must(os.WriteFile(filepath.Join(s.folder, "notes.txt"), []byte("mine"), 0o600))
	s.must(os.WriteFile(filepath.Join(s.folder, "trials", "control", "notes.txt"), []byte("mine"), 0o600))
	if code, out, stderr := aftershock("gate", s.folder, "--policy", s.policy); code != exitOK {
		t.Errorf("exit %d\n%s%s", code, out, stderr)
	}
}
