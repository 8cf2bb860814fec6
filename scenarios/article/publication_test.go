package article

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"aftershock/scenarios/article/claims"
	"aftershock/scenarios/fixes"
)

// Each link of the article's page leads to a file that is there and that has what it promises.
func TestLinksOfTheArticlesPage(t *testing.T) {
	const root = "../.."
	all, err := Claims(fixes.Registry())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		for _, e := range c.Fixes {
			if _, err := os.Stat(filepath.Join(root, fixFile(e.Fix))); err != nil || fixFile(e.Fix) == "" {
				t.Errorf("%s has no file: %v", e.Fix, err)
			}
		}
		for _, name := range c.AllTests() {
			text, err := os.ReadFile(filepath.Join(root, testFile(name)))
			if err != nil || !bytes.Contains(text, []byte("func "+name+"(")) {
				t.Errorf("%s is not in the file %q: %v", name, testFile(name), err)
			}
		}
	}
	about, err := Publication()
	if err != nil || len(about.Last) == 0 || len(about.Silent) == 0 || len(about.Objections) == 0 {
		t.Errorf("the page lacks what it was last time, parts of the article or objections: %v", err)
	}
	for _, name := range about.Headlines {
		if !slices.ContainsFunc(all, func(c claims.Claim) bool { return c.Name == name }) {
			t.Errorf("the headline %s is no claim", name)
		}
	}
	if fixFile("no-such-fix") != "" || fixFile("null") != "" || testFile("TestX") != "" {
		t.Error("what is not there has a file")
	}
}
