package report

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/summary"
)

// Versus writes the same arms of two runs side by side, B seen from A: every figure first, and then what gives the
// verdicts.
func Versus(w io.Writer, v summary.Versus) error {
	p := &printer{w: w}
	p.legend()
	for _, a := range v.Arms {
		p.line("")
		p.line("%s, %s: medians of the trials, and the change within pairs of the same plan", a.Fix, a.Arm)
		p.figures("A -> B", a.Rows, a.Primary)
	}
	p.line("")
	p.run("A", v.A)
	p.run("B", v.B)
	p.line("")
	p.table(primaryRows(v.Arms))
	p.warnings(append(forced(v), v.Warnings...))
	return p.err
}

// forced are the differences that should have refused the comparison, apart from those that a warning tells anyway.
func forced(v summary.Versus) (all []summary.Warning) {
	for _, difference := range v.Forced {
		told := func(w summary.Warning) bool { return strings.Contains(w.What, difference) }
		if !slices.ContainsFunc(v.Warnings, told) {
			all = append(all, summary.Warning{What: "compared with --force although the runs differ: " + difference})
		}
	}
	return all
}

func (p *printer) run(name string, run results.Run) {
	p.line("%s: %s, seed %d, %s a fix, %s", name, run.ID, run.Seed, units.Count(run.Pairs, "pair"), run.Status)
	p.environment(run.Environment)
}

func primaryRows(arms []summary.VersusArm) [][]string {
	rows := [][]string{{"FIX", "ARM", "PRIMARY METRIC", "A -> B", "CHANGE", "PAIRS", "P", "ADJUSTED", "DETECT", "VERDICT"}}
	for _, a := range arms {
		for _, r := range a.Rows {
			if r.Metric != a.Primary {
				continue
			}
			e := evidence(r)
			rows = append(rows, []string{
				a.Fix, string(a.Arm), longName(r.Metric), sides(r), change(r), rowPairs(r), e[1], e[2], e[3], verdict(r),
			})
		}
	}
	return rows
}

func rowPairs(r summary.Row) string {
	if r.Change == nil {
		return "-"
	}
	return strconv.Itoa(r.Change.Pairs)
}
