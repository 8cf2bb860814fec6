package report

import (
	"fmt"
	"io"
	"strings"

	"aftershock/internal/shell"
	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// Finding is what a comparison of two revisions came to.
type Finding string

// The findings. Worse is a verdict or a guard that regressed, whatever else improved.
const (
	Worse  Finding = "worse"
	Better Finding = "better"
	Same   Finding = "no difference"
	Untold Finding = "could not tell"
)

// Significant tells whether there is something to say that was not expected.
func (f Finding) Significant() bool { return f == Worse || f == Better }

// Found is what the fixes of a run came to, the worst of them. A run that is damaged or partial, and a verdict that
// could not be given, are no finding.
func Found(s summary.Summary) Finding {
	found := Same
	if len(s.Fixes) == 0 || len(s.Damaged) > 0 || s.Run.Status != results.Complete {
		return Untold
	}
	for _, f := range s.Fixes {
		switch {
		case f.Verdict == stat.Regressed || len(worseGuards(f)) > 0:
			return Worse
		case f.Verdict != stat.Improved && f.Verdict != stat.NoDifference:
			found = Untold
		case f.Verdict == stat.Improved && found == Same:
			found = Better
		}
	}
	return found
}

// worseGuards are the guards of a fix that regressed, after the correction.
func worseGuards(f summary.Fix) (all []summary.Row) {
	for _, m := range f.Guards {
		if r, ok := f.Row(m); ok && r.Change != nil && r.Change.Verdict == stat.Regressed {
			all = append(all, r)
		}
	}
	return all
}

// commentMark is by which a bot finds the comment of an earlier push, to replace it.
func commentMark(scenario string) string { return "<!-- aftershock pr " + escaped(scenario) + " -->\n" }

// Comment writes what is said on a pull request: what was found, the figures that decide, and how to see more.
func Comment(w io.Writer, s summary.Summary, base, head string) error {
	var page strings.Builder
	page.WriteString(commentMark(s.Run.Name))
	fmt.Fprintf(&page, "### aftershock, %s: %s\n\n%s\n\n", escaped(s.Run.Name), Found(s), escaped(s.Run.Asks()))
	for _, f := range s.Fixes {
		fmt.Fprintf(&page, "| Figure | %s -> %s | Change [95 %%] | Verdict |\n|---|---|---|---|\n", escaped(base),
			escaped(head))
		page.WriteString(tableRow(shortJudgedBy(f), sides(f.Primary), change(f.Primary), verdictOf(f)))
		for _, m := range f.Guards {
			r, ok := f.Row(m)
			if !ok {
				page.WriteString(tableRow(m.String(), "-", "-", "not measured"))
				continue
			}
			verdict := "not compared"
			if r.Change != nil {
				verdict = r.Change.Verdict.String()
			}
			page.WriteString(tableRow(metricName(m.Name)+" "+phaseName(m), sides(r), change(r), verdict))
		}
		fmt.Fprintf(&page, "\n%s, run in turns", units.Count(judged(f), "pair"))
		if f.Built != "" {
			fmt.Fprintf(&page, "; %s", escaped(f.Built))
		}
		page.WriteString(".\n")
	}
	e := s.Run.Environment
	fmt.Fprintf(&page, "%s, %s, etcd %s%s.\n\n```\n%s\n```\n", escaped(e.CPU), e.Processors(), escaped(e.Etcd),
		escaped(othersTook(s.Noise)), plain(shell.Join(s.Run.Command...)))
	_, err := io.WriteString(w, page.String())
	return err
}

func verdictOf(f summary.Fix) string {
	if f.Why != "" {
		return f.Verdict.String() + ": " + f.Why
	}
	return f.Verdict.String()
}

// SameComment is the comment for two revisions that are one program.
func SameComment(scenario, base, head string) string {
	return fmt.Sprintf("%s### aftershock, %s: no difference\n\n%s and %s are built to the same bytes: nothing was "+
		"measured.\n",
		commentMark(scenario), escaped(scenario), escaped(base), escaped(head))
}
