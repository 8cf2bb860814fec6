package main

import (
	"math"
	"unicode/utf8"

	"aftershock/harness/live"
)

// sparks is how many seconds a sparkline shows, where there is room, and leastSparks how many are worth a look.
const (
	sparks      = 12
	leastSparks = 4
)

var levels = []rune("▁▂▃▄▅▆▇█")

// sparkline draws the P99 of the last seconds, from the least of them to the most, in logarithms: twice as long is the
// same step everywhere. Seconds within a tenth of each other are flat, for their differences are noise.
func sparkline(points []live.Point, most int) string {
	points = points[max(0, len(points)-most):]
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range points {
		if p.P99 > 0 {
			low, high = min(low, math.Log(p.P99)), max(high, math.Log(p.P99))
		}
	}
	line := make([]rune, 0, len(points))
	for _, p := range points {
		switch {
		case p.P99 <= 0:
			line = append(line, ' ')
		case high-low < 0.1:
			line = append(line, levels[0])
		default:
			step := (math.Log(p.P99) - low) / (high - low) * float64(len(levels)-1)
			line = append(line, levels[int(math.Round(step))])
		}
	}
	return string(line)
}

// withSpark puts as much of a sparkline behind a line as there is room for: its newest end.
func withSpark(line, spark string, columns int) string {
	all := []rune(spark)
	room := min(columns-utf8.RuneCountInString(line)-2, len(all))
	if room < leastSparks {
		return line
	}
	return line + "  " + string(all[len(all)-room:])
}
