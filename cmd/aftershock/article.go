package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"aftershock/harness"
	"aftershock/internal/nearest"
	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/claims"
	"aftershock/results/report"
	"aftershock/results/summary"
	"aftershock/scenarios/article"
	"aftershock/scenarios/fixes"
)

// notWithArticle are the flags that choose what is run, which the claims do.
var notWithArticle = slices.Concat([]string{"fix", "pairs", "width", "max-pairs", "max-time", "cluster", "plan", "budget", "profile"}, externalNames)

// runArticle settles the claims of the article.
func (f *runFlags) runArticle(ctx context.Context, stdout, stderr io.Writer) error {
	registry := fixes.Registry()
	all, err := article.Claims(registry)
	if err != nil {
		return err
	}
	return f.settle(ctx, all, registry, stdout, stderr)
}

// settle plans the runs that a list of claims needs, and runs them.
func (f *runFlags) settle(ctx context.Context, all []claims.Claim, registry harness.Registry, stdout, stderr io.Writer) error {
	for _, flag := range notWithArticle {
		if f.changed(flag) {
			return usage(fmt.Errorf("--%s cannot be given with %s: which fixes are run, where and how often follows from its claims "+
				"(allowed: --seed, --quick, --pin, --out, --calibration, --json; one fix by itself: aftershock run SCENARIO --fix FIX)",
				flag, article.Name))
		}
	}
	o, err := f.articleOptions(registry, stderr)
	if err != nil {
		return err
	}
	a, err := article.New(all, o)
	if err != nil {
		return usage(err)
	}
	return f.carryOutArticle(ctx, a, stdout, stderr)
}

// goOnWithArticle resumes an interrupted suite.
func (f *runFlags) goOnWithArticle(ctx context.Context, stdout, stderr io.Writer) error {
	if err := f.external.refuse(f.changed); err != nil {
		return usage(err)
	}
	o, err := f.articleOptions(fixes.Registry(), stderr)
	if err != nil {
		return err
	}
	a, err := article.Resume(f.resume, o)
	if err != nil {
		return usage(err)
	}
	fmt.Fprintf(stderr, "resuming %s: finished runs and pairs are not run again\n", f.resume)
	return f.carryOutArticle(ctx, a, stdout, stderr)
}

func (f *runFlags) articleOptions(registry harness.Registry, stderr io.Writer) (article.Options, error) {
	calibration, err := results.FindCalibration(f.calibration, harness.Environment())
	if err != nil {
		return article.Options{}, usage(fmt.Errorf("--calibration: %w", err))
	}
	command := []string{invocation(), "run", article.Name, "--seed", strconv.FormatUint(f.seed, 10)}
	if f.quick {
		command = append(command, "--quick")
	}
	if f.pin {
		command = append(command, "--pin")
	}
	if f.changed("out") {
		command = append(command, "--out", f.out)
	}
	if f.changed("calibration") {
		command = append(command, "--calibration", f.calibration)
	}
	return article.Options{
		Registry: registry, Out: f.out, Seed: f.seed, Quick: f.quick, Pin: f.pin, Calibration: calibration, Command: command,
		Observer: &articleProgress{stderr: stderr},
	}, nil
}

func (f *runFlags) carryOutArticle(ctx context.Context, a *article.Article, stdout, stderr io.Writer) error {
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
	return errors.Join(err, f.concludeArticle(folder, stdout))
}

// announceArticle says what will be run, part by part, and how long that takes.
func announceArticle(w io.Writer, a *article.Article) {
	announceEnvironment(w)
	parts, whole := a.Parts()
	lines := []string{"RUN\tSCENARIO\tPAIRS A FIX\tABOUT\tFIXES"}
	for i, p := range parts {
		lines = append(lines, strings.Join([]string{
			strconv.Itoa(i + 1), p.Scenario, strconv.Itoa(p.Pairs), units.Short(p.Takes.Round(time.Second)), strings.Join(p.Fixes, ", "),
		}, "\t"))
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, err := fmt.Fprintln(t, strings.Join(lines, "\n"))
	_ = errors.Join(err, t.Flush()) // as with all progress: there is no one to report it to
	fmt.Fprintf(w, "%s, %d of them finished; the rest takes about %s\n", units.Count(len(parts), "run"), whole,
		units.Short(a.Takes().Round(time.Second)))
}

// concludeArticle computes the table from the files, as any reader could. It stores the table and its page beside the
// runs, and prints it.
func (f *runFlags) concludeArticle(folder string, stdout io.Writer) error {
	t, err := claims.Compute(folder)
	if err != nil {
		return err
	}
	var page bytes.Buffer
	err = errors.Join(claimsPage(&page, t), results.WriteFile(filepath.Join(folder, claims.PageFile), page.Bytes()),
		results.WriteJSON(filepath.Join(folder, claims.TableFile), t))
	if f.json {
		return errors.Join(printJSON(stdout, t), err)
	}
	return errors.Join(report.Claims(stdout, t, folder), err)
}

// claimsPage writes the page of the article's claims.
func claimsPage(w io.Writer, t claims.Table) error {
	about, err := publication()
	return errors.Join(err, report.ClaimsPage(w, t, about))
}

// compareClaims prints the table of a suite's folder again.
func compareClaims(w io.Writer, folder string, asJSON bool) error {
	t, err := claims.Compute(folder)
	if err != nil {
		return usage(err)
	}
	if asJSON {
		return errors.Join(printJSON(w, t), summary.Undamaged(t.Damage()))
	}
	return errors.Join(report.Claims(w, t, folder), summary.Undamaged(t.Damage()))
}

// reportClaims writes a suite's folder in one of its formats.
func reportClaims(ctx context.Context, folder, format, out string, stdout io.Writer) error {
	t, err := claims.Compute(folder)
	if err != nil {
		return usage(err)
	}
	var text bytes.Buffer
	switch format {
	case "md":
		err = claimsPage(&text, t)
	case "json":
		err = printJSON(&text, t)
	default:
		return usage(fmt.Errorf("--format: %w; each run below %s has all formats",
			nearest.Unknown("format of claims", format, []string{"md", "json"}), filepath.Join(folder, claims.RunsDir)))
	}
	if err != nil {
		return err
	}
	return errors.Join(writeOut(ctx, out, text.Bytes(), stdout), summary.Undamaged(t.Damage()))
}

// articleProgress shows each run of a suite as run does, and leaves its views.
type articleProgress struct {
	stderr io.Writer
	watch  *progress
}

func (p *articleProgress) Began(part claims.Part, n, of int, left time.Duration) harness.Observer {
	fmt.Fprintf(p.stderr, "run %d/%d: %s, %s of %s; about %s left of all\n", n, of, part.Scenario, units.Count(part.Pairs, "pair"),
		strings.Join(part.Fixes, ", "), units.Short(left.Round(time.Second)))
	p.watch = newProgress(p.stderr, p.stderr)
	return p.watch
}

func (p *articleProgress) Ended(part claims.Part, folder string, err error) {
	p.watch.stop()
	if err != nil {
		fmt.Fprintf(p.stderr, "%s: %s\n", part.Scenario, strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	if folder == "" {
		return
	}
	s, err := summary.Compute(folder)
	if err == nil {
		err = writeViews(folder, s)
	}
	if err != nil {
		fmt.Fprintf(p.stderr, "%s: %v\n", part.Scenario, err)
	}
}
