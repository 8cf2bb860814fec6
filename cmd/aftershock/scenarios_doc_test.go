package main

import (
	"fmt"
	"strings"
	"testing"

	"aftershock/internal/golden"
	"aftershock/scenarios"
)

// docs/scenarios.md holds what the program knows of its scenarios; -update writes it.
func TestScenariosInTheDocs(t *testing.T) {
	all, err := scenarios.All()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString(`# Scenarios

What each scenario asks, what it does to the cluster, and how it is answered: by fixes, or by a figure of the fault held against the
calm of the same trials. ` + "`aftershock list SCENARIO`" + ` shows one of them, and a file of your own can be run like these (` + "`aftershock check FILE`" + `
checks it). ` + "`go test ./cmd/aftershock -run Docs -update`" + ` writes this page.

| scenario | asks | faults | answered by | takes |
|---|---|---|---|---|
`)
	for _, s := range all {
		d, err := detailOf(s)
		if err != nil {
			t.Fatal(err)
		}
		by := strings.Join(d.Runs, ", ")
		if d.Answer != "" {
			by = d.Answer
		}
		faults := strings.Join(d.Faults, "; ")
		if d.Members == 0 {
			faults = "no cluster"
		}
		fmt.Fprintf(&b, "| [%s](../scenarios/%s.yaml) | %s | %s | %s | %s |\n", s.Name, s.Name, s.Asks, faults, by,
			d.Takes)
	}
	golden.Compare(t, "../../docs/scenarios.md", []byte(b.String()))
}
