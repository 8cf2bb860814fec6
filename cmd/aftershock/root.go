package main

import (
	"errors"
	"fmt"
	"io"

	"aftershock/harness"
	"aftershock/internal/nearest"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newRoot(stdout, stderr io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:   "aftershock",
		Short: "What does an etcd failure do to your service, and does your fix hold?",
		Long: `aftershock boots a real etcd cluster, drives a service that talks to it (your own, or a metrics
collector), forces leader elections and partitions from a seeded plan, and compares latency and throughput before and
after each fix.

Results go to stdout, progress to stderr. Every flag can be given as AFTERSHOCK_<FLAG> in the environment
(the help of a verb names those that have another variable); an empty variable is none.
Exit codes: 0 done or pass, 1 failure, 2 usage, scenario or policy error, 3 inconclusive, underpowered or nothing valid
(gate, signoff, selftest; run only when no valid pair remains), 99 gate failed or evidence refused, 130 interrupted.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		// Without this, an unknown verb that stands alone would print the help and succeed.
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return usage(nearest.Unknown("command", args[0], verbs(cmd)))
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.Version = harness.Version
	root.SetVersionTemplate("aftershock {{.Version}}\n")
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newList(), newPlan(), newRun(), newOutage(), newCompare(), newReport(), newGate(), newPreregister(),
		newSignoff(), newApprove(), newVerify(), newKeygen(), newArticle(), newSelftest(),
		newNightly(), newTrend(), newPrune(), newCheck(), newInit(), newPR(), newBisect(), newHealth(), newVersion())
	for _, verb := range everyCommand(root) {
		verb.Args = complete(verb.Args)
	}
	root.SetHelpCommand(newHelp())
	return root
}

// complete reads the environment before the arguments are checked: which arguments are allowed depends on flags.
func complete(args cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, given []string) error {
		err := fromEnvironment(cmd)
		if err == nil {
			err = checkEmpty(cmd.Flags())
		}
		if err != nil {
			return usage(err)
		}
		return args(cmd, given)
	}
}

// newHelp is the help command, which fails for an unknown command.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use: "help [command]", Short: "Help about any command",
		RunE: func(cmd *cobra.Command, args []string) error {
			found, rest, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 && found.HasSubCommands() {
				return usage(nearest.Unknown("command", rest[0], verbs(found)))
			}
			found.InitDefaultHelpFlag()
			return found.Help()
		},
	}
}

// everyCommand lists all commands below one, and those below them.
func everyCommand(root *cobra.Command) (all []*cobra.Command) {
	for _, c := range root.Commands() {
		all = append(append(all, c), everyCommand(c)...)
	}
	return all
}

// verbs are the names of the commands below one.
func verbs(root *cobra.Command) []string {
	var names []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return names
}

// flagError says in our words what is wrong with a flag, and which flag is nearest to an unknown one.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &invalid):
		return usage(valueError("--"+invalid.GetFlag().Name, err))
	case !errors.As(err, &unknown):
		return usage(err)
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	return usage(nearest.Unknown("flag", "--"+unknown.GetSpecifiedName(), names))
}

// atMostOne wants a scenario or nothing.
func atMostOne(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usage(fmt.Errorf("%s takes one scenario or none, got %d arguments; usage: %s", cmd.CommandPath(),
			len(args), cmd.UseLine()))
	}
	return nil
}

// exactly wants a number of arguments; its error says what they are.
func exactly(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		return usage(fmt.Errorf("%s takes %s, got %d arguments; usage: %s", cmd.CommandPath(), what, len(args),
			cmd.UseLine()))
	}
}
