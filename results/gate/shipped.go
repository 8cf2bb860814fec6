package gate

import (
	"embed"
	"fmt"
	"strings"

	"aftershock/internal/nearest"
)

//go:embed policies/*.yaml
var files embed.FS

const (
	folder = "policies/"
	ending = ".yaml"
)

// Names lists the policies that are shipped, in alphabetical order.
func Names() []string {
	entries, err := files.ReadDir(strings.TrimSuffix(folder, "/"))
	if err != nil {
		return nil // an embedded folder always lists
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ending))
	}
	return names
}

// Shipped reads the shipped policy of this name.
func Shipped(name string) (Policy, error) {
	source, err := files.ReadFile(folder + name + ending)
	if err != nil {
		return Policy{}, fmt.Errorf("%w; a policy of your own is given as a path with a slash or ending in .yaml or .yml",
			nearest.Unknown("policy", name, Names()))
	}
	return Parse(name+ending, source)
}
