package claims

import (
	"fmt"
	"slices"
	"strings"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/report"
	"aftershock/results/stat"
)

// unhelpful tells whether the after arm of a fix was no better, so that a verdict rests on it. Too few pairs, a
// claim about another Go, and what trouble does to one arm say nothing about a repair.
func unhelpful(o Outcome) bool {
	decided := o.Within == "" && o.Verdict != Undecided && o.Verdict != NotHere
	return decided && (o.Found == stat.NoDifference || o.Found == stat.Regressed)
}

// NotHelping lists the fixes whose after arm made no difference or made things worse, and the figures that it paid
// with.
func (t Table) NotHelping() (all []string) {
	seen := map[string]bool{} // a fix may show several claims
	add := func(o Outcome, m results.Metric, line string) {
		if what := o.Fix + " " + o.Scenario + " " + m.String(); !seen[what] {
			seen[what] = true
			all = append(all, fmt.Sprintf("%s in %s: %s", o.Fix, o.Scenario, line))
		}
	}
	for _, r := range t.Rows {
		for _, o := range r.Outcomes {
			if unhelpful(o) {
				add(o, o.Metric, o.Found.String()+": "+shownOf(o).line())
			}
			for _, line := range costs(o) {
				add(o, line.metric, line.says)
			}
		}
	}
	return all
}

// cost is a figure that became worse.
type cost struct {
	metric results.Metric
	says   string
}

// costs are what a repair was found to cost: its price, and guards, which it must not pay with.
func costs(o Outcome) (all []cost) {
	if r := o.Paid; r != nil && r.Change != nil && r.Change.Alone == stat.Regressed {
		says := fmt.Sprintf("paid with %s: %s, %s (%s)", report.Name(r.Metric), report.Sides(*r), report.Change(*r),
			o.Price.Says)
		all = append(all, cost{r.Metric, says})
	}
	for _, guard := range o.Worse {
		says := fmt.Sprintf("worse by its guard %s: %s, %s", report.Name(guard.Metric), report.Sides(guard),
			report.Change(guard))
		all = append(all, cost{guard.Metric, says})
	}
	return all
}

// unknownCosts are the guards about which nothing is known.
func unknownCosts(o Outcome) (all []string) {
	for _, guard := range o.Unknown {
		all = append(all, fmt.Sprintf("its guard %s could not be compared: %s", report.Name(guard.Metric), guard.Note))
	}
	return all
}

// NoneNotHelping is said where nothing is listed: what is undecided is not among what helped.
func (t Table) NoneNotHelping() string {
	n := 0
	for _, r := range t.Rows {
		if r.Verdict == Undecided {
			n++
		}
	}
	if n == 0 {
		return "No run found one."
	}
	return "No run found one; " + units.Count(n, "claim") + " " + verdictsCounted(Undecided, n) + "."
}

// Untold lists the fixes of which a run has told nothing, once for those that have the same reason, and the guards that
// could not be compared beside a verdict that could.
func (t Table) Untold() (all []string) {
	var reasons []string
	by := map[string][]string{}
	for _, r := range t.Rows {
		for _, o := range r.Outcomes {
			name := o.Fix + " in " + o.Scenario
			if o.Verdict != Undecided {
				for _, line := range unknownCosts(o) {
					all = append(all, name+": "+line)
				}
				continue
			}
			why := o.Why
			if why == "" {
				why = o.Found.String()
			}
			if by[why] == nil {
				reasons = append(reasons, why)
			}
			by[why] = append(by[why], name)
		}
	}
	for _, why := range reasons {
		slices.Sort(by[why])
		all = append(all, why+": "+strings.Join(slices.Compact(by[why]), ", "))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Tally counts the verdicts on the article's claims, and those on the field's.
func (t Table) Tally() string {
	var all []string
	if rows := t.Article(); len(rows) > 0 {
		all = append(all, "of the article's "+tallied(rows))
	}
	if rows := t.Field(); len(rows) > 0 {
		all = append(all, "of the field's "+tallied(rows))
	}
	return strings.Join(all, "; ")
}

// Article are the claims that the article makes.
func (t Table) Article() []Row { return t.of(false) }

// Field are the claims that the article does not make.
func (t Table) Field() []Row { return t.of(true) }

func (t Table) of(field bool) (rows []Row) {
	for _, r := range t.Rows {
		if (r.Claim.Chapter == Field) == field {
			rows = append(rows, r)
		}
	}
	return rows
}

func tallied(rows []Row) string {
	counts := map[Verdict]int{}
	for _, r := range rows {
		counts[r.Verdict]++
	}
	var words []string
	for _, v := range []Verdict{Holds, Conditional, Fails, NotHere, Undecided} {
		if n := counts[v]; n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, verdictsCounted(v, n)))
		}
	}
	return units.Count(len(rows), "claim") + ", " + strings.Join(words, ", ")
}

// verdictsCounted is a verdict as the predicate of so many
func verdictsCounted(v Verdict, n int) string {
	words := map[Verdict][2]string{
		Holds:       {"holds", "hold"},
		Conditional: {"holds under conditions", "hold under conditions"},
		Fails:       {"does not hold", "do not hold"},
		NotHere:     {"is not about this Go", "are not about this Go"},
		Undecided:   {"is undecided", "are undecided"},
	}[v]
	if n == 1 {
		return words[0]
	}
	return words[1]
}
