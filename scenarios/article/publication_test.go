package article

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
	if err != nil || len(about.First) == 0 || len(about.Silent) == 0 || len(about.Objections) == 0 {
		t.Errorf("the page lacks what was on the first one, parts of the article or objections: %v", err)
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

// The page in docs has the claims that there are, in their words and at their places. Where it has others, it is older
// than they are.
func TestThePageInDocsHasTheClaims(t *testing.T) {
	about, err := Publication()
	if err != nil {
		t.Fatal(err)
	}
	var now bytes.Buffer
	if err := claims.Page(&now, claims.Table{Rows: claims.Judge(list(t), claims.Runs{})}, about); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/article.md")
	if err != nil {
		t.Fatal(err)
	}
	want, got := claimRows(now.String()), claimRows(string(page))
	if len(want) < 80 {
		t.Fatalf("%d claims", len(want))
	}
	for _, row := range want {
		if !slices.Contains(got, row) {
			t.Errorf("the page lacks %s", row)
		}
	}
	for _, row := range got {
		if !slices.Contains(want, row) {
			t.Errorf("the page has %s, which is no claim any more", row)
		}
	}
}

// claimRows are the claims in the tables of a page, each with its places.
func claimRows(page string) (rows []string) {
	in := false
	for line := range strings.Lines(page) {
		cells := strings.Split(line, " | ")
		switch {
		case len(cells) > 2 && cells[1] == "Claim" && cells[2] == "Verdict":
			in = true
		case !strings.HasPrefix(line, "|"):
			in = false
		case in && len(cells) > 2 && strings.TrimLeft(cells[0], "| ") != "":
			rows = append(rows, cells[0]+" | "+cells[1])
		}
	}
	return rows
}
