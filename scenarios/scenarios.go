// Package scenarios holds the scenarios that aftershock ships, and reads those that people write.
//
// A scenario file is YAML and is read strictly: nothing is guessed, defaulted or ignored. Every problem is reported as
// file:line:column: message with the line and a caret beneath, all those of a file together.
package scenarios

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"aftershock/chaos/faults"
	"aftershock/harness"
	"aftershock/internal/document"
	"aftershock/internal/nearest"
	"aftershock/internal/regular"
)

//go:embed *.yaml
var shipped embed.FS

const ending = ".yaml"

// Names lists the scenarios that are shipped, in alphabetical order.
func Names() []string {
	entries, err := shipped.ReadDir(".")
	if err != nil {
		return nil // an embedded root always lists
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ending))
	}
	return names
}

// All reads the scenarios that are shipped, in the order of Names.
func All() ([]harness.Scenario, error) {
	var all []harness.Scenario
	for _, name := range Names() {
		s, err := Load(name)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// Load reads a shipped scenario by its name, or a file (document.IsPath).
func Load(nameOrPath string) (harness.Scenario, error) {
	if document.IsPath(nameOrPath) {
		source, err := regular.Read(nameOrPath)
		if err != nil {
			return harness.Scenario{}, fmt.Errorf("scenario file: %w", err)
		}
		return Read(nameOrPath, source)
	}
	if !slices.Contains(Names(), nameOrPath) {
		return harness.Scenario{}, fmt.Errorf("%w; a scenario of your own is given as a path with a slash or ending in .yaml or .yml",
			nearest.Unknown("scenario", nameOrPath, Names()))
	}
	source, err := shipped.ReadFile(nameOrPath + ending)
	if err != nil {
		return harness.Scenario{}, fmt.Errorf("shipped scenario: %w", err)
	}
	return Read(nameOrPath+ending, source)
}

// Read reads a scenario file; name is the file's, for the errors. Fix names are not judged: who runs the scenario knows
// which there are.
func Read(name string, source []byte) (harness.Scenario, error) {
	return read(name, source, faults.Rules())
}
