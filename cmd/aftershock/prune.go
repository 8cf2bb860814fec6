package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"aftershock/harness"
	"aftershock/internal/units"
	"aftershock/results/prune"
	"aftershock/results/report"
	"aftershock/scenarios/article/claims"
	"aftershock/scenarios/selftest"

	"github.com/spf13/cobra"
)

func newPrune() *cobra.Command {
	var rule prune.Rule
	var dry bool
	cmd := &cobra.Command{
		Use: "prune RUNS-FOLDER", Short: "Delete runs, but for the newest or those with names of their own",
		Long: `Delete the runs in a folder, whole or partial, but for those that --keep or --keep-named keeps. It lists
what lies there, and why it is kept, before it deletes anything.

A run that goes on is kept, and the one that "latest" leads to unless --also-latest is given. So is all that is not as
a run left it: a damaged run, a folder with a file that no run leaves, another folder, a link.`,
		Args: exactly(1, "the folder of runs"),
		RunE: func(cmd *cobra.Command, args []string) error {
			changed := cmd.Flags().Changed
			switch {
			case !changed("keep") && !rule.Named:
				return usage(errors.New("what is to be kept is not said: give --keep N, --keep-named, or both"))
			case rule.Newest < 0:
				return usage(fmt.Errorf("--keep is %d (allowed: 0 or more)", rule.Newest))
			}
			return pruneRuns(cmd.OutOrStdout(), args[0], rule, dry)
		},
	}
	flags := cmd.Flags()
	intFlag(flags, &rule.Newest, "keep", 0, "keep so many of the newest runs")
	flags.BoolVar(&rule.Named, "keep-named", false, "keep the runs that were given a name (run --name)")
	flags.BoolVar(&rule.Latest, "also-latest", false, "delete even the run that \"latest\" leads to, and the "+
		"link")
	flags.BoolVar(&dry, "dry-run", false, "delete nothing")
	return cmd
}

// pruneRuns lists what lies in a folder of runs, and deletes what the rule does not keep unless dry.
func pruneRuns(w io.Writer, folder string, rule prune.Rule, dry bool) (err error) {
	if _, err := os.Lstat(filepath.Join(folder, claims.RecordFile)); err == nil || selftest.Is(folder) {
		return usage(fmt.Errorf("%s is of article run or selftest: its runs are one result, and stay together", folder))
	}
	rule.Link, rule.Lock = harness.Latest, harness.Lock
	for _, f := range report.Formats() {
		rule.Views = append(rule.Views, f.File)
	}
	runs, err := prune.Look(folder, rule)
	if err != nil {
		return usage(err)
	}
	defer func() { err = errors.Join(err, runs.Close()) }()
	many, disk := runs.Doomed()
	if err := listRuns(w, runs.Entries); err != nil {
		return err
	}
	if dry {
		_, err := fmt.Fprintf(w, "%s would be deleted\n", prune.Sentence(many, disk))
		return err
	}
	many, disk, err = runs.Delete()
	_, failed := fmt.Fprintf(w, "%s deleted\n", prune.Sentence(many, disk))
	return errors.Join(err, failed)
}

// listRuns prints a line for each entry of a folder of runs.
func listRuns(w io.Writer, all []prune.Entry) error {
	lines := []string{"FOLDER\tSTATUS\tDISK\tWHAT"}
	for _, e := range all {
		status, disk, what := "-", "-", "kept: "+e.Kept
		if e.ID != "" {
			status, disk = string(e.Status), units.Format(float64(e.Disk), "bytes")
		}
		if e.Kept == "" {
			what = "to be deleted"
		}
		lines = append(lines, strings.Join([]string{e.Name, status, disk, what}, "\t"))
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if _, err := fmt.Fprintln(t, strings.Join(lines, "\n")); err != nil {
		return err
	}
	return t.Flush()
}
