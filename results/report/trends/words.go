// Package trends shows what a history of nights says: on a terminal, as Markdown, as a page, and to a CI server.
//
// As package report, it computes nothing.
package trends

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"aftershock/internal/units"
	"aftershock/results/report"
	"aftershock/results/trend"
)

// Input is what a view shows.
type Input struct {
	Folder   string
	Trend    trend.Trend
	Problems []error // files that could not be read
}

// title names a series.
func title(k trend.Key) string { return k.Scenario + ", " + k.Fix + ": " + report.Name(k.Metric) }

func day(t time.Time) string { return t.UTC().Format("2006-01-02") }

// marks are how an outcome looks: on a terminal's plot, and as a class of a picture.
var marks = map[trend.Outcome]struct{ letter, class string }{
	trend.Quiet: {"o", "same"}, trend.Regressed: {"!", "bad"}, trend.Improved: {"+", "good"},
	trend.Unconfirmed: {"?", "open"}, trend.Dismissed: {"o", "same"}, trend.Small: {"o", "same"},
	trend.Underpowered: {"?", "open"}, trend.Invalid: {"x", "open"}, "": {"o", "same"},
}

// span says since when a figure has its level, and between which commits that began.
func span(c trend.Change, s trend.Series) string {
	text := "since " + day(c.At)
	if c.Earliest != c.Latest && c.Latest < len(s.Points) {
		text += fmt.Sprintf(" (%s to %s)", day(s.Points[c.Earliest].At), day(s.Points[c.Latest].At))
	}
	if c.After == c.UpTo {
		return text + ", with " + report.Revision(c.UpTo) + " before and after: the program did not change"
	}
	return text + ", after " + report.Revision(c.After) + " and up to " + report.Revision(c.UpTo)
}

// level says from where to where a change point leads.
func level(c trend.Change, s trend.Series) string {
	return s.Last.Level(c.From) + " -> " + s.Last.Level(c.To)
}

// sentence is an alarm in one sentence.
func sentence(a trend.Alarm, all []trend.Series) string {
	text := fmt.Sprintf("alarm %s, %s: %s, %s in the night of %s", a.ID, a.State, title(a.Key), a.Figure.Shown(),
		day(a.At))
	if a.Says != "" {
		text += ", " + a.Says
	}
	if a.Reason != "" {
		text += " (" + a.Reason + ")"
	}
	if a.Since == nil {
		return text + "; since when cannot be told yet"
	}
	i := slices.IndexFunc(all, func(s trend.Series) bool { return s.Key == a.Key })
	return text + "; " + span(*a.Since, all[i])
}

// alarms are those that are not over, in sentences.
func alarms(t trend.Trend) (all []string) {
	for _, a := range t.Alarms {
		if a.State != trend.Fixed {
			all = append(all, sentence(a, t.Series))
		}
	}
	return all
}

// warnings are what a reader has to know before believing anything.
func warnings(in Input) (all []string) {
	for _, err := range in.Problems {
		first, _, _ := strings.Cut(err.Error(), "\n")
		all = append(all, "not read: "+first)
	}
	for _, m := range in.Trend.Missed {
		all = append(all, "not measured in the last night: "+m.Scenario+": "+m.Why)
	}
	return append(all, in.Trend.Notes...)
}

// summed says what there is, in one sentence.
func summed(t trend.Trend) string {
	nights := map[string]bool{}
	first, last := "", ""
	for _, s := range t.Series {
		for _, p := range s.Points {
			nights[p.File] = true
			if d := day(p.At); first == "" || d < first {
				first = d
			}
			last = max(last, day(p.At))
		}
	}
	if len(nights) == 0 {
		return "no night has a figure"
	}
	return fmt.Sprintf("%s, %s to %s, %d series", units.Count(len(nights), "night"), first, last, len(t.Series))
}

// rows are the table of all series, with its head.
func rows(t trend.Trend) [][]string {
	all := [][]string{{"SERIES", "NIGHTS", "LAST", "CHANGE [95 %]", "OUTCOME", "SINCE"}}
	for _, s := range t.Series {
		p := s.Points[len(s.Points)-1]
		since, outcome := "-", string(p.Outcome)
		if n := len(s.Changes); n > 0 {
			since = day(s.Changes[n-1].At)
		}
		if !s.Primary {
			outcome = "guard"
		}
		all = append(all, []string{
			title(s.Key), strconv.Itoa(len(s.Points)), day(p.At), s.Last.Shown(), outcome, since,
		})
	}
	return all
}
