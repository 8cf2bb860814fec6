package main

import (
	"os"
	"strings"
	"testing"

	"aftershock/chaos/faults"
	"aftershock/internal/golden"
)

// Every kind of fault has a row in the table of what it costs.
func TestEveryFaultHasItsOutageInTheDocs(t *testing.T) {
	text, err := os.ReadFile("../../docs/faults.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## Outage anatomy\n")
	section, _, _ = strings.Cut(section, "\n## ")
	rows := map[string]bool{}
	for line := range strings.Lines(section) {
		for cell := range strings.SplitSeq(line, "|") {
			rows[strings.TrimSpace(cell)] = true
		}
	}
	for _, f := range faults.All() {
		if f.Unavailable == "" && !rows[f.Name] {
			t.Errorf("%s has no row", f.Name)
		}
	}
}

// docs/faults.md holds what aftershock list --faults prints; -update writes it there.
func TestCatalogueInTheDocs(t *testing.T) {
	const page = "../../docs/faults.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), "```text\n")
	_, after, ended := strings.Cut(rest, "```\n")
	if !found || !ended {
		t.Fatal("the page has no block for the catalogue")
	}
	code, listed, stderr := aftershock("list", "--faults")
	if code != exitOK {
		t.Fatal(stderr)
	}
	golden.Compare(t, page, []byte(before+"```text\n"+listed+"```\n"+after))
}
