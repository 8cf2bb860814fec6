package claims

import (
	"fmt"
	"strconv"
	"strings"

	"aftershock/internal/units"
	"aftershock/results/report"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// shown is what a table shows of an outcome: the figure, the medians of both arms or why there are none, the change with
// its interval, and the pairs that it comes from.
type shown struct {
	metric, sides, change string
	pairs                 int
	of                    string // what the pairs are, where that is another word
}

func shownOf(o Outcome) shown {
	if why := unmeasured(o); why != "" {
		return shown{sides: why, change: "-"}
	}
	n := o.Pairs.Valid
	if c := o.Figure.Change; c != nil {
		n = c.Pairs
	}
	name, of := report.Name(o.Metric), "pair"
	if o.Within != "" {
		name, of = name+" against calm, within "+string(o.Within), "trial"
	}
	if o.Metric.Name == crashed {
		name = crashed // of a trial as a whole, as outcomeSides says
	}
	return shown{metric: name, sides: outcomeSides(o), change: report.Change(*o.Figure), pairs: n, of: of}
}

// figure names the figure with its medians.
func (s shown) figure() string { return strings.TrimPrefix(s.metric+" "+s.sides, " ") }

// cell is the number of pairs in a table.
func (s shown) cell() string {
	if s.pairs == 0 {
		return "-"
	}
	return strconv.Itoa(s.pairs)
}

// line is all of it in a line by itself.
func (s shown) line() string {
	if s.metric == "" {
		return s.sides
	}
	return s.figure() + ", " + s.change + ", " + units.Count(s.pairs, s.of)
}

// unmeasured says why an outcome has no figure; empty when it has one.
func unmeasured(o Outcome) string {
	switch {
	case o.Found == stat.NotExercised:
		return o.Found.String()
	case o.Figure != nil && len(o.Figure.Before.Values)+len(o.Figure.After.Values) > 0:
		return ""
	case o.Why == "":
		return "no figure"
	}
	return o.Why
}

// outcomeSides prints the medians of both arms, in the claim's own unit where it has one. Processes that crash are
// counted: a median of 1 is no way to say that all did.
func outcomeSides(o Outcome) string {
	before, after := o.Figure.Before, o.Figure.After
	switch {
	case o.Metric.Name == crashed:
		return "in " + crashes(before) + " trials -> in " + crashes(after)
	case o.Unit != "":
		return scaled(before, o.Factor) + " -> " + scaled(after, o.Factor) + " " + o.Unit
	}
	return report.Sides(*o.Figure)
}

// crashed is the metric of fixes that are judged by whether the process survives: 1 in a trial in which it did not.
const crashed = "crashed"

func crashes(s summary.Side) string {
	n := 0
	for _, v := range s.Values {
		if v > 0 {
			n++
		}
	}
	return fmt.Sprintf("%d of %d", n, len(s.Values))
}

func scaled(s summary.Side, factor float64) string {
	if len(s.Values) == 0 {
		return "-"
	}
	return thousands(s.Median * factor)
}

// thousands prints a large number as the article does: 1240k.
func thousands(v float64) string {
	if v < 10_000 {
		return units.Format(v, "count")
	}
	return fmt.Sprintf("%.0fk", v/1000)
}

// figureOfTheArticle is what the article gives, in a table.
func figureOfTheArticle(c Claim) string {
	if c.Article == NoFigure {
		return "-"
	}
	return c.Article
}

// verdictWords is the verdict in words: where it depends on which of several meanings a name has, all of them.
func verdictWords(r Row) string {
	if len(r.Claim.Meanings) > 0 && r.Why != "" {
		return r.Why
	}
	return r.Verdict.String()
}

// reasoned is the verdict, and what a reader has to know with it: why it is no better one, and that a run was
// interrupted.
func reasoned(r Row) string {
	words := verdictWords(r)
	var notes []string
	if r.Why != "" && r.Why != words {
		notes = append(notes, r.Why)
	}
	if r.Partial {
		notes = append(notes, fromPartial)
	}
	if len(notes) == 0 {
		return words
	}
	return words + " (" + strings.Join(notes, "; ") + ")"
}

const fromPartial = "from a partial run"

// truth is what of a claim is true. It was written before the runs and explains the verdict that was expected then: beside
// another verdict it is no explanation, and is shown as the expectation that it was.
func truth(r Row) string {
	const expected = "Expected before the runs: %s. %s "
	switch {
	case r.Verdict == Undecided || r.Claim.Truth == "":
		return ""
	case r.Expected == r.Verdict || r.Expected == Undecided || r.Verdict == NotHere:
		return r.Claim.Truth
	case r.Verdict == Conditional:
		return fmt.Sprintf(expected+"This run bears it out only in part.", r.Expected, r.Claim.Truth)
	}
	return fmt.Sprintf(expected+"This run speaks against it.", r.Expected, r.Claim.Truth)
}
