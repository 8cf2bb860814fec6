package claims

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"strings"

	"aftershock/results/report/page"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

// HTML writes the page of the claims in the style of a run's page. It says what Page says, without the links into the
// repository, for it is sent around by itself.
func HTML(w io.Writer, t Table, about Publication) error {
	about.FixFile, about.TestFile = nil, nil
	var text bytes.Buffer
	if err := Page(&text, t, about); err != nil {
		return err
	}
	p := page.Page{Title: about.Title}
	parts := strings.Split("\n"+text.String(), "\n## ")
	if _, lead, found := strings.Cut(parts[0], "\n# "); found {
		_, lead, _ = strings.Cut(lead, "\n")
		html, err := converted(lead)
		if err != nil {
			return err
		}
		p.Found = html
	}
	for i, part := range parts[1:] {
		title, body, _ := strings.Cut(part, "\n")
		html, err := converted(body)
		if err != nil {
			return err
		}
		p.Sections = append(p.Sections, page.Section{
			ID: fmt.Sprintf("part-%d", i+1), Title: title, Blocks: []page.Block{{HTML: html}},
		})
	}
	return p.Write(w)
}

// toHTML leaves out whatever is HTML in Markdown, and all links that are no addresses.
var toHTML = goldmark.New(goldmark.WithExtensions(extension.Table))

// lineBreak stands for a line break in a cell, which Markdown has no other word for than HTML's.
const lineBreak = "\uE000"

func converted(markdown string) (template.HTML, error) {
	var html bytes.Buffer
	source := strings.ReplaceAll(markdown, "<br>", lineBreak)
	if err := toHTML.Convert([]byte(source), &html); err != nil {
		return "", err
	}
	text := strings.ReplaceAll(html.String(), lineBreak, "<br>")
	text = strings.ReplaceAll(text, "<table>", `<div class="scroll" tabindex="0"><table class="prose">`)
	return template.HTML(strings.ReplaceAll(text, "</table>", "</table></div>")), nil
}
