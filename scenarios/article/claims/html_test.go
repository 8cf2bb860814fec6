package claims_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"aftershock/scenarios/article/claims"
)

func htmlOf(t *testing.T, table claims.Table, about claims.Publication) string {
	t.Helper()
	var text bytes.Buffer
	if err := claims.HTML(&text, table, about); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// The page for a browser has all sections, rows and cells of the one in Markdown, and leads nowhere.
func TestTheHTMLPageSaysWhatTheMarkdownSays(t *testing.T) {
	table := sampleClaims(t)
	about := publication()
	about.FixFile, about.TestFile = nil, nil
	var markdown bytes.Buffer
	if err := claims.Page(&markdown, table, about); err != nil {
		t.Fatal(err)
	}
	text := htmlOf(t, table, publication())
	lines := regexp.MustCompile(`(?m)^\|.*\|$`).FindAllString(markdown.String(), -1)
	rules := regexp.MustCompile(`(?m)^\|(---\|)+$`).FindAllString(markdown.String(), -1)
	for element, want := range map[string]int{
		"<h1": 1, "<h2": strings.Count(markdown.String(), "\n## "), "<tr": len(lines) - len(rules),
		"<table": len(rules), "<section": 1 + strings.Count(markdown.String(), "\n## "),
		"<br>": strings.Count(markdown.String(), "<br>"),
	} {
		if got := strings.Count(text, element); got != want || want == 0 {
			t.Errorf("%d of %q, want %d", got, element, want)
		}
	}
	for _, link := range regexp.MustCompile(`href="[^#"][^"]*"`).FindAllString(text, -1) {
		t.Errorf("it leads to %s", link)
	}
	if strings.Contains(text, "raw HTML omitted") || strings.Contains(text, "\uE000") {
		t.Error("a line break was lost")
	}
}

// What a claim says stays text.
func TestClaimsStayText(t *testing.T) {
	row := claims.Row{Claim: claims.Claim{
		Name: "c", Chapter: "1", Article: claims.NoFigure,
		Says:  `</script><script>alert(1)</script>[x](javascript:alert(1))`,
		Truth: "<img src=x onerror=alert(1)> `<b>`",
	}, Verdict: claims.Fails}
	text := htmlOf(t, claims.Table{Rows: []claims.Row{row}}, claims.Publication{Title: "<b>a title</b>"})
	for _, bad := range []string{"<script>alert", "<img", "<b>", `href="javascript`} {
		if strings.Contains(text, bad) {
			t.Errorf("%q is in the page", bad)
		}
	}
	if !strings.Contains(text, "alert(1)") || !strings.Contains(text, "&lt;b&gt;a title") {
		t.Error("the texts are not in the page")
	}
}
