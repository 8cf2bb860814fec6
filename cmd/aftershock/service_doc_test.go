package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/internal/gittest"
	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/summary"
)

const servicePage = "../../docs/your-service.md"

// The commands of docs/your-service.md are run as they stand there, in their order, each block in the clone as the
// page says. A run has one pair in place of six or eight (AFTERSHOCK_PAIRS): all runs of the page would take ten
// minutes, and so they take less than two. One pair has both arms and all faults, and settles nothing: the verdict is
// "too few pairs", and no gate passes. Whole verdicts are tried where they are made, in scenarios/service and in make
// selftest.
func TestTheCommandsOfTheServicePage(t *testing.T) {
	slow.Alone(t)
	w := newWalk(t)
	for _, b := range fencesOf(t, servicePage) {
		if b.language == "yaml" {
			w.yaml = b.text
			continue
		}
		w.folder = w.clone
		for line := range strings.Lines(b.text) {
			w.run(t, strings.TrimSuffix(line, "\n"))
			if t.Failed() {
				t.FailNow() // what follows builds on it
			}
		}
	}
}

// The page gains no command that is not tried, and none is tried that the page has lost.
func TestTheServicePageHasNoOtherCommands(t *testing.T) {
	page, err := os.ReadFile(servicePage)
	mustDo(t, err)
	seen := map[string]bool{}
	for _, b := range fencesOf(t, servicePage) {
		switch b.language {
		case "yaml":
		case "sh":
			for line := range strings.Lines(b.text) {
				seen[commandOf(line)] = true
			}
		default:
			t.Errorf("a block of language %q: commands are in blocks of sh", b.language)
		}
	}
	for _, piece := range commandsOf(string(page)) {
		for _, program := range []string{"aftershock ", "make ", "cd "} {
			if command := commandOf(piece); strings.HasPrefix(command, program) && !seen[command] {
				t.Errorf("%q stands in a sentence: put it into a block of sh, where it is tried", command)
			}
		}
	}
	for command := range seen {
		if promises[command] == nil {
			t.Errorf("%q is tried by no test: say in promises what the page promises of it", command)
		}
	}
	for command := range promises {
		if !seen[command] {
			t.Errorf("%q is not on the page any more", command)
		}
	}
}

// fence is a block of code on a page.
type fence struct{ language, text string }

func fencesOf(t *testing.T, name string) (all []fence) {
	t.Helper()
	page, err := os.ReadFile(name)
	mustDo(t, err)
	rest := string(page)
	for {
		_, begun, found := strings.Cut("\n"+rest, "\n```")
		if !found {
			return all
		}
		language, inside, _ := strings.Cut(begun, "\n")
		text, after, ends := strings.Cut(inside, "```\n")
		if !ends {
			t.Fatalf("%s: a block of code does not end", name)
		}
		all, rest = append(all, fence{language, text}), after
	}
}

// commandOf is a line of a block without its comment.
func commandOf(line string) string {
	command, _, _ := strings.Cut(line, " #")
	return strings.TrimSpace(command)
}

// walk is where a reader of the page stands.
type walk struct {
	clone, programs string
	env             []string
	folder          string // the working folder, which a command may change
	yaml            string // the last block of yaml
	line, said      string // the last command with its comment, and what it printed to standard output
	code            int
}

// ofOthers are variables of the make that runs the tests, and of a user of aftershock.
var ofOthers = regexp.MustCompile(`^(MAKE|MFLAGS=|` + variablePrefix + `)`)

func newWalk(t *testing.T) *walk {
	t.Helper()
	findPython(t)
	w := &walk{clone: cloned(t), programs: t.TempDir()}
	goCache, err := exec.Command("go", "env", "GOCACHE").Output()
	mustDo(t, err)
	for _, v := range os.Environ() {
		if !ofOthers.MatchString(v) {
			w.env = append(w.env, v)
		}
	}
	w.env = append(w.env, "GOBIN="+w.programs, "PATH="+w.programs+":"+os.Getenv("PATH"), "XDG_CACHE_HOME="+t.TempDir(),
		"GOCACHE="+strings.TrimSpace(string(goCache)))
	return w
}

