package units

import (
	"fmt"
	"strconv"
	"time"
)

// Format prints a figure in its unit, with three significant digits or more. The units are those of figures: ns, s,
// share, 1/s, bytes and count; any other is a bare number.
func Format(v float64, unit string) string {
	switch unit {
	case "ns":
		return Latency(time.Duration(v))
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
	case "bytes":
		return size(v)
	}
	return fmt.Sprintf("%.4g", v)
}

// size prints bytes in the unit that suits them.
func size(v float64) string {
	for _, u := range byteUnits {
		if v >= float64(u.bytes) {
			return fmt.Sprintf("%.4g %s", v/float64(u.bytes), u.name)
		}
	}
	return fmt.Sprintf("%.4g B", v)
}

// Latency prints a duration in the unit that suits it. It is rounded before the unit is chosen: 999.7 ms is 1 s, and
// not the 1e+03 ms that %.3g makes of it.
func Latency(d time.Duration) string {
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

// Change prints a change of a figure: a relative one in percent, one of a share in percentage points, any other as a
// number in the figure's unit.
func Change(v float64, unit string, relative bool) string {
	return changed(v, unit, relative) + changeUnit(unit, relative)
}

// Interval prints a change with the interval around it.
func Interval(v, low, high float64, unit string, relative bool) string {
	return fmt.Sprintf("%s [%s, %s]",
		Change(v, unit, relative), changed(low, unit, relative), changed(high, unit, relative))
}

// beyondReading is a relative change of which only the size is of interest: two pairs can leave an upper end of
// +731537103.1 %, and all that it says is that nothing is known.
const beyondReading = 1000

func changed(v float64, unit string, relative bool) string {
	if relative && v >= beyondReading {
		return fmt.Sprintf("above +%d", 100*beyondReading)
	}
	if relative || unit == "share" {
		return fmt.Sprintf("%+.1f", 100*v)
	}
	return fmt.Sprintf("%+.3g", v)
}

func changeUnit(unit string, relative bool) string {
	switch {
	case relative:
		return " %"
	case unit == "share":
		return " points"
	}
	return ""
}
