package report

import (
	"fmt"
	"slices"
	"strings"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/claims"
	"aftershock/results/stat"
)

// unhelpful tells whether the after arm of a fix was no better, so that a verdict rests on it. Too few pairs, a
// claim about another Go, and what trouble does to one arm say nothing about a repair.
func unhelpful(o claims.Outcome) bool {
	decided := o.Within == "" && o.Verdict != claims.Undecided && o.Verdict != claims.NotHere
	return decided && (o.Found == stat.NoDifference || o.Found == stat.Regressed)
}

// notHelping lists the fixes whose after arm made no difference or made things worse, and the figures that it paid
// with.
func notHelping(t claims.Table) (all []string) {
	seen := map[string]bool{} // a fix may show several claims
	add := func(o claims.Outcome, m results.Metric, line string) {
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
func costs(o claims.Outcome) (all []cost) {
	if r := o.Paid; r != nil && r.Change != nil && r.Change.Alone == stat.Regressed {
		says := fmt.Sprintf("paid with %s: %s, %s (%s)", longName(r.Metric), sides(*r), change(*r), o.Price.Says)
		all = append(all, cost{r.Metric, says})
	}
	for _, guard := range o.Worse {
		says := fmt.Sprintf("worse by its guard %s: %s, %s", longName(guard.Metric), sides(guard), change(guard))
		all = append(all, cost{guard.Metric, says})
	}
	return all
}

// unknownCosts are the guards about which nothing is known.
func unknownCosts(o claims.Outcome) (all []string) {
	for _, guard := range o.Unknown {
		all = append(all, fmt.Sprintf("its guard %s could not be compared: %s", longName(guard.Metric), guard.Note))
	}
	return all
}

// noneNotHelping is said where nothing is listed: what is undecided is not among what helped.
func noneNotHelping(t claims.Table) string {
	n := 0
	for _, r := range t.Rows {
		if r.Verdict == claims.Undecided {
			n++
		}
	}
	if n == 0 {
		return "No run found one."
	}
	return "No run found one; " + units.Count(n, "claim") + " " + verdictsCounted(claims.Undecided, n) + "."
}

// untold lists the fixes of which a run has told nothing, once for those that have the same reason, and the guards that
// could not be compared beside a verdict that could.
func untold(t claims.Table) (all []string) {
	var reasons []string
	by := map[string][]string{}
	for _, r := range t.Rows {
		for _, o := range r.Outcomes {
			name := o.Fix + " in " + o.Scenario
			if o.Verdict != claims.Undecided {
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

// tally counts the verdicts on the article's claims, and those on the field's.
func tally(t claims.Table) string {
	var theirs, fields []claims.Row
	for _, r := range t.Rows {
		if r.Claim.Chapter == claims.Field {
			fields = append(fields, r)
		} else {
			theirs = append(theirs, r)
		}
	}
	var all []string
	if len(theirs) > 0 {
		all = append(all, "of the article's "+tallied(theirs))
	}
	if len(fields) > 0 {
		all = append(all, "of the field's "+tallied(fields))
	}
	return strings.Join(all, "; ")
}

func tallied(rows []claims.Row) string {
	counts := map[claims.Verdict]int{}
	for _, r := range rows {
		counts[r.Verdict]++
	}
	var words []string
	for _, v := range []claims.Verdict{claims.Holds, claims.Conditional, claims.Fails, claims.NotHere, claims.Undecided} {
		if n := counts[v]; n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, verdictsCounted(v, n)))
		}
	}
	return units.Count(len(rows), "claim") + ", " + strings.Join(words, ", ")
}

// verdictsCounted is a verdict as the predicate of so many claims.
func verdictsCounted(v claims.Verdict, n int) string {
	words := map[claims.Verdict][2]string{
		claims.Holds:       {"holds", "hold"},
		claims.Conditional: {"holds under conditions", "hold under conditions"},
		claims.Fails:       {"does not hold", "do not hold"},
		claims.NotHere:     {"is not about this Go", "are not about this Go"},
		claims.Undecided:   {"is undecided", "are undecided"},
	}[v]
	if n == 1 {
		return words[0]
	}
	return words[1]
}
