package arrows

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// words are those that we do not write, with what to write in their place: docs/STYLE.md, rules 2 and 3. They are
// looked for in small letters and at the start of a sentence: http.NoBody is none.
var words = []struct{ worse, better string }{
	{"somebody", "the actor: a client, a member, a user, another process"},
	{"anybody", "the actor, or anyone"},
	{"nobody", "the actor: no client, no member; or no one"},
	{"everybody", "all, with what they are: all clients, all members"},
	{"whoever", "the actor: the client that, the caller that"},
	{"whomever", "the actor: the client that, the caller that"},
	{"gone on with", "resumed"},
	{"going on with", "resuming"},
	{"those that there are", "the existing ones, or all of them by their name"},
}

// prose tells which files are looked at. Test data are among them, since most of them are shown to users.
var prose = regexp.MustCompile(`\.(go|md|ya?ml|json|plan|golden)$|^Makefile$|^\.ci/`)

// exempt are files that keep their words: what they quote is frozen, or they list the words.
var exempt = regexp.MustCompile(
	`^(docs/STYLE\.md|internal/arrows/words_test\.go|scenarios/article/published\.json)$`)

// patterns find the words, in their order.
var patterns = func() (all []*regexp.Regexp) {
	for _, w := range words {
		first := w.worse[:1]
		all = append(all, regexp.MustCompile(`\b[`+first+strings.ToUpper(first)+`]`+w.worse[1:]+`\b`))
	}
	return all
}()

// unwelcome lists the words of a text by their place.
func unwelcome(path, text string) (all []string) {
	for i, w := range words {
		for _, at := range patterns[i].FindAllStringIndex(text, -1) {
			line := 1 + strings.Count(text[:at[0]], "\n")
			all = append(all, fmt.Sprintf("%s:%d: %q: write %s (docs/STYLE.md)", path, line, text[at[0]:at[1]],
				w.better))
		}
	}
	return all
}

func TestWords(t *testing.T) {
	root := moduleRoot(t)
	paths := written(t, root)
	if len(paths) < 500 {
		t.Fatalf("%d files below %s: the tree was not found", len(paths), root)
	}
	for _, path := range paths {
		text, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		report(t, unwelcome(path, string(text)))
	}
}

func TestUnwelcomeWordsAreFound(t *testing.T) {
	text := "a client\nNobody, or http.NoBody,\nnobodys\n// resumed and gone on with: somebody's\n"
	want := []string{
		`x.go:4: "somebody": write the actor: a client, a member, a user, another process (docs/STYLE.md)`,
		`x.go:2: "Nobody": write the actor: no client, no member; or no one (docs/STYLE.md)`,
		`x.go:4: "gone on with": write resumed (docs/STYLE.md)`,
	}
	if got := unwelcome("x.go", text); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// An exemption without a file is left over from one that was renamed.
func TestExemptFilesAreThere(t *testing.T) {
	root := moduleRoot(t)
	for _, path := range []string{"docs/STYLE.md", "scenarios/article/published.json"} {
		if _, err := os.Stat(filepath.Join(root, path)); err != nil {
			t.Error(err)
		}
	}
}