// findPython installs what the page's first service is written in, where it is not there and Debian's packages can be
// installed.
func findPython(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("python3"); err == nil {
		return
	}
	if _, err := exec.LookPath("apt-get"); err != nil || os.Geteuid() != 0 {
		t.Fatal("python3 is not found, and cannot be installed: that takes root and apt-get")
	}
	for _, words := range [][]string{{"update"}, {"install", "--yes", "--no-install-recommends", "python3"}} {
		if text, err := exec.CommandContext(t.Context(), "apt-get", words...).CombinedOutput(); err != nil {
			t.Fatalf("python3 is not found, and apt-get %v failed: %v\n%s", words, err, text)
		}
	}
}

// cloned is this checkout as a fresh clone of it would be: without what git ignores, and with its own repository.
func cloned(t *testing.T) string {
	t.Helper()
	const from = "../.."
	ignored, err := os.ReadFile(filepath.Join(from, ".gitignore"))
	mustDo(t, err)
	leave := strings.Fields(string(ignored))
	to := filepath.Join(t.TempDir(), "clone")
	mustDo(t, filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(from, path)
		switch {
		case err != nil:
			return err
		case d.Name() == ".git", slices.Contains(leave, "/"+inside), slices.Contains(leave, "/"+inside+"/"):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, inside), 0o700)
		}
		return copyInto(path, filepath.Join(to, inside), d)
	}))
	gittest.Commit(t, to)
	return to
}

func copyInto(from, to string, d fs.DirEntry) error {
	info, err := d.Info()
	if err != nil || !info.Mode().IsRegular() {
		return err // of what else there may be, such as a link, no command of the page needs any
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, info.Mode().Perm())
}

// run runs a line of the page where the reader stands, and looks at what the page promises of it.
func (w *walk) run(t *testing.T, line string) {
	t.Helper()
	command := commandOf(line)
	holds := promises[command]
	if holds == nil {
		t.Fatalf("%q is tried by no test", line)
	}
	if strings.HasSuffix(command, " my-policy.yaml") { // which the reader has written by then
		mustDo(t, os.WriteFile(filepath.Join(w.folder, "my-policy.yaml"), []byte(w.yaml), 0o600))
	}
	place := filepath.Join(t.TempDir(), "place")
	shell := exec.CommandContext(t.Context(), "sh", "-c", line+"\ncode=$?\npwd >'"+place+"'\nexit $code")
	shell.Dir, shell.Env = w.folder, w.env
	if strings.HasPrefix(command, "aftershock run ") {
		shell.Env = append(slices.Clip(w.env), "AFTERSHOCK_PAIRS=1")
	}
	var said, told strings.Builder
	shell.Stdout, shell.Stderr = &said, &told
	began := time.Now()
	err := shell.Run()
	t.Logf("%s: %s", command, time.Since(began).Round(time.Second))
	now, lost := os.ReadFile(place)
	if lost != nil {
		t.Fatalf("%s: %v, %v", line, err, lost)
	}
	w.folder, w.line, w.said = strings.TrimSpace(string(now)), line, said.String()
	w.code = shell.ProcessState.ExitCode()
	if err := holds(w); err != nil {
		t.Errorf("%s\nends with exit code %d, and %v\n%s%s", line, w.code, err, w.said, told.String())
	}
}

// promises says for each command of the page what the page promises of it.
var promises = map[string]func(*walk) error{
	"make install":                           makesAProgram,
	"mkdir trial && cd trial":                func(w *walk) error { return w.holds("trial") },
	"cd trial":                               func(w *walk) error { return w.done() },
	"cd docs/examples/configd":               func(w *walk) error { return w.done() },
	"aftershock init":                        writesTheExample,
	"aftershock check service.yaml":          checksTheFile,
	"aftershock list ./service.yaml":         listsTheFile,
	"aftershock run service.yaml":            runsTheFile,
	"aftershock compare results/runs/latest": func(w *walk) error { return w.done("goodput", "steady", "P50") },
	"go build .":                             buildsConfigd,
	"aftershock run configd.yaml":            func(w *walk) error { return w.ran("configd", true) },
	"aftershock run client.yaml":             comparesTwoClients,
	"aftershock check my-policy.yaml":        func(w *walk) error { return w.done("a sound policy") },
	"aftershock report results/runs/latest --format md": func(w *walk) error {
		return w.done("| service |", "too few pairs")
	},
	"aftershock gate results/runs/latest --policy my-policy.yaml": gatesOnePair,
}

