package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"aftershock/harness"
	"aftershock/harness/live"
	"aftershock/harness/suite"
	"aftershock/internal/nearest"
	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/gate"
	"aftershock/results/summary"
	"aftershock/scenarios/article"
	"aftershock/scenarios/article/claims"
	"aftershock/scenarios/fixes"

	"github.com/spf13/cobra"
)

// articleFlags are the flags of aftershock article run. Which fixes are run, where and how often follows from the
// claims.
type articleFlags struct {
	seed        uint64
	out         string
	quick       bool
	pin         bool
	resume      string
	calibration string
	wait        time.Duration
	json        bool
	changed     func(flag string) bool
}

func newArticle() *cobra.Command {
	cmd := &cobra.Command{
		Use: "article", Short: "Settle the article's claims by runs, and show the table and the page of them",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return usage(nearest.Unknown("command of article", args[0], verbs(cmd)))
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	run, page := newArticleRun(), newArticlePage()
	cmd.AddCommand(run, newArticleTable(), page)
	scope(run, "resume")
	scope(page, "out")
	scope(page, "format")
	return cmd
}

func newArticleRun() *cobra.Command {
	var f articleFlags
	cmd := &cobra.Command{
		Use: "run", Short: "Run every fix where it matters, within an hour, and print a table of the article's claims",
		Args: exactly(0, "no arguments: what is run follows from the claims"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.changed = cmd.Flags().Changed
			outliveReaders()
			if f.resume != "" {
				return f.goOn(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
			}
			all, err := article.Claims(fixes.Registry())
			if err != nil {
				return err
			}
			return f.settle(cmd.Context(), all, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	seedFlag(flags, &f.seed, "the seed that fixes plans, order and arrivals")
	flags.StringVar(&f.out, "out", runsFolder, "the folder that gets the run's folder")
	flags.BoolVar(&f.quick, "quick", false, "within twelve minutes: too few pairs for a verdict by runs")
	flags.BoolVar(&f.pin, "pin", false, pinUsage)
	flags.StringVar(&f.resume, "resume", "", "resume the interrupted runs in this folder, on the same machine and "+
		"with "+
		"the same binary")
	flags.StringVar(&f.calibration, "calibration", calibrations, calibrationUsage)
	waitFlag(flags, &f.wait)
	flags.BoolVar(&f.json, "json", false, "print the table as JSON")
	return cmd
}

// ofArticle adds to the error of a folder that is no run's which commands are for it, if it holds the runs of article.
func ofArticle(err error) error {
	var none *results.NoRunError
	if !errors.As(err, &none) {
		return err
	}
	if _, absent := os.Stat(filepath.Join(none.Folder, claims.RecordFile)); absent != nil {
		return err
	}
	return fmt.Errorf("%w; it holds the runs of article: for it there are %[2]s article table %[3]s, "+
		"%[2]s article page %[3]s and %[2]s article run --resume %[3]s", err, invocation(), none.Folder)
}

func newArticleTable() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "table FOLDER", Short: "Compute the table of the claims again from the files of its runs",
		Args: exactly(1, "the folder of article run"),
		RunE: func(cmd *cobra.Command, args []string) error {
			t, err := claims.Compute(args[0])
			if err != nil {
				return usage(err)
			}
			return errors.Join(printClaims(cmd.OutOrStdout(), t, args[0], asJSON), summary.Undamaged(t.Damage()))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func newArticlePage() *cobra.Command {
	var out, format string
	cmd := &cobra.Command{
		Use: "page FOLDER", Short: "Write the claims as a page: docs/article.md is one",
		Args: exactly(1, "the folder of article run"),
		RunE: func(cmd *cobra.Command, args []string) error {
			write, known := pageFormats[format]
			if !known {
				return usage(fmt.Errorf("--format: %w", nearest.Unknown("format", format, []string{"md", "html"})))
			}
			t, err := claims.Compute(args[0])
			if err != nil {
				return usage(err)
			}
			var page bytes.Buffer
			if err := claimsPage(&page, t, write); err != nil {
				return err
			}
			return errors.Join(writeOut(cmd.Context(), out, page.Bytes(), cmd.OutOrStdout()),
				summary.Undamaged(t.Damage()))
		},
	}
	cmd.Flags().StringVar(&out, "out", "", outUsage)
	cmd.Flags().StringVar(&format, "format", "md", "md, or html: one file that opens offline")
	return cmd
}

// pageFormats write the page of the claims.
var pageFormats = map[string]func(io.Writer, claims.Table, claims.Publication) error{
	"md": claims.Page, "html": claims.HTML,
}

// settle plans the runs that a list of claims needs, and runs them.
func (f *articleFlags) settle(ctx context.Context, all []claims.Claim, stdout, stderr io.Writer) error {
	o, err := f.options(stderr)
	if err != nil {
		return err
	}
	a, err := article.New(all, o)
	if err != nil {
		return usage(err)
	}
	return f.carryOut(ctx, a, stdout, stderr)
}

// goOn resumes an interrupted suite.
func (f *articleFlags) goOn(ctx context.Context, stdout, stderr io.Writer) error {
	for _, flag := range []string{"seed", "out", "quick", "pin"} {
		if f.changed(flag) {
			return usage(fmt.Errorf("--%s cannot be given with --resume: the runs are resumed as they were begun",
				flag))
		}
	}
	o, err := f.options(stderr)
	if err != nil {
		return err
	}
	a, err := article.Resume(f.resume, o)
	if err != nil {
		return usage(err)
	}
	fmt.Fprintf(stderr, "resuming %s: finished runs and pairs are not run again\n", f.resume)
	return f.carryOut(ctx, a, stdout, stderr)
}

func (f *articleFlags) options(stderr io.Writer) (article.Options, error) {
	calibration, err := results.FindCalibration(f.calibration, harness.Environment())
	if err != nil {
		return article.Options{}, usage(fmt.Errorf("--calibration: %w", err))
	}
	command := results.Invocation{invocation(), "article", "run"}.Seed(f.seed).If(f.quick, "--quick").
		If(f.pin, "--pin").
		If(f.changed("out"), "--out", f.out).If(f.changed("calibration"), "--calibration", f.calibration)
	return article.Options{
		Registry: fixes.Registry(), Out: f.out, Seed: f.seed, Quick: f.quick, Pin: f.pin, Calibration: calibration,
		Command:  command,
		Observer: &articleProgress{stderr: stderr},
	}, nil
}

func (f *articleFlags) carryOut(ctx context.Context, a *article.Article, stdout, stderr io.Writer) error {
	announceArticle(stderr, a)
	look, release, err := takeMachine(ctx, f.wait, stderr)
	if err != nil {
		return err
	}
	defer release()
	a.Look = &look
	folder, err := a.Run(ctx)
	if folder == "" {
		return err
	}
	return errors.Join(err, f.conclude(folder, stdout))
}

// announceArticle says what will be run, part by part, and how long that takes.
func announceArticle(w io.Writer, a *article.Article) {
	announceEnvironment(w)
	parts := a.Runs()
	lines := []string{"RUN\tSCENARIO\tPAIRS A FIX\tABOUT\tFIXES"}
	for i, p := range parts {
		lines = append(lines, strings.Join([]string{
			strconv.Itoa(i + 1), p.Scenario, strconv.Itoa(p.Pairs), units.Short(p.Takes.Round(time.Second)),
			strings.Join(p.Fixes, ", "),
		}, "\t"))
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, err := fmt.Fprintln(t, strings.Join(lines, "\n"))
	_ = errors.Join(err, t.Flush()) // as with all progress: there is no one to report it to
	fmt.Fprintf(w, "%s, %d of them finished; the rest takes about %s\n", units.Count(len(parts), "run"),
		len(parts)-len(a.Pending()),
		units.Short(a.Takes().Round(time.Second)))
}

// conclude computes the table from the files, as any reader could. It stores the table and its page beside the
// runs, and prints it.
func (f *articleFlags) conclude(folder string, stdout io.Writer) error {
	t, err := claims.Compute(folder)
	if err != nil {
		return err
	}
	var page bytes.Buffer
	err = errors.Join(claimsPage(&page, t, claims.Page),
		results.WriteFile(filepath.Join(folder, claims.PageFile), page.Bytes()),
		results.WriteJSON(filepath.Join(folder, claims.TableFile), t))
	return errors.Join(printClaims(stdout, t, folder, f.json), err)
}

// printClaims prints the table of the claims.
func printClaims(w io.Writer, t claims.Table, folder string, asJSON bool) error {
	if asJSON {
		return printJSON(w, t)
	}
	return claims.Terminal(w, t, folder)
}

// claimsPage writes the page of the article's claims in one of pageFormats.
func claimsPage(
	w io.Writer, t claims.Table, write func(io.Writer, claims.Table, claims.Publication) error,
) error {
	about, err := article.Publication()
	return errors.Join(err, write(w, t, about))
}

// articleProgress shows each run of a suite as run does, and leaves its views.
type articleProgress struct {
	stderr io.Writer
	watch  *progress
	stream *live.Stream
}

func (p *articleProgress) Began(part claims.Part, at suite.Progress) harness.Observer {
	fmt.Fprintf(p.stderr, "run %d/%d: %s, %s of %s; about %s left of all\n", at.N, at.Of, part.Scenario,
		units.Count(part.Pairs, "pair"),
		strings.Join(part.Fixes, ", "), units.Short(at.Left.Round(time.Second)))
	p.watch = newProgress(progressAuto, p.stderr, p.stderr)
	p.stream = p.watch.streamOf(false)
	return p.stream
}

func (p *articleProgress) Ended(part claims.Part, folder string, err error) {
	p.stream.Stop()
	p.watch.stop()
	if err != nil {
		fmt.Fprintf(p.stderr, "%s: %s\n", part.Scenario, strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	if folder == "" {
		return
	}
	s, err := summary.Compute(folder)
	if err == nil {
		err = writeViews(folder, s, gate.Default(s))
	}
	if err != nil {
		fmt.Fprintf(p.stderr, "%s: %v\n", part.Scenario, err)
	}
}
