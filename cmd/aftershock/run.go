package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"slices"
	"time"

	"aftershock/harness"
	"aftershock/harness/live/web"
	"aftershock/results"
	"aftershock/results/gate"
	"aftershock/results/report"
	"aftershock/results/stat"
	"aftershock/results/summary"
	"aftershock/scenarios/article"
	"aftershock/scenarios/fixes"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// runFlags are the flags of aftershock run.
type runFlags struct {
	fixes       []string
	pairs       int
	width       string
	maxPairs    int
	maxTime     time.Duration
	seed        uint64
	load        int
	cluster     string
	etcd        string // that members run in place of the scenario's; empty for that
	external    externalFlags
	out         string
	quick       bool
	plan        string
	budget      time.Duration
	pin         bool
	profile     bool
	resume      string
	calibration string
	registered  string // the file of --preregistered
	wait        time.Duration
	json        bool
	progress    string
	serve       web.Options
	name        string
	before      string // revisions in place of those of the scenario's arms
	after       string
	gate        string
	built       func(*harness.Options) error // called once the arms are built; nil where nothing has to be done then
	changed     func(flag string) bool
}

func newRun() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use: "run SCENARIO|FILE", Short: "Run a scenario: all pairs of its fixes",
		Args: func(cmd *cobra.Command, args []string) error {
			if f.resume != "" {
				return exactly(0, "no scenario with --resume: the run's own is used")(cmd, args)
			}
			if len(args) > 0 && args[0] == article.Name {
				return usage(errors.New("article is not a scenario: aftershock article run settles the article's " +
					"claims"))
			}
			return exactly(1, "a scenario")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			f.changed = cmd.Flags().Changed
			outliveReaders()
			if f.cluster == results.External || f.resume != "" {
				err := f.external.resolveNames(cmd.Context(), net.DefaultResolver.LookupNetIP, cmd.ErrOrStderr())
				if err != nil {
					return usage(err)
				}
			}
			if f.resume != "" {
				return f.goOn(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
			}
			return f.run(cmd.Context(), args[0], cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	f.defineWhat(flags)
	f.external.define(flags)
	flags.StringVar(&f.out, "out", runsFolder, "the folder that gets the run's folder")
	flags.StringVar(&f.resume, "resume", "", "resume the partial run in this folder, on the same machine and "+
		"with the same binary")
	flags.StringVar(&f.calibration, "calibration", calibrations, calibrationUsage)
	waitFlag(flags, &f.wait)
	flags.BoolVar(&f.json, "json", false, "print the summary as JSON")
	flags.StringVar(&f.registered, "preregistered", "", "the file of preregister: the run must be what it says, "+
		"and names it from its first line on")
	flags.StringVar(&f.before, "before", "", "the revision that the arm before is built of, in place of the scenario's")
	flags.StringVar(&f.after, "after", "", "the revision that the arm after is built of, in place of the scenario's")
	flags.StringVar(&f.name, "name", "", "the name of the run's folder (default: when, what, and with which seed)")
	flags.StringVar(&f.gate, "gate", "", "judge the run by this policy as well, a file or a shipped one, and exit "+
		"as gate does")
	f.defineViews(flags)
	return cmd
}

// defineViews defines the flags that decide how the run is shown while it goes on.
func (f *runFlags) defineViews(flags *pflag.FlagSet) {
	flags.StringVar(&f.progress, "progress", progressAuto, "how the run is shown meanwhile: auto (one line on a "+
		"terminal, plain elsewhere), plain (a line a trial), none, or json (a line an event, on standard error)")
	flags.StringVar(&f.serve.Address, "serve", "", "show the run at this address while it goes on, to browsers and "+
		"to Prometheus (/metrics), such as "+web.Usual)
	flags.StringVar(&f.serve.TokenFile, "serve-token-file", "", "the file with the token that --serve asks for; "+
		"needed where the address is not a loopback one")
}

// defineWhat defines the flags that decide what is run.
func (f *runFlags) defineWhat(flags *pflag.FlagSet) {
	flags.StringSliceVar(&f.fixes, "fix", nil,
		"the fixes to run, or families of them, separated by commas (default: the scenario's)")
	intFlag(flags, &f.pairs, "pairs", 0, "pairs for each fix (default: the scenario's)")
	flags.StringVar(&f.width, "width", "",
		"instead of --pairs: run pairs until each fix's 95 % interval is within this half-width, such as 10%")
	intFlag(flags, &f.maxPairs, "max-pairs", defaultMaxPairs, "with --width: the most pairs for each fix")
	durationFlag(flags, &f.maxTime, "max-time",
		"with --width: the most time for all pairs (default: the scenario's budget)")
	seedFlag(flags, &f.seed, "the seed that fixes plans, order and arrivals")
	intFlag(flags, &f.load, "load", 0, "what the scenario's load is set to (default: measured before the first trial)")
	flags.StringVar(&f.cluster, "cluster", "processes", clusterUsage)
	flags.StringVar(&f.etcd, "etcd", "", "the etcd that members run: a version of its server module (v3.6.9), a "+
		"binary, or the name of one on the PATH (default: the scenario's, else this program's own)")
	flags.BoolVar(&f.quick, "quick", false, "fewer fixes and pairs, as the scenario says")
	flags.StringVar(&f.plan, "plan", "", "replay the plan in this file instead of expanding one")
	durationFlag(flags, &f.budget, "budget", "the longest that the run may take (default: the scenario's)")
	flags.BoolVar(&f.pin, "pin", false, pinUsage)
	flags.BoolVar(&f.profile, "profile", false,
		"record CPU profiles, an execution trace and the slowest batch of each trial's worker, for compare --profile; "+
			"figures then include its cost, and no gate passes")
}

// What flags of several verbs are for.
const (
	pinUsage         = "keep the worker to one half of the cores, and members and orchestrator to the other"
	clusterUsage     = "where members live: processes, embedded or external"
	calibrationUsage = "the folder with what selftest found on this machine"
	outUsage         = "write to this file instead of standard output (- is standard output)"
)

// runsFolder is where runs go unless --out says otherwise.
var runsFolder = filepath.Join("results", "runs")

// calibrations is where selftest leaves its calibration, and where runs look for one.
var calibrations = filepath.Join("results", "calibration")

func (f *runFlags) run(ctx context.Context, scenario string, stdout, stderr io.Writer) error {
	options, limit, err := f.options(scenario)
	if err == nil {
		err = checkTime(options, limit)
	}
	if err == nil {
		err = options.Check()
	}
	if err == nil {
		err = f.register(&options)
	}
	if err == nil {
		err = survey(ctx, options)
	}
	if err != nil {
		return usage(err)
	}
	return f.carryOut(ctx, options, stdout, stderr)
}

// survey refuses an external cluster that is not the one that is meant. If the run is interrupted before the cluster
// answers, survey neither accepts nor refuses it.
func survey(ctx context.Context, o harness.Options) error {
	_, err := o.Survey(ctx)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		return cause
	}
	return err
}

// checkTime refuses a run that would not fit into its time. A run with --width needs time for the fewest pairs after
// which it can stop.
func checkTime(o harness.Options, limit time.Duration) error {
	pairs := len(o.Plans)
	if o.Stop != nil {
		pairs, limit = stat.FewestPairs(len(o.Fixes)), o.Stop.MaxTime
	}
	return o.Scenario.CheckBudget(harness.Arms(o.Fixes), pairs, pilotTime(o), limit)
}

// pilotTime is how long the run measures its load, unless --load gives it.
func pilotTime(o harness.Options) time.Duration {
	if o.Load > 0 {
		return 0
	}
	return o.Scenario.PilotTime(o.Fixes)
}

// goOn resumes a partial run.
func (f *runFlags) goOn(ctx context.Context, stdout, stderr io.Writer) error {
	for _, flag := range []string{"fix", "pairs", "width", "max-pairs", "max-time", "seed", "load", "cluster", "etcd",
		"out", "quick", "plan", "budget", "pin", "profile", "preregistered",
		"name", "before", "after"} {
		if f.changed(flag) {
			return usage(fmt.Errorf("--%s cannot be given with --resume: a run is resumed as it was begun", flag))
		}
	}
	options, err := harness.Resume(f.resume, fixes.Registry())
	if err != nil {
		return usage(err)
	}
	if err := f.external.resume(&options, f.changed); err != nil {
		return usage(err)
	}
	if options.Stop != nil {
		options.Enough = summary.Enough(options.Stop.Width)
	}
	if err := options.Check(); err != nil {
		return usage(err)
	}
	if err := survey(ctx, options); err != nil {
		return usage(err)
	}
	fmt.Fprintf(stderr, "resuming %s: finished pairs are not run again\n", f.resume)
	return f.carryOut(ctx, options, stdout, stderr)
}

func (f *runFlags) carryOut(ctx context.Context, options harness.Options, stdout, stderr io.Writer) error {
	lines := stdout
	if f.json {
		lines = stderr
	}
	if f.gate != "" { // a misspelt policy is found before an hour of trials, and not after it
		if _, err := readPolicy(f.gate); err != nil {
			return usage(err)
		}
	}
	if x := options.Runtime.External; x != nil {
		var err error
		if f.serve.Members, err = x.Dialled(); err != nil {
			return usage(err)
		}
	}
	watch, err := f.watches(lines, stderr)
	if err != nil {
		return usage(err)
	}
	defer watch.leave()
	folder, err := f.measure(ctx, options, watch, stderr)
	if folder != "" {
		err = errors.Join(err, f.conclude(folder, stdout, stderr))
	}
	return errors.Join(err, watch.end(ctx, folder, err))
}

// measure takes the machine, builds the arms if there are any, and runs what watch shows. The folder is "" if there is
// no run.
func (f *runFlags) measure(
	ctx context.Context, options harness.Options, watch *watch, stderr io.Writer,
) (folder string, err error) {
	if options.Calibration, err = results.FindCalibration(f.calibration, harness.Environment()); err != nil {
		return "", usage(fmt.Errorf("--calibration: %w", err))
	}
	if err := options.Preflight(); err != nil {
		return "", err
	}
	announce(stderr, options)
	watch.announce(stderr)
	look, release, err := takeMachine(ctx, f.wait, stderr)
	if err != nil {
		return "", err
	}
	defer release()
	options.Look, options.Operations = &look, watch.operations()
	if err := buildArms(ctx, &options, stderr); err != nil {
		return "", err
	}
	if f.built != nil {
		if err := f.built(&options); err != nil {
			return "", err
		}
	}
	folder, err = harness.Run(ctx, options, watch.stream)
	watch.stop()
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) {
		err = errors.Join(cause, err)
	}
	if folder != "" {
		if linked := pointLatest(folder); linked != nil {
			fmt.Fprintf(stderr, "warning: %v\n", linked)
		}
	}
	return folder, err
}