// done wants exit code 0, and pieces of what was printed.
func (w *walk) done(pieces ...string) error {
	if w.code != exitOK {
		return fmt.Errorf("not with %d", exitOK)
	}
	return w.prints(pieces...)
}

func (w *walk) prints(pieces ...string) error {
	for _, piece := range pieces {
		if !strings.Contains(w.said, piece) {
			return fmt.Errorf("does not print %q", piece)
		}
	}
	return nil
}

// holds wants the working folder to have a name, and these files alone.
func (w *walk) holds(name string, files ...string) error {
	entries, err := os.ReadDir(w.folder)
	var has []string
	for _, e := range entries {
		has = append(has, e.Name())
	}
	if err != nil || filepath.Base(w.folder) != name || !slices.Equal(has, files) {
		return fmt.Errorf("%s holds %q, %w", w.folder, has, err)
	}
	return w.done()
}

func makesAProgram(w *walk) error {
	program, err := exec.LookPath(filepath.Join(w.programs, "aftershock"))
	if err != nil {
		return fmt.Errorf("%s is no program: %w", program, err)
	}
	return w.done()
}

func writesTheExample(w *walk) error { return w.holds("trial", "service.py", "service.yaml") }

func checksTheFile(w *walk) error {
	return w.done("a sound scenario", "6 pairs of service, about 4m") // "six pairs of trials, about four minutes"
}

func listsTheFile(w *walk) error { // "faults, streams, arms and time"
	return w.done("partition-leader of leader", "read 200/s", "one endpoint without a bound, all endpoints in turn",
		"6 pairs, about 4m", "(each trial ")
}

func runsTheFile(w *walk) error {
	if said := "six pairs of trials, about four minutes"; !strings.Contains(w.line, said) {
		return fmt.Errorf("the page says not that it takes %s, as check does", said)
	}
	return w.ran("service", true)
}

func buildsConfigd(w *walk) error {
	if _, err := exec.LookPath(filepath.Join(w.folder, "configd")); err != nil {
		return err
	}
	return w.done()
}

// ran wants one valid pair of the scenario, and of its folder what the page promises. Of a repair it wants that more
// requests are answered: with the defect, the service waits for a member that is cut off for four seconds of five.
func (w *walk) ran(name string, repairs bool) error {
	latest := filepath.Join(w.folder, "results", "runs", "latest")
	text, err := os.ReadFile(filepath.Join(latest, results.SummaryFile))
	if err != nil {
		return fmt.Errorf("leaves no figures: %w", err)
	}
	var s summary.Summary
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(latest, "report.html")); err != nil {
		return err
	}
	if len(s.Fixes) != 1 || s.Fixes[0].Name != name || s.Fixes[0].Pairs.Valid != 1 {
		return fmt.Errorf("has another outcome than a pair of %s: %s", name, text)
	}
	row, ok := s.Fixes[0].Row(results.Metric{Name: "goodput", Phase: results.InFault})
	if before, after := row.Before.Median, row.After.Median; !ok || repairs && after < before+0.2 {
		return fmt.Errorf("has a goodput of %v before and of %v after", before, after)
	}
	return w.done(name, "goodput fault", "1/1", "too few pairs", "results: results/runs/")
}

// comparesTwoClients wants arms of the two versions that the page names, built to two programs.
func comparesTwoClients(w *walk) error {
	if strings.Contains(w.said, "same bytes") {
		return errors.New("both arms are one program")
	}
	if err := w.ran("configd-client", false); err != nil {
		return err
	}
	return w.prints("go.etcd.io/etcd/client/v3@v3.6.8")
}

// gatesOnePair wants no pass, for one pair does not settle whether the change helps. What a busy machine did to the
// requests of that pair may be a failure.
func gatesOnePair(w *walk) error {
	want := map[int]string{exitNoVerdict: "underpowered", exitGateFailed: "fail"}[w.code]
	if want == "" {
		return fmt.Errorf("not with %d or %d", exitNoVerdict, exitGateFailed)
	}
	return w.prints("policy my-service on ", ": "+want+"\n")
}
