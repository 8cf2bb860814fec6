package main

import (
	"os"
	"strings"
	"testing"

	"aftershock/internal/golden"
)

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
