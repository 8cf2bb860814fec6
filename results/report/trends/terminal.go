package trends

import (
	"fmt"
	"io"
	"math"
	"strings"

	"aftershock/results/report"
	"aftershock/results/trend"
)

// Terminal writes what a person reads on a screen: alarms, a table, and each primary figure over the nights.
func Terminal(w io.Writer, in Input) error {
	lines := []string{in.Folder + ": " + summed(in.Trend)}
	for _, text := range alarms(in.Trend) {
		lines = append(lines, "! "+text)
	}
	for _, text := range warnings(in) {
		lines = append(lines, "warning: "+text)
	}
	lines = append(lines, "")
	lines = append(lines, report.Table(rows(in.Trend))...)
	for _, s := range in.Trend.Series {
		if s.Primary {
			lines = append(lines, "")
			lines = append(lines, plot(s)...)
		}
	}
	for i := range lines {
		lines[i] = report.Plain(lines[i])
	}
	_, err := io.WriteString(w, strings.Join(lines, "\n")+"\n")
	return err
}

// The plot of a terminal, in characters.
const (
	plotWidth  = 72
	plotHeight = 9
)

// plot draws the last nights of a series, and says what its letters are.
func plot(s trend.Series) []string {
	points := s.Points[max(0, len(s.Points)-plotWidth):]
	low, high := s.Last.Expect, s.Last.Expect
	for _, p := range points {
		if p.N > 0 {
			low, high = min(low, p.Value), max(high, p.Value)
		}
	}
	if high == low {
		low, high = low-0.05, high+0.05
	}
	row := func(v float64) int { return int(math.Round((high - v) / (high - low) * (plotHeight - 1))) }
	grid := make([][]byte, plotHeight)
	for i := range grid {
		fill := byte(' ')
		if i == row(s.Last.Expect) {
			fill = '-'
		}
		grid[i] = []byte(strings.Repeat(string(fill), len(points)))
	}
	for i, p := range points {
		if p.N > 0 {
			grid[row(p.Value)][i] = marks[p.Outcome].letter[0]
		}
	}
	lines := []string{title(s.Key) + " (o quiet, ! regressed, + improved, ? not told, x invalid, - expected)"}
	for i, cells := range grid {
		label := ""
		if i == 0 || i == plotHeight-1 || i == row(s.Last.Expect) {
			label = s.Last.Level(high - (high-low)*float64(i)/(plotHeight-1))
		}
		lines = append(lines, fmt.Sprintf("%10s |%s", label, cells))
	}
	for _, c := range s.Changes {
		lines = append(lines, "  "+level(c, s)+" "+span(c, s))
	}
	return lines
}
