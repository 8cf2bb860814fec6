package main

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// documents are the pages that say what holds now. CHANGELOG.md also names what has gone.
func documents(t *testing.T) (pages []string) {
	t.Helper()
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "results" || d.Name() == "bin" || d.Name() == ".git"):
			return fs.SkipDir
		case filepath.Ext(path) == ".md" && d.Name() != "CHANGELOG.md":
			pages = append(pages, path)
		}
		return nil
	})
	if err != nil || len(pages) < 10 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	return pages
}

var (
	linked  = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	inline  = regexp.MustCompile("`([^`]+)`")
	dropped = regexp.MustCompile("[^a-z0-9 _-]")
	target  = regexp.MustCompile(`(?m)^([a-z-]+):`)
	inJob   = regexp.MustCompile(`aftershock (?:pr|nightly) --.*`)
	folder  = regexp.MustCompile(`^\./[a-zA-Z0-9_./-]+[a-zA-Z0-9]$`)
)

// anchors are the names by which a page's headings are linked to.
func anchors(page string) (all []string) {
	for line := range strings.Lines(page) {
		if title, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " "); ok && strings.HasPrefix(line, "#") {
			name := dropped.ReplaceAllString(strings.ToLower(strings.TrimSpace(title)), "")
			all = append(all, strings.ReplaceAll(name, " ", "-"))
		}
	}
	return all
}

func TestLinksInTheDocsLeadSomewhere(t *testing.T) {
	for _, name := range documents(t) {
		page, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range linked.FindAllStringSubmatch(string(page), -1) {
			path, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(m[1], "://") {
				continue
			}
			to := name
			if path != "" {
				to = filepath.Join(filepath.Dir(name), path)
				if inside, fromRoot := strings.CutPrefix(path, "/"); fromRoot {
					to = filepath.Join("../..", inside)
				}
			}
			text, err := os.ReadFile(to)
			if info, failed := os.Stat(to); failed == nil && info.IsDir() {
				continue
			}
			if err != nil || anchor != "" && !slices.Contains(anchors(string(text)), anchor) {
				t.Errorf("%s links to %s, which is not there (%v)", name, m[1], err)
			}
		}
	}
}

// commandsOf are the lines of a page's blocks of code, and its pieces of code within sentences.
func commandsOf(page string) (all []string) {
	block := false
	for line := range strings.Lines(page) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "```"):
			block = !block
		case block:
			all = append(all, line)
		default:
			for _, m := range inline.FindAllStringSubmatch(line, -1) {
				all = append(all, m[1])
			}
		}
	}
	return all
}

// missing says what a command of a page names that there is not; "" when all is there.
func missing(root *cobra.Command, makefile, command string) string {
	command, _, _ = strings.Cut(command, "#")
	words := strings.Fields(command)
	if len(words) < 2 {
		return ""
	}
	switch words[0] {
	case "make":
		for _, w := range words[1:] {
			isTarget := func(m []string) bool { return m[1] == w }
			if regexp.MustCompile(`^[a-z-]+$`).MatchString(w) &&
				!slices.ContainsFunc(target.FindAllStringSubmatch(makefile, -1), isTarget) {
				return "make " + w
			}
		}
	case "aftershock":
		return missingVerb(root, words[1:])
	case "go":
		for _, w := range words[1:] {
			if _, err := os.Stat(filepath.Join("../..", w)); folder.MatchString(w) && err != nil {
				return w
			}
		}
	}
	return ""
}

func missingVerb(root *cobra.Command, words []string) string {
	if !regexp.MustCompile(`^[a-z]+$`).MatchString(words[0]) { // a flag, or a word for any verb
		return ""
	}
	verb, _, err := root.Find(words)
	if err != nil || verb == root {
		return "aftershock " + words[0]
	}
	for _, w := range words {
		if name, long := strings.CutPrefix(w, "--"); long && name != "" {
			name, _, _ = strings.Cut(strings.TrimRight(name, ".,;:`"), "=")
			verb.InitDefaultHelpFlag()
			if verb.Flags().Lookup(name) == nil && root.Flags().Lookup(name) == nil {
				return verb.CommandPath() + " --" + name
			}
		}
	}
	return ""
}

func TestCommandsOfTheDocsExist(t *testing.T) {
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	root, seen := newRoot(io.Discard, io.Discard), 0
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, name := range documents(t) {
		if filepath.Base(name) == "commands.md" { // generated, and prose in blocks of code
			continue
		}
		page, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, command := range commandsOf(string(page)) {
			seen++
			if what := missing(root, string(makefile), command); what != "" {
				t.Errorf("%s: there is no %q, of %q", name, what, command)
			}
		}
	}
	files, _ := filepath.Glob("../../docs/ci/*") // the pattern is sound
	jobs := 0
	for _, name := range files {
		text, err := os.ReadFile(name)
		if info, failed := os.Stat(name); failed == nil && info.IsDir() || filepath.Ext(name) == ".md" {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if command := inJob.FindString(line); command != "" {
				jobs++
				if what := missing(root, string(makefile), command); what != "" {
					t.Errorf("%s: there is no %q, of %q", name, what, command)
				}
			}
		}
	}
	if jobs != 7 {
		t.Errorf("%d commands in the job files", jobs)
	}
	if seen < 500 {
		t.Errorf("%d pieces of code in all pages: they were not found", seen)
	}
	for command, want := range map[string]string{
		"make tset":                          "make tset",
		"aftershock rnu x":                   "aftershock rnu",
		"aftershock run x --pair 3":          "aftershock run --pair",
		"go test ./harnes":                   "./harnes",
		"make bench SCENARIO=x":              "",
		"aftershock gate RUN --policy night": "",
	} {
		if got := missing(root, string(makefile), command); got != want {
			t.Errorf("%q lacks %q, want %q", command, got, want)
		}
	}
}
