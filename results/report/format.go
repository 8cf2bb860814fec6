package report

import (
	"fmt"
	"math"
	"strings"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// sides prints a row's medians, with those that are bounds marked.
func sides(r summary.Row) string {
	return side(r.Before, r.Unit) + " -> " + side(r.After, r.Unit)
}

func side(s summary.Side, unit string) string {
	if len(s.Values) == 0 {
		return "-"
	}
	bound := ""
	if s.AtLeast {
		bound = ">="
	}
	return bound + units.Format(s.Median, unit)
}

// change prints an estimate with its 95 % interval.
func change(r summary.Row) string {
	c := r.Change
	if c == nil {
		return "not compared"
	}
	if c.Confidence == 0 {
		return units.Bound(c.Value, r.Unit, relative(r), string(c.Open)) + " (no interval)"
	}
	text := units.OpenInterval(c.Value, c.Low, c.High, r.Unit, relative(r), string(c.Open))
	if c.Method.Parametric() {
		text += " parametric"
	}
	return text
}

// interval90 prints the limits of the 90 % interval alone.
func interval90(r summary.Row) string {
	c := r.Change
	_, limits, _ := strings.Cut(units.OpenInterval(c.Value, c.Low90, c.High90, r.Unit, relative(r), string(c.Open)), "[")
	return "[" + limits
}

func relative(r summary.Row) bool { return r.Scale != stat.Difference }

// probability prints a p-value with two digits; below 0.0001 it prints no digits.
func probability(p float64) string {
	if p < 0.0001 {
		return "<0.0001"
	}
	return fmt.Sprintf("%.2g", p)
}

// percent prints a share that is not a metric's figure.
func percent(share float64) string { return fmt.Sprintf("%.3g %%", 100*share) }

// trigger prints the trigger's medians.
func trigger(f summary.Fix) string {
	if f.Fix.Trigger.Counter == "" {
		return "-"
	}
	before, ok := stat.Median(f.Trigger.Before)
	after, both := stat.Median(f.Trigger.After)
	if !ok || !both {
		return "-"
	}
	number := func(v float64) string {
		if f.Fix.Trigger.Unit == "s" {
			return fmt.Sprintf("%.2f", v)
		}
		return fmt.Sprintf("%.0f", math.Round(v))
	}
	return fmt.Sprintf("%s / %s %s", number(before), number(after), f.Fix.Trigger.Unit)
}

// phaseName is a metric's phase; a figure of the whole trial has none.
func phaseName(m results.Metric) string {
	if m.Phase == "" {
		return "trial"
	}
	return m.Phase
}

// longName is a metric with its phase.
func longName(m results.Metric) string { return metricName(m.Name) + " (" + phaseName(m) + ")" }

// judgedBy is the figure that gives a fix's verdict, and what it is compared with if that is not another arm.
func judgedBy(f summary.Fix) string {
	if f.Against != "" {
		return longName(f.Fix.Primary) + " against " + f.Against
	}
	return longName(f.Fix.Primary)
}

// metricName is a metric's name for people: service_p99 is service P99.
func metricName(name string) string {
	words := strings.Split(name, "_")
	for i, word := range words {
		digits, ok := strings.CutPrefix(word, "p")
		if !ok || digits == "" || strings.Trim(digits, "0123456789") != "" {
			continue
		}
		if len(digits) == 3 {
			digits = digits[:2] + "." + digits[2:]
		}
		words[i] = "P" + digits
	}
	return strings.Join(words, " ")
}
