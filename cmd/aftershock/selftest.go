package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"aftershock/harness"
	"aftershock/harness/suite"
	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/scenarios/selftest"

	"github.com/spf13/cobra"
)

// selftestFlags are the flags of aftershock selftest.
type selftestFlags struct {
	quick       bool
	free        int
	clustered   int
	seed        uint64
	out         string
	resume      string
	calibration string
	wait        time.Duration
	json        bool
}

func newSelftest() *cobra.Command {
	var f selftestFlags
	cmd := &cobra.Command{
		Use: "selftest", Short: "Prove on this machine that the verdicts can be relied on", Args: exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			outliveReaders()
			return f.run(cmd.Context(), cmd.Flags().Changed, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.quick, "quick", false, "the oracle, the control and one A/A verdict, in at most 3 minutes; no rate is claimed")
	intFlag(flags, &f.free, "runs", 60, "A/A runs without a cluster")
	intFlag(flags, &f.clustered, "cluster-runs", 4, "A/A runs through cluster and faults")
	seedFlag(flags, &f.seed, "the seed of the first run; each further one has the next")
	flags.StringVar(&f.out, "out", filepath.Join("results", "selftest"), "the folder that gets the selftest's folder")
	flags.StringVar(&f.resume, "resume", "", "resume the selftest in this folder, on the same machine and with "+
		"the same binary")
	scope(cmd, "out")
	scope(cmd, "resume")
	flags.StringVar(&f.calibration, "calibration", calibrations, "the folder that gets the calibration, which later runs quote")
	waitFlag(flags, &f.wait)
	flags.BoolVar(&f.json, "json", false, "print the calibration as JSON")
	return cmd
}

func (f *selftestFlags) run(ctx context.Context, changed func(string) bool, stdout, stderr io.Writer) error {
	s, err := f.layOut(changed, &selftestProgress{stderr})
	if err != nil {
		return usage(err)
	}
	announceEnvironment(stderr)
	fmt.Fprintf(stderr, "selftest: %s, %d of them finished; the rest takes about %s\n",
		units.Count(len(s.Parts), "part"), len(s.Parts)-len(s.Pending()), units.Short(s.Takes().Round(time.Second)))
	_, release, err := takeMachine(ctx, f.wait, stderr)
	if err != nil {
		return err
	}
	defer release()
	folder, c, err := s.Run(ctx)
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) {
		err = errors.Join(cause, err)
	}
	if err != nil {
		if folder != "" {
			fmt.Fprintf(stderr, "resume it: %s\n", s.Command.Resume(folder))
		}
		return err
	}
	if f.json {
		err = printJSON(stdout, c)
	} else {
		err = printCalibration(stdout, c)
	}
	return errors.Join(err, f.keep(stderr, c), selftest.Answer(c))
}

func (f *selftestFlags) layOut(changed func(string) bool, watch selftest.Observer) (*selftest.Selftest, error) {
	if f.resume != "" {
		for _, flag := range []string{"quick", "runs", "cluster-runs", "seed", "out"} {
			if changed(flag) {
				return nil, fmt.Errorf("--%s cannot be given with --resume: a selftest is resumed as it was begun", flag)
			}
		}
		return selftest.Resume(f.resume, watch)
	}
	if f.quick && (changed("runs") || changed("cluster-runs")) {
		return nil, errors.New("--quick makes one A/A run: leave --runs and --cluster-runs out")
	}
	if err := harness.CheckOut(f.out, 0); err != nil {
		return nil, err
	}
	command := results.Invocation{invocation(), "selftest"}.If(f.quick, "--quick").
		If(!f.quick, "--runs", strconv.Itoa(f.free), "--cluster-runs", strconv.Itoa(f.clustered)).Seed(f.seed).
		If(changed("out"), "--out", f.out).If(changed("calibration"), "--calibration", f.calibration)
	return selftest.New(selftest.Options{
		Out: f.out, Quick: f.quick, Free: f.free, Clustered: f.clustered, Seed: f.seed, Command: command, Observer: watch,
	})
}

// keep writes the calibration, unless it would replace one that says more.
func (f *selftestFlags) keep(stderr io.Writer, c results.Calibration) error {
	old, err := results.FindCalibration(f.calibration, harness.Environment())
	if err != nil {
		return err
	}
	if old != nil && saysMore(*old, c) {
		fmt.Fprintf(stderr, "calibration: that of %s is kept: this one %s\n", old.Made.Format(time.DateOnly), lacks(c))
		return nil
	}
	file, err := results.WriteCalibration(f.calibration, c)
	if err == nil {
		fmt.Fprintf(stderr, "calibration: %s\n", file)
	}
	return err
}

// saysMore tells whether an earlier calibration of the same program is worth more than a new one. A calibration that
// finds the harness not sound always counts. One that is undecided, or counted no rate, does not replace a better
// one.
func saysMore(old, c results.Calibration) bool {
	if c.Result == results.Unsound || old.Environment.Binary != c.Environment.Binary {
		return false
	}
	return c.Result == results.Undecided && old.Result != results.Undecided || c.Quick && !old.Quick
}

func lacks(c results.Calibration) string {
	if c.Result == results.Undecided {
		return "decided nothing"
	}
	return "claims no rate"
}

func printCalibration(w io.Writer, c results.Calibration) error {
	e := c.Environment
	lines := []string{fmt.Sprintf("%s, %s, Linux %s, %s, etcd %s, aftershock %s\n", e.CPU, e.Processors(), e.Kernel, e.Go, e.Etcd, e.Aftershock)}
	for _, check := range c.Checks {
		lines = append(lines, strings.Join([]string{answered(check), check.Name, check.Shown}, "\t"))
	}
	if c.Quick {
		lines = append(lines, "\nquick: no rate of false alarms is claimed; the full form states one")
	}
	lines = append(lines, "\nagain: "+c.Command.String())
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if _, err := fmt.Fprintln(t, strings.Join(lines, "\n")); err != nil {
		return err
	}
	return t.Flush()
}

func answered(c results.Check) string {
	switch {
	case c.Holds:
		return "holds"
	case c.Undecided:
		return "undecided"
	}
	return "FAILS"
}

// selftestProgress prints one line a part: nothing between the parts is worth a redraw.
type selftestProgress struct{ w io.Writer }

func (p *selftestProgress) Began(part string, at suite.Progress) {
	fmt.Fprintf(p.w, "%d/%d  %s  about %s left\n", at.N, at.Of, part, units.Short(at.Left.Round(time.Second)))
}

func (p *selftestProgress) Done(f selftest.Finding) {
	for _, check := range f.Checks {
		fmt.Fprintf(p.w, "  %s: %s\n", check.Name, check.Shown)
	}
	for _, l := range f.Looks {
		if l.Alarm {
			fmt.Fprintf(p.w, "  false alarm: %s, %s, p = %.3g\n", l.Metric, l.Verdict, l.P)
		}
	}
}

func (p *selftestProgress) Invalid(t results.Trial) {
	fmt.Fprintf(p.w, "  invalid trial: %s block %d %s: %s\n", t.Group, t.Block, t.Arm, strings.ReplaceAll(t.Invalid, "\n", "; "))
}
