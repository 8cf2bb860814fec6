package report

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// mostSentences is how many fixes are put into words above a table.
const mostSentences = 3

// noAnswer stands in place of all sentences.
const noAnswer = "No answer yet: the remarks below the table say why."

// sentences say what was found in words that need no statistics: the fixes with an answer first.
func sentences(fixes []summary.Fix) (all []string) {
	for _, f := range fixes {
		if c := f.Primary.Change; c != nil && (f.Verdict == stat.Improved || f.Verdict == stat.Regressed) {
			all = append(all, sentence(f))
		}
	}
	for _, f := range fixes {
		if f.Verdict == stat.NoDifference {
			all = append(all, fmt.Sprintf("%s makes no difference that matters to %s.", f.Name,
				longName(f.Fix.Primary)))
		}
	}
	if len(all) == 0 {
		return []string{noAnswer}
	}
	return all[:min(len(all), mostSentences)]
}

// sentence says what a fix changed: "While the leader is gone, 99 of 100 batches are done in 3 ms instead of 87 ms."
func sentence(f summary.Fix) string {
	return fmt.Sprintf("%s (%s); %d of %s agree.", inWords(f), f.Name, agreeing(f.Primary),
		units.Count(f.Primary.Change.Pairs, "pair"))
}

// inWords says what both arms did. It says "instead of" only where a difference was found.
func inWords(f summary.Fix) string { return inWordsOf(f, ofArms) }

func inWordsOf(f summary.Fix, w wording) string {
	r := f.Primary
	now, then := side(r.After, r.Unit), strings.ReplaceAll(side(r.Before, r.Unit), ">=", "at least ")
	between := w.otherwise
	switch {
	case f.Against != "":
		between = " and in calm "
	case f.Verdict == stat.Improved || f.Verdict == stat.Regressed:
		between = " instead of "
	}
	if bounded, ok := strings.CutPrefix(now, ">="); ok {
		now = bounded + " or more"
	}
	text := fmt.Sprintf(said(r.Metric, cmp.Or(f.Operations, "batches")), now)
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + between + then
}

// parts are how many a quantile speaks of.
var parts = map[string]string{"p50": "half of the ", "p90": "90 of 100 ", "p99": "99 of 100 ", "p999": "999 of 1000 "}

// said is what a metric says of its value in a phase, with %s in the value's place. The primary stream has those
// operations.
func said(m results.Metric, operations string) string {
	when := map[string]string{
		results.Steady: "in calm, ", results.InFault: "while a fault lasts, ",
		results.UnderTrigger: "while the leader is gone, ", results.Recovery: "after the fault, ",
	}[m.Phase]
	what, figure := operations, m.Name
	for _, of := range []struct{ start, what string }{
		{"publish_", "publishes"}, {"record_", "records"}, {"lookup_", "lookups"}, {"service_",
			"batches"}, {"build_", "maps"},
	} {
		if rest, ok := strings.CutPrefix(m.Name, of.start); ok {
			what, figure = of.what, rest
		}
	}
	figure = strings.TrimPrefix(figure, "took_")
	if part, ok := parts[figure]; ok {
		return when + part + what + " take at most %s"
	}
	switch figure {
	case "goodput":
		return when + "%s of the " + what + " succeed"
	case "partial":
		return when + "%s of the " + what + " come out half full"
	case "capacity":
		return when + "%s batches can be done"
	}
	return when + strings.ReplaceAll(metricName(m.Name), "%", "%%") + " is %s"
}

// agreeing counts the pairs whose own difference has the sign of the change.
func agreeing(r summary.Row) (n int) {
	for i := range min(len(r.Before.Values), len(r.After.Values)) {
		if (r.After.Values[i]-r.Before.Values[i])*r.Change.Value > 0 {
			n++
		}
	}
	return n
}
