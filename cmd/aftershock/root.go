package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"aftershock/internal/nearest"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newRoot(stdout, stderr io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:   "aftershock",
		Short: "What does an etcd failure do to your service, and does your fix hold?",
		Long: `aftershock boots a real etcd cluster, drives a metrics collector that talks to it, forces leader elections and
partitions from a seeded plan, and compares latency and throughput before and after each fix.

Results go to stdout, progress to stderr. Every flag can be given as AFTERSHOCK_<FLAG> in the environment.
Exit codes: 0 done or pass, 1 failure, 2 usage, scenario or policy error, 3 inconclusive, underpowered or nothing valid
(gate, selftest; run only when no valid pair remains), 99 gate failed, 130 interrupted.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		// Without this, an unknown verb that stands alone would print the help and succeed.
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return usage(nearest.Unknown("command", args[0], verbs(cmd)))
		},
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return fromEnvironment(cmd.Flags()) },
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newList(), newPlan(), newRun(), newCompare(), newReport(), newGate(), newSelftest(), newVersion())
	return root
}

func verbs(root *cobra.Command) []string {
	var names []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return names
}

// flagError adds the nearest flag to pflag's message.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return usage(err)
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	return usage(nearest.Unknown("flag", "--"+unknown.GetSpecifiedName(), names))
}

// exactly wants a number of arguments and says what they are.
func exactly(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		return usage(fmt.Errorf("%s takes %s, got %d arguments; usage: %s", cmd.CommandPath(), what, len(args), cmd.UseLine()))
	}
}

// fromEnvironment sets each flag that was not given from AFTERSHOCK_<FLAG>.
func fromEnvironment(flags *pflag.FlagSet) error {
	var errs []error
	flags.VisitAll(func(f *pflag.Flag) {
		name := "AFTERSHOCK_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value, ok := os.LookupEnv(name)
		if !ok || f.Changed {
			return
		}
		if err := flags.Set(f.Name, value); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	})
	return usage(errors.Join(errs...))
}
