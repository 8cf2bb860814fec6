package main

import (
	"io"
	"strings"
	"testing"

	"aftershock/internal/golden"
)

// docs/commands.md holds what the program says of its own verbs; -update writes it.
func TestCommandsInTheDocs(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Commands\n\nWhat `aftershock help` prints, verb by verb. `go test ./cmd/aftershock -run " +
		"Docs -update` writes this page.\n")
	_, text, _ := aftershock("help")
	b.WriteString("\n```text\n" + text + "```\n")
	for _, verb := range everyCommand(newRoot(io.Discard, io.Discard)) {
		if verb.Name() == "help" || !verb.IsAvailableCommand() {
			continue
		}
		name := strings.TrimPrefix(verb.CommandPath(), "aftershock ")
		code, text, stderr := aftershock(append([]string{"help"}, strings.Fields(name)...)...)
		if code != exitOK {
			t.Fatal(stderr)
		}
		b.WriteString("\n## " + name + "\n\n```text\n" + text + "```\n")
	}
	golden.Compare(t, "../../docs/commands.md", []byte(b.String()))
}
