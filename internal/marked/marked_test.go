package marked_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aftershock/internal/marked"
)

func TestAPageIsCheckedAndWritten(t *testing.T) {
	name := filepath.Join(t.TempDir(), "page.md")
	const above, begin, end, below = "# Page\n", "<!-- x: begin -->\n", "<!-- x: end -->\n", "more\n"
	if err := os.WriteFile(name, []byte(above+begin+"a\nold\n"+end+below), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := marked.Open(name, "x")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := p.Compare("a\nnew\nmore\n", &out); err == nil || out.String() != "-old\n+new\n-\n+more\n+\n" {
		t.Errorf("%v, %q", err, out.String())
	}
	if err := p.Replace("a\nnew\n"); err != nil {
		t.Fatal(err)
	}
	if p, err = marked.Open(name, "x"); err != nil || p.Compare("a\nnew\n", &out) != nil {
		t.Errorf("after the replacement: %v", err)
	}
	if text, _ := os.ReadFile(name); string(text) != above+begin+"a\nnew\n"+end+below {
		t.Errorf("the page is now\n%s", text)
	}
	if _, err := marked.Open(name, "y"); err == nil || !strings.Contains(err.Error(), "<!-- y: begin -->") {
		t.Errorf("a mark that is not there: %v", err)
	}
	if p, err := marked.Open("", "x"); err != nil || p != (marked.Page{}) {
		t.Errorf("no page: %v, %v", p, err)
	}
}
