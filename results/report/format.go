package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// value prints a figure in its unit, with three significant digits or more.
func value(v float64, unit string) string {
	switch unit {
	case "ns":
		return latency(time.Duration(v))
	case "share":
		return fmt.Sprintf("%.4g %%", 100*v)
	case "1/s":
		if v < 100 {
			return fmt.Sprintf("%.3g/s", v)
		}
		return fmt.Sprintf("%.0f/s", v)
	case "s":
		if v < 1 {
			return fmt.Sprintf("%.3g s", v)
		}
		return fmt.Sprintf("%.2f s", v)
	}
	return fmt.Sprintf("%.4g", v)
}

// latency prints a duration in the unit that suits it. It is rounded before the unit is chosen: 999.7 ms is 1 s, and
// not the 1e+03 ms that %.3g makes of it.
func latency(d time.Duration) string {
	digits := time.Duration(1)
	for d/digits >= 1000 {
		digits *= 10
	}
	d = d.Round(digits)
	in := func(unit time.Duration) string { return strconv.FormatFloat(float64(d)/float64(unit), 'f', -1, 64) }
	switch {
	case d >= time.Second:
		return in(time.Second) + " s"
	case d >= time.Millisecond:
		return in(time.Millisecond) + " ms"
	case d >= time.Microsecond:
		return in(time.Microsecond) + " us"
	}
	return fmt.Sprintf("%d ns", d)
}

// sides prints a row's medians, the censored ones as a bound.
func sides(r summary.Row) string {
	return side(r.Before, r.Unit) + " -> " + side(r.After, r.Unit)
}

func side(s summary.Side, unit string) string {
	if len(s.Values) == 0 {
		return "-"
	}
	bound := ""
	if s.Censored {
		bound = ">="
	}
	return bound + value(s.Median, unit)
}

// change prints an estimate with its interval.
func change(r summary.Row) string {
	c := r.Change
	if c == nil {
		return "not compared"
	}
	number := func(v float64) string { return fmt.Sprintf("%+.1f", 100*v) }
	unit := " %"
	if r.Scale == stat.Difference {
		unit = " points"
		if r.Unit != "share" {
			number, unit = func(v float64) string { return fmt.Sprintf("%+.3g", v) }, ""
		}
	}
	if c.Confidence == 0 {
		return number(c.Value) + unit + " (no interval)"
	}
	text := fmt.Sprintf("%s%s [%s, %s]", number(c.Value), unit, number(c.Low), number(c.High))
	if c.Method.Parametric() {
		text += " parametric"
	}
	return text
}

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

// metricName is a metric as people say it: service_p99 is service P99.
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
