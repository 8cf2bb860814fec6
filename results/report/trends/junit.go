package trends

import (
	"io"

	"aftershock/results/report"
	"aftershock/results/trend"
)

// JUnit writes the last night for a CI server: a case for each primary figure and for each scenario that was missed. A
// figure that regressed is a failure, unless its alarm is acknowledged; what could not be told is an error.
func JUnit(w io.Writer, in Input, n trend.Night) error {
	var cases []report.Case
	for _, a := range in.Trend.Answers {
		c := report.Case{
			Class: n.Job + "." + a.Key.Scenario, Name: a.Key.Fix + " " + report.Name(a.Key.Metric), Message: a.Why,
			Text: a.Figure.Medians() + ", " + a.Figure.Shown() + ": " + string(a.Outcome) + ", " + a.Why,
		}
		switch a.Outcome {
		case trend.Regressed:
			c.Failed, c.Type = true, string(a.Outcome)
		case trend.Unconfirmed, trend.Underpowered, trend.Invalid:
			c.Type = string(a.Outcome)
		case trend.Quiet, trend.Improved, trend.Dismissed, trend.Small:
		}
		for _, alarm := range in.Trend.Alarms {
			if alarm.Key == a.Key && alarm.State == trend.New {
				c.Failed, c.Type, c.Message = true, "alarm", sentence(alarm, in.Trend.Series)
			}
		}
		cases = append(cases, c)
	}
	for _, m := range in.Trend.Missed {
		cases = append(cases, report.Case{
			Class: n.Job + "." + m.Scenario, Name: "measured", Type: "missed", Message: m.Why, Text: m.Why,
		})
	}
	return report.JUnit(w, n.Job, n.Started, n.Ended.Sub(n.Started), cases)
}
