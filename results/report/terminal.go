// Package report shows a summary to people: one file a format.
package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"aftershock/results"
	"aftershock/results/summary"
)

// Terminal writes a summary as a table, with what has to be known beside it.
func Terminal(w io.Writer, s summary.Summary, folder string) error {
	p := &printer{w: w}
	p.header(s)
	p.table(s.Fixes)
	for _, f := range s.Fixes {
		p.remarks(f)
	}
	for _, warning := range s.Warnings {
		p.line("warning: %s", warning.What)
		if warning.Remedy != "" {
			p.line("         %s", warning.Remedy)
		}
	}
	if len(s.Run.NotRun) > 0 {
		p.line("not run (--quick): %s", strings.Join(s.Run.NotRun, ", "))
	}
	p.line("")
	program := "aftershock"
	if len(s.Run.Command) > 0 {
		program = s.Run.Command[0]
	}
	p.line("results: %s (every figure: %s compare %s)", folder, program, folder)
	p.line("again:   %s", strings.Join(s.Run.Command, " "))
	return p.err
}

// printer keeps the first error, so that a writer that is full is noticed without asking at every line.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *printer) header(s summary.Summary) {
	e := s.Run.Environment
	p.line("")
	p.line("%s, seed %d, %d pairs a fix, change after seen from before with its 95 %% interval, margin %.0f %%",
		s.Run.Name, s.Run.Seed, s.Run.Pairs, 100*s.Run.Margin)
	p.line("%s, %d cores, Linux %s, %s, etcd %s, aftershock %s (%s)",
		e.CPU, e.Cores, e.Kernel, e.Go, e.Etcd, e.Aftershock, shortCommit(e.Commit))
	p.line("members: %s, data on %s; the seed fixes plans and order, not etcd's elections", s.Run.Cluster, s.Run.DataRoot)
	p.line("")
}

func shortCommit(c string) string {
	revision, dirty, _ := strings.Cut(c, "-")
	if len(revision) > 12 {
		revision = revision[:12]
	}
	if dirty != "" {
		return revision + "-" + dirty
	}
	return revision
}

func (p *printer) table(fixes []summary.Fix) {
	if p.err != nil {
		return
	}
	t := tabwriter.NewWriter(p.w, 0, 0, 2, ' ', 0)
	rows := []string{"FIX\tPHASE\tP99 BEFORE -> AFTER\tCHANGE\tCAPACITY, TRIGGER\tWORST GAP, FAULT\tTRIGGER B / A\tBEYOND P99\tPAIRS\tVERDICT"}
	for _, f := range fixes {
		rows = append(rows, strings.Join(cells(f), "\t"))
	}
	if _, p.err = fmt.Fprintln(t, strings.Join(rows, "\n")); p.err == nil {
		p.err = t.Flush()
	}
}

func cells(f summary.Fix) []string {
	p99 := responseP99(f)
	return []string{
		f.Name, phaseName(f.Fix.Primary), sides(p99), change(p99),
		rowSides(f, results.Metric{Name: "capacity", Phase: results.CapacityTrigger}),
		worst(f, results.Metric{Name: "gap", Phase: results.InFault}),
		trigger(f), beyond(p99), pairs(f), f.Verdict.String(),
	}
}

// responseP99 is the P99 of the response time in the phase that the fix is judged by, whatever metric gives the verdict.
func responseP99(f summary.Fix) summary.Row {
	if r, ok := f.Row(results.Metric{Name: "p99", Phase: f.Fix.Primary.Phase}); ok {
		return r
	}
	if f.Fix.Primary.Name == "p99" {
		return f.Primary // says why there is none
	}
	return summary.Row{}
}

func rowSides(f summary.Fix, m results.Metric) string {
	r, ok := f.Row(m)
	if !ok {
		return "-"
	}
	return sides(r)
}

// worst is the largest value of any trial in either arm.
func worst(f summary.Fix, m results.Metric) string {
	r, ok := f.Row(m)
	if !ok {
		return "-"
	}
	return value(slices.Max(r.Before.Values), r.Unit) + " -> " + value(slices.Max(r.After.Values), r.Unit)
}

// pairs are those that the primary metric's interval rests on, of those planned.
func pairs(f summary.Fix) string {
	judged := f.Pairs.Valid - f.Pairs.NotExercised
	if c := f.Primary.Change; c != nil {
		judged = c.Pairs
	}
	return fmt.Sprintf("%d/%d", judged, f.Pairs.Planned)
}

// beyond is the fewest samples beyond the quantile in any trial.
func beyond(r summary.Row) string {
	if r.Before.Beyond == 0 {
		return "-"
	}
	return strconv.Itoa(min(r.Before.Beyond, r.After.Beyond))
}

// remarks are what belongs to a fix's row and does not fit into it.
func (p *printer) remarks(f summary.Fix) {
	p.line("")
	p.line("%s: %s", f.Name, f.Summary)
	p.line("  verdict by %s: %s, %s", metricName(f.Fix.Primary.Name)+" ("+phaseName(f.Fix.Primary)+")", sides(f.Primary), change(f.Primary))
	if f.Article != "" {
		p.line("  article says: %s (its figures, not ours)", f.Article)
	}
	if f.Instrument {
		p.line("  instrument: the true change is %+.0f %%", 100*f.Expect)
	}
	if f.Why != "" {
		p.line("  %s: %s", f.Verdict, f.Why)
	}
	if f.Need != nil {
		p.line("  needs about %d more pairs, %s: %s", f.Need.MorePairs, minutes(f.Need.Time), f.Need.Command)
	}
	for _, i := range f.Pairs.Invalid {
		p.line("  invalid trial: pair %d %s%s: %s", i.Pair, i.Arm, again(i.Attempt), firstLine(i.Why))
	}
}

func again(attempt int) string {
	if attempt == 0 {
		return ""
	}
	return ", run again"
}

func firstLine(s string) string {
	first, _, more := strings.Cut(s, "\n")
	if more {
		first += " ..."
	}
	return first
}

func minutes(d time.Duration) string { return fmt.Sprintf("%.0f minutes", max(1, d.Minutes())) }

// FixLine writes one fix's result in a line, for a run that goes on with the next.
func FixLine(w io.Writer, f summary.Fix) error {
	_, err := fmt.Fprintf(w, "%s: %s, %s (%s) %s, %s, %s pairs\n", f.Name, f.Verdict,
		metricName(f.Fix.Primary.Name), phaseName(f.Fix.Primary), sides(f.Primary), change(f.Primary),
		pairs(f))
	return err
}
