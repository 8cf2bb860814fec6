package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"aftershock/results/report"
	"aftershock/results/summary"
)

// What is damaged stands above every figure that it may have bent, with its file.
func TestDamageStandsOnTop(t *testing.T) {
	in := input()
	in.Summary.Damaged = []summary.Damage{
		{File: "trials/null/03-after/ops.bin", What: "is missing", Fixes: []string{"null", "control"}},
		{File: "trials/null/04-after", What: "is a link, where a folder should be", Fixes: []string{"null", "control"}},
	}
	screen := "\nDAMAGED: no verdict on null, control. Not as the run left it:\n" +
		"  trials/null/03-after/ops.bin: is missing\n  trials/null/04-after: is a link, where a folder should be\n\n"
	page := "\n### Damaged: no verdict on null, control\n\n- trials/null/03-after/ops.bin: is missing\n- trials/null/04-after: is a link"
	for name, c := range map[string]struct{ text, want, below string }{
		"terminal": {terminal(t, in.Summary), screen, "FIX "},
		"md":       {written(t, "md", in), page, "### Gate"},
	} {
		at, below := strings.Index(c.text, c.want), strings.Index(c.text, c.below)
		if at < 0 || below < at {
			t.Errorf("%s: at %d of %d\n%s", name, at, below, c.text)
		}
	}
	in.Summary.Damaged = append(in.Summary.Damaged, summary.Damage{File: "manifest.jsonl", What: "is missing"})
	if text := terminal(t, in.Summary); !strings.Contains(text, "\nDAMAGED: no verdict on any fix. ") {
		t.Error(text)
	}
	in.Summary.Damaged = nil
	if text := terminal(t, in.Summary) + written(t, "md", in); strings.Contains(strings.ToLower(text), "damaged") {
		t.Error(text)
	}
}

// A run of which all is gone is still told in a screen, and says how much more there is.
func TestMuchDamageIsCounted(t *testing.T) {
	s := sample()
	for i := range 64 {
		s.Damaged = append(s.Damaged, summary.Damage{File: fmt.Sprintf("trials/null/%02d-after", i), What: "is missing\nat all"})
	}
	text := terminal(t, s)
	if n := strings.Count(text, "-after: is missing ...\n"); n != 20 || !strings.Contains(text, "  and 44 more, all of which compare --json has\n") {
		t.Errorf("%d are named\n%s", n, text)
	}
}

func terminal(t *testing.T, s summary.Summary) string {
	t.Helper()
	var text bytes.Buffer
	if err := report.Terminal(&text, s, "x"); err != nil {
		t.Fatal(err)
	}
	return text.String()
}
