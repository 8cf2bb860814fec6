package report

import (
	"encoding/csv"
	"io"
	"math"
	"slices"
	"strconv"

	"aftershock/results/stat"
	"aftershock/results/summary"
)

// intervals writes a row for each fix and metric. Figures are in the metric's unit; amounts of a change are shares on
// the ratio scale (-0.3 is 30 % less) and in the unit on the difference scale, as in summary.Change. A cell is empty
// where there is no such figure, and at the open end of an interval. The bounds are how many values reached the
// operation time-out, and open is the end at which the change is therefore not known.
//
// RFC 4180, except that lines end with \n.
func intervals(w io.Writer, in Input) error {
	out := csv.NewWriter(w)
	rows := [][]string{{
		"fix", "metric", "phase", "primary", "unit", "better", "scale", "pairs", "before_median", "after_median",
		"before_bounds", "after_bounds", "open", "change", "low_95", "high_95", "low_90", "high_90", "achieved", "method",
		"margin", "verdict", "p", "p_adjusted", "correction", "p_equivalence", "detectable", "detectable_harm",
		"autocorrelation", "p_mann_whitney", "note",
	}}
	for _, f := range in.Summary.Fixes {
		for _, r := range f.Rows {
			row := []string{
				plain(f.Name), plain(r.Name), plain(r.Phase), strconv.FormatBool(r.Metric == f.Fix.Primary), plain(r.Unit),
				string(r.Better), string(r.Scale), strconv.Itoa(len(r.Before.Values)), median(r.Before), median(r.After),
				strconv.Itoa(r.Before.Bounded()), strconv.Itoa(r.After.Bounded()), open(r.Change),
			}
			rows = append(rows, append(append(row, changeCells(r.Change)...), plain(r.Note)))
		}
	}
	return out.WriteAll(rows)
}

func median(s summary.Side) string {
	if len(s.Values) == 0 {
		return ""
	}
	return exact(s.Median)
}

// open is the end at which a change is not known.
func open(c *summary.Change) string {
	if c == nil {
		return ""
	}
	return string(c.Open)
}

// changeCells are the 17 cells of a change, of which those that need an interval are empty without one.
func changeCells(c *summary.Change) []string {
	cells := make([]string, 17)
	if c == nil {
		return cells
	}
	cells[0], cells[6], cells[7], cells[8] = exact(c.Value), string(c.Method), exact(c.Margin), c.Verdict.String()
	if c.Confidence == 0 {
		return cells
	}
	ends := map[stat.Open][]int{stat.OpenLow: {1, 3}, stat.OpenHigh: {2, 4}}
	for i, v := range map[int]float64{
		1: c.Low, 2: c.High, 3: c.Low90, 4: c.High90, 5: c.Achieved, 9: c.P, 10: c.Adjusted, 12: c.Equivalence,
		15: c.Autocorrelation, 16: c.MannWhitney,
	} {
		if !slices.Contains(ends[c.Open], i) {
			cells[i] = exact(v)
		}
	}
	cells[11] = string(c.Correction)
	if c.Detectable != 0 {
		cells[13], cells[14] = exact(c.Detectable), exact(c.DetectableHarm)
	}
	return cells
}

// exact prints a number so that reading it returns the same one. What is not a number is none here either, and neither
// is the end of an interval that has none.
func exact(v float64) string {
	if math.IsNaN(v) || math.Abs(v) >= math.MaxFloat64 {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
