package units

import (
	"fmt"
	"math"
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
		return significant(100*v, 4) + " %"
	case "1/s":
		if v < 100 {
			return significant(v, 3) + "/s"
		}
		return fmt.Sprintf("%.0f/s", v)
	case "s":
		if v < 1 {
			return significant(v, 3) + " s"
		}
		return fmt.Sprintf("%.2f s", v)
	case "bytes":
		return size(v)
	}
	return significant(v, 4)
}

// significant prints a number with so many significant digits, or with all that it has before the point, and never with
// an exponent: 20820, where %.4g gives 2.082e+04.
func significant(v float64, digits int) string {
	short, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64)
	if err != nil || math.Abs(short) >= math.Pow10(digits) {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(short, 'f', -1, 64)
}

// Count prints a number of things, in the plural unless it is one: 1 pair, 2 pairs.
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// size prints bytes in the unit that suits them.
func size(v float64) string {
	for _, u := range byteUnits {
		if v >= float64(u.bytes) {
			return significant(v/float64(u.bytes), 4) + " " + u.name
		}
	}
	return significant(v, 4) + " B"
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

// The ends at which a change may be open: what lies there was never seen.
const (
	openLow  = "low"
	openHigh = "high"
)

// Bound prints a change that may be open at its low or its high end: "at least -84.8 %" is that or a larger fall, "at
// most +5.0 %" that, or less, or a fall.
func Bound(v float64, unit string, relative bool, open string) string {
	word := ""
	switch {
	case open == openLow && v < 0, open == openHigh && v >= 0:
		word = "at least "
	case open == openLow, open == openHigh:
		word = "at most "
	}
	return word + Change(v, unit, relative)
}

// OpenInterval is Interval for a change that may be open at an end, which is printed as two dots. An end that is the
// largest float64 has no amount either.
func OpenInterval(v, low, high float64, unit string, relative bool, open string) string {
	if open != openLow && open != openHigh {
		return Interval(v, low, high, unit, relative)
	}
	ends := [2]string{changed(low, unit, relative), changed(high, unit, relative)}
	if open == openLow || low == -math.MaxFloat64 {
		ends[0] = ".."
	}
	if open == openHigh || high == math.MaxFloat64 {
		ends[1] = ".."
	}
	return fmt.Sprintf("%s [%s, %s]", Bound(v, unit, relative, open), ends[0], ends[1])
}

// beyondReading is a change in percent or points of which only the size is of interest: two pairs can leave an upper
// end of +731537103.1 %, and all that it says is that nothing is known.
const beyondReading = 1000

func changed(v float64, unit string, relative bool) string {
	if relative || unit == "share" {
		return percent(v)
	}
	sign := "+"
	if math.Signbit(v) {
		sign = ""
	}
	return sign + significant(v, 3)
}

func percent(share float64) string {
	switch {
	case share >= beyondReading:
		return fmt.Sprintf("above +%d", 100*beyondReading)
	case share <= -beyondReading:
		return fmt.Sprintf("below -%d", 100*beyondReading)
	}
	return fmt.Sprintf("%+.1f", 100*share)
}

func changeUnit(unit string, relative bool) string {
	switch {
	case relative:
		return " %"
	case unit == "share":
		return " points"
	case unit == "s":
		return " s"
	}
	return ""
}