// conclude computes the summary from the files, as any reader could. It stores the summary and its views beside them,
// and prints it, with the gate's answer if there is a gate.
func (f *runFlags) conclude(folder string, stdout, stderr io.Writer) error {
	s, err := summary.Compute(folder)
	if err != nil {
		return err
	}
	p := gate.Default(s)
	if f.gate != "" {
		if p, err = readPolicy(f.gate); err != nil {
			return usage(err)
		}
	}
	// Printed even when the disk is full: the user has waited for the figures.
	err = errors.Join(writeViews(folder, s, p), summary.Undamaged(s.Damaged))
	if f.json {
		err, stdout = errors.Join(printJSON(stdout, s), err), stderr
	} else {
		err = errors.Join(report.Terminal(stdout, s, folder), err)
	}
	if f.gate == "" {
		return err
	}
	decision, asked := p.Judge(s)
	if asked != nil {
		return errors.Join(usage(asked), err)
	}
	fmt.Fprintln(stdout)
	return errors.Join(report.Decision(stdout, decision), answer(decision.Result), err)
}

// writeAll writes a run's views for a verb that prints something else.
func (f *runFlags) writeAll(folder string, s summary.Summary) error {
	return writeViews(folder, s, gate.Default(s))
}

// left are the formats that every run's folder gets; report makes the others.
var left = []string{"json", "md", "benchfmt", "junit", "svg", "html"}

// writeViews writes the summary in the formats that a run's folder holds. A policy that cannot be asked about this run
// leaves them without a gate.
func writeViews(folder string, s summary.Summary, p gate.Policy) error {
	decision, err := p.Judge(s)
	if err != nil {
		decision, err = gate.Default(s).Judge(s)
	}
	in := report.Input{Summary: s, Folder: folder, Decision: decision, Program: thisProgram()}
	for _, format := range report.Formats() {
		if slices.Contains(left, format.Name) {
			err = errors.Join(err, writeView(filepath.Join(folder, format.File), format.Name, in))
		}
	}
	return err
}
