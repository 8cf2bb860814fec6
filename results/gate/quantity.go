package gate

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"aftershock/internal/document"
	"aftershock/internal/units"
)

// quantity is an amount as a policy writes it. What it means is known only with the unit of the figure that it bounds.
type quantity struct {
	text  string
	value float64
	unit  string // of the figures that it can bound: ns, share, 1/s, bytes, or count for a number without a unit
}

// readQuantity reads a duration, a share in percent, a rate or a bare number, none of them below 0.
func readQuantity(v document.Value) (quantity, bool) {
	text, ok := v.Text()
	if !ok {
		return quantity{}, false
	}
	q, err := parseQuantity(text)
	switch {
	case err != nil:
		v.Addf("%v", err)
	case q.value < 0:
		v.Addf("%s is out of range (allowed: 0 or more)", text)
	default:
		return q, true
	}
	return quantity{}, false
}

func parseQuantity(text string) (q quantity, err error) {
	q = quantity{text: text, unit: "count"}
	switch {
	case strings.HasSuffix(text, "%"):
		q.unit = "share"
		q.value, err = units.Share(text)
	case strings.HasSuffix(text, "/s"):
		q.unit = "1/s"
		q.value, err = units.Rate(text)
	case strings.HasSuffix(text, "B"):
		var bytes int64
		q.unit = "bytes"
		bytes, err = units.Bytes(text)
		q.value = float64(bytes)
	default:
		if q.value, err = units.Number(text); err == nil {
			return q, nil
		}
		q.unit = "ns"
		var d time.Duration
		d, err = units.Duration(text)
		q.value = float64(d)
		if err != nil {
			err = fmt.Errorf("%q is not a bound: write a duration such as 2s, a share such as 0.1%%, a rate such "+
				"as 1000/s, "+
				"or a number", text)
		}
	}
	return q, err
}

// String is the amount as it is printed where the figure's unit is not known.
func (q quantity) String() string { return units.Format(q.value, q.unit) }

// exact is the amount to ten digits, so that two amounts that are not the same are not called the same.
func (q quantity) exact() string {
	digits := func(v float64) string { return strconv.FormatFloat(v, 'g', 10, 64) }
	switch q.unit {
	case "ns":
		return time.Duration(q.value).String()
	case "share":
		return digits(100*q.value) + " %"
	case "1/s":
		return digits(q.value) + "/s"
	case "bytes":
		return units.Size(int64(q.value))
	}
	return digits(q.value)
}

// in is the amount in the unit of a figure. A share may be written as a bare number up to 1, as everywhere; a duration
// may not, because a bare number could mean seconds or nanoseconds.
func (q quantity) in(unit string) (float64, error) {
	switch {
	case q.unit == unit:
		return q.value, nil
	case q.unit == "ns" && unit == "s":
		return q.value / float64(time.Second), nil
	case q.unit == "count" && unit == "share" && q.value <= 1:
		return q.value, nil
	}
	how, known := written[unit]
	if !known { // what a counter counts, such as leases
		if q.unit == "count" {
			return q.value, nil
		}
		how = "a number"
	}
	return 0, fmt.Errorf("%s does not fit the figure, which is %s", q.text, how)
}

// written says how an amount of a figure in this unit is written.
var written = map[string]string{
	"ns": "a duration, such as 2s", "s": "a duration, such as 2s", "share": "a share, such as 0.1%",
	"1/s": "a rate, such as 1000/s", "count": "a number, such as 0", "bytes": "a size, such as 64MiB",
	"ratio": "a number",
}
