package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"aftershock/harness"
	"aftershock/internal/document"
	"aftershock/internal/nearest"
	"aftershock/internal/regular"
	"aftershock/results"
	"aftershock/results/gate"
	"aftershock/results/report"
	"aftershock/results/summary"
	"aftershock/scenarios/fixes"

	"github.com/spf13/cobra"
)

func newReport() *cobra.Command {
	var format, out, policy string
	cmd := &cobra.Command{
		Use: "report RUN", Short: "Write a run in another format", Args: exactly(1, "a run's folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return writeReport(cmd.Context(), args[0], format, out, policy, cmd.OutOrStdout())
		},
	}
	var names []string
	cmd.Long = cmd.Short + ":\n"
	for _, f := range report.Formats() {
		names = append(names, f.Name)
		cmd.Long += fmt.Sprintf("\n  %-11s %s", f.Name, f.About)
	}
	cmd.Flags().StringVar(&format, "format", names[0], "one of "+strings.Join(names, ", "))
	cmd.Flags().StringVar(&out, "out", "", outUsage)
	scope(cmd, "out")
	scope(cmd, "format")
	cmd.Flags().StringVar(&policy, "policy", "",
		"the gates that are shown: a file, or a shipped policy (default: no fix regressed)")
	return cmd
}

func writeReport(ctx context.Context, folder, format, out, policy string, stdout io.Writer) error {
	var names []string
	known := false
	for _, f := range report.Formats() {
		names = append(names, f.Name)
		known = known || f.Name == format
	}
	if !known {
		return usage(fmt.Errorf("--format: %w", nearest.Unknown("format", format, names)))
	}
	s, err := summary.Compute(folder)
	if err != nil {
		return usage(err)
	}
	p := gate.Default(s)
	if policy != "" {
		if p, err = readPolicy(policy); err != nil {
			return usage(err)
		}
	}
	decision, err := p.Judge(s)
	if err != nil {
		return usage(err)
	}
	in := report.Input{Summary: s, Folder: folder, Decision: decision, Program: thisProgram()}
	if artifacts := os.Getenv("ARTIFACTS"); format == "perfdash" && out == "" && artifacts != "" {
		out = filepath.Join(artifacts, fmt.Sprintf("aftershock_%s_%s.json", s.Run.Name, s.Run.ID))
		fmt.Fprintln(stdout, out)
	}
	if out == "" || out == standardOutput {
		return errors.Join(report.Write(format, stdout, in), summary.Undamaged(s.Damaged))
	}
	var text bytes.Buffer
	if err := report.Write(format, &text, in); err != nil {
		return fmt.Errorf("%s: %w", out, err)
	}
	return errors.Join(writeOut(ctx, out, text.Bytes(), stdout), summary.Undamaged(s.Damaged))
}

// thisProgram is this one, for what only the program that made a run can show of it.
func thisProgram() report.Program {
	e := harness.Environment()
	return report.Program{Binary: e.Binary, Commit: e.Commit, Code: fixes.Code}
}

// writeView writes a format to a file, whole or not at all.
func writeView(file, format string, in report.Input) error {
	var text bytes.Buffer
	if err := report.Write(format, &text, in); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return results.WriteFile(file, text.Bytes())
}

// readPolicy reads a shipped policy by its name, or a file (document.IsPath).
func readPolicy(nameOrPath string) (gate.Policy, error) {
	if !document.IsPath(nameOrPath) {
		return gate.Shipped(nameOrPath)
	}
	source, err := regular.Read(nameOrPath)
	if err != nil {
		return gate.Policy{}, fmt.Errorf("--policy: %w", err)
	}
	return gate.Parse(nameOrPath, source)
}
