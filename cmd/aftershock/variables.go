package main

import (
	"errors"
	"os"
	"slices"
	"strings"

	"aftershock/internal/nearest"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// variablePrefix begins the names of all environment variables of aftershock.
const variablePrefix = "AFTERSHOCK_"

// ownVariable marks a flag whose variable bears the verb's name as well.
const ownVariable = "aftershock_own_variable"

// scope gives a flag a variable of its verb's own, because the flag of this name means something else in another verb:
// AFTERSHOCK_OUT is the folder of runs, and must not make report replace that folder by a file.
func scope(cmd *cobra.Command, name string) {
	f := cmd.Flags().Lookup(name)
	path := strings.TrimPrefix(cmd.CommandPath(), "aftershock ")
	variable := variablePrefix + upper(path) + "_" + upper(name)
	f.Annotations = map[string][]string{ownVariable: {variable}}
	f.Usage += " (in the environment: " + variable + ")"
}

// variableOf is the environment variable of a flag.
func variableOf(f *pflag.Flag) string {
	if own := f.Annotations[ownVariable]; len(own) > 0 {
		return own[0]
	}
	return variablePrefix + upper(f.Name)
}

func upper(name string) string {
	return strings.ToUpper(strings.NewReplacer("-", "_", " ", "_").Replace(name))
}

// variables lists what may be set for any verb.
func variables(root *cobra.Command) []string {
	names := []string{userVariable, passwordVariable}
	for _, verb := range everyCommand(root) {
		if verb.IsAvailableCommand() {
			verb.Flags().VisitAll(func(f *pflag.Flag) {
				if f.Name != "help" {
					names = append(names, variableOf(f))
				}
			})
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// fromEnvironment sets each flag that was not given from its variable. An empty variable counts as none. An unknown
// variable is refused: it was meant to change something, and does not.
func fromEnvironment(cmd *cobra.Command) error {
	var errs []error
	known := variables(cmd.Root())
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, variablePrefix) && value != "" && !slices.Contains(known, name) {
			errs = append(errs, nearest.Unknown("environment variable", name, known))
		}
	}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		name := variableOf(f)
		value := os.Getenv(name)
		if value == "" || f.Changed || f.Name == "help" {
			return
		}
		if err := cmd.Flags().Set(f.Name, value); err != nil {
			errs = append(errs, valueError(name, err))
		}
	})
	return errors.Join(errs...)
}
