package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"aftershock/internal/nearest"
	"aftershock/results/report/trends"
	"aftershock/results/trend"
	"aftershock/results/trend/history"

	"github.com/spf13/cobra"
)

// errHistory is for a history of which some files cannot be read. What could be read was shown.
var errHistory = errors.New("not all files of the history can be read")

// trendFormats are the views of a history, the first by default.
var trendFormats = []struct {
	name, about string
	write       func(io.Writer, trends.Input) error
}{
	{"terminal", "alarms, a table, and each primary figure over the nights", trends.Terminal},
	{"md", "the same as Markdown", trends.Markdown},
	{"html", "one page that opens offline", trends.HTML},
	{"json", "everything, for programs", func(w io.Writer, in trends.Input) error { return printJSON(w, in.Trend) }},
}

func newTrend() *cobra.Command {
	var format, out string
	cmd := &cobra.Command{
		Use: "trend DIR", Short: "Show a history of nights: alarms, and since when",
		Args: exactly(1, "a history's folder"),
		RunE: func(cmd *cobra.Command, args []string) error {
			write, err := trendFormat(format)
			if err != nil {
				return usage(err)
			}
			in, err := readTrend(args[0])
			if err != nil {
				return usage(err)
			}
			for _, problem := range in.Problems {
				fmt.Fprintln(cmd.ErrOrStderr(), problem)
			}
			var text bytes.Buffer
			err = errors.Join(write(&text, in), writeOut(cmd.Context(), out, text.Bytes(), cmd.OutOrStdout()))
			if err == nil && len(in.Problems) > 0 {
				err = errHistory
			}
			return err
		},
	}
	cmd.Long = cmd.Short + ":\n"
	for _, f := range trendFormats {
		cmd.Long += fmt.Sprintf("\n  %-9s %s", f.name, f.about)
	}
	cmd.Flags().StringVar(&format, "format", trendFormats[0].name, "one of "+strings.Join(trendNames(), ", "))
	cmd.Flags().StringVar(&out, "out", "", outUsage)
	scope(cmd, "out")
	scope(cmd, "format")
	cmd.AddCommand(newAck(), newFixed())
	return cmd
}

func trendNames() (names []string) {
	for _, f := range trendFormats {
		names = append(names, f.name)
	}
	return names
}

func trendFormat(name string) (func(io.Writer, trends.Input) error, error) {
	for _, f := range trendFormats {
		if f.name == name {
			return f.write, nil
		}
	}
	return nil, fmt.Errorf("--format: %w", nearest.Unknown("format", name, trendNames()))
}

// readTrend is what a history says now.
func readTrend(dir string) (trends.Input, error) {
	h, problems, err := history.Load(dir)
	if err != nil {
		return trends.Input{}, err
	}
	return trends.Input{Folder: dir, Trend: trend.Of(h, time.Now()), Problems: problems}, nil
}

func newAck() *cobra.Command {
	var reason string
	lasts := 7 * 24 * time.Hour
	cmd := &cobra.Command{
		Use: "ack DIR ALARM --reason TEXT", Short: "Acknowledge an alarm, for a time",
		Args: exactly(2, "a history's folder and an alarm"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if lasts <= 0 {
				return usage(fmt.Errorf("--for is %s (allowed: above 0s)", lasts))
			}
			now := time.Now().UTC()
			return decide(cmd, args, trend.Decision{
				Schema: trend.Schema, At: now, State: trend.Acknowledged, Reason: reason, Expires: now.Add(lasts),
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "the reason, which is kept with the decision")
	durationFlag(cmd.Flags(), &lasts, "for",
		"how long: after that it is new again; so it is once the figure becomes worse")
	return cmd
}

func newFixed() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use:   "fixed DIR ALARM --reason TEXT",
		Short: "End an alarm: its cause is gone, or it has become the new baseline",
		Args:  exactly(2, "a history's folder and an alarm"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return decide(cmd, args, trend.Decision{
				Schema: trend.Schema, At: time.Now().UTC(), State: trend.Fixed, Reason: reason,
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "the reason, which is kept with the decision")
	return cmd
}

// decide writes a decision about an alarm that the history has.
func decide(cmd *cobra.Command, args []string, d trend.Decision) error {
	if strings.TrimSpace(d.Reason) == "" {
		return usage(errors.New("--reason is missing: one line for who reads the history later"))
	}
	in, err := readTrend(args[0])
	if err != nil {
		return usage(err)
	}
	var names []string
	for _, a := range in.Trend.Alarms {
		if names = append(names, a.ID); a.ID == args[1] {
			d.Alarm = a.ID
		}
	}
	if d.Alarm == "" {
		if len(names) == 0 {
			return usage(fmt.Errorf("%s has no alarm", args[0]))
		}
		return usage(nearest.Unknown("alarm", args[1], names))
	}
	path, err := history.Decide(args[0], d)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "alarm %s is %s: %s\n", d.Alarm, d.State, path)
	return err
}
