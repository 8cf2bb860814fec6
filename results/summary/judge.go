package summary

import (
	"fmt"
	"time"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/stat"
)

// judge gives the verdict that the corrected primary metric supports, and says what is missing for a better one.
func (f *Fix) judge(run results.Run) {
	switch {
	case f.Pairs.Valid == 0:
		f.Why = "no valid pair"
		return
	case f.Pairs.Valid == f.Pairs.NotExercised:
		f.Verdict = stat.NotExercised
		f.Why = f.Unmet() + ": " + f.Fix.Trigger.Says
		return
	case f.Primary.Change == nil:
		f.Why = f.Primary.Note
		return
	}
	f.Verdict = f.Primary.Change.Verdict
	if f.Verdict != stat.Inconclusive && f.Verdict != stat.TooFewPairs {
		return
	}
	c := f.Primary.comparison
	tests := len(run.Fixes)
	f.Why = f.Primary.undecided(tests)
	if run.Command.Replays() {
		return // more pairs would need plans that the file does not hold
	}
	// The command runs this fix alone, and so a run with one primary metric, which nothing is corrected for.
	if more, ok := stat.MorePairs(c, 1); ok {
		f.Need = need(run, f.Name, more, c.At95.N)
	} else {
		f.Why += "; more pairs would not decide it"
	}
}

// undecided says why a row's interval gives no verdict, or why the correction took it back.
func (r Row) undecided(tests int) string {
	c := r.comparison
	if r.Change.Verdict == stat.TooFewPairs {
		return fmt.Sprintf("with %s no change could have been found%s: that takes %d", units.Count(c.At95.N, "pair"),
			among(tests),
			stat.FewestPairs(tests))
	}
	why := fmt.Sprintf("the interval is too wide to tell a change from none, with a margin of %s (half-width %s)",
		r.amount(c.Margin), r.amount(c.Scale.Change(c.At95.HalfWidth())))
	switch {
	case c.Verdict != stat.Inconclusive:
		why = fmt.Sprintf("%s by itself (p = %.2g), but not once the primary metrics of the run's %d fixes are "+
			"corrected "+
			"together (p = %.2g by Holm)", c.Verdict, r.Change.P, tests, r.Change.Adjusted)
	case c.Open != stat.Closed:
		why = r.cutOff() + ": a bound never shows that there is no difference, and the known end of the interval " +
			"shows no change"
	}
	return why
}

func among(fixes int) string {
	if fixes == 1 {
		return ""
	}
	return fmt.Sprintf(" among %d fixes, which are corrected together", fixes)
}

// signed prints a change with its direction.
func (r Row) signed(v float64) string {
	if v < 0 {
		return "-" + r.amount(-v)
	}
	return "+" + r.amount(v)
}

// amount prints a change as the row's scale has it.
func (r Row) amount(v float64) string {
	switch {
	case r.Scale == stat.Ratio && v >= 1000: // two pairs can be so far apart that nothing is known
		return "more than 100000 %"
	case r.Scale == stat.Ratio:
		return fmt.Sprintf("%.0f %%", 100*v)
	case r.Unit == "share":
		return fmt.Sprintf("%.2g points", 100*v)
	}
	return fmt.Sprintf("%.3g %s", v, r.Unit)
}

// need says how long a run with enough pairs would take, and how to ask for it. The scenario is named as it was for
// this run: a file may bear the name of a built-in one.
func need(run results.Run, fix string, more, judged int) *Need {
	pairs := run.Pairs + more
	if run.Stop != nil {
		pairs = judged + more // it planned for more pairs than it ran
	}
	length := time.Duration(2*(pairs+run.Reserve)) * run.TrialTime
	scenario := run.Command.Scenario()
	if scenario == "" {
		scenario = run.Name
	}
	command := results.RunOf(run.Command.Program(), scenario, []string{fix}, results.Pairs(pairs), run.Seed)
	command = command.With(run.Command.Arms()...)
	if run.Load != nil {
		command = command.Load(run.Load.Value)
	}
	if run.Cluster != results.NoCluster && run.Cluster != figuresFrom {
		command = command.With("--cluster", run.Cluster).With(run.Command.External()...)
	}
	command = command.If(run.Pinning != nil, "--pin").With(run.Command.Folders()...).With("--budget", minutes(length))
	return &Need{MorePairs: more, Time: length, Command: command.String()}
}

// minutes rounds up, so that a budget suffices.
func minutes(d time.Duration) string { return fmt.Sprintf("%dm", (d+time.Minute-1)/time.Minute) }
