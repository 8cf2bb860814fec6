package page_test

import (
	"bytes"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"aftershock/results/report/page"
)

func written(t testing.TB, p page.Page) string {
	t.Helper()
	var text bytes.Buffer
	if err := p.Write(&text); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

func label(v float64) string { return strconv.FormatFloat(v, 'g', 3, 64) }

// places are where circles stand, in percent, in the order of the rows.
func places(t testing.TB, r page.Ranges) (all []float64) {
	t.Helper()
	for _, row := range r.Plotted() {
		for _, found := range regexp.MustCompile(`cx="([0-9.]+)%"`).FindAllStringSubmatch(string(row.Plot), -1) {
			x, err := strconv.ParseFloat(found[1], 64)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, x)
		}
	}
	return all
}

func ranges(log bool, values ...float64) page.Ranges {
	r := page.Ranges{Head: "What", Sides: []string{"before"}, Log: log, Says: label}
	for _, v := range values {
		r.Rows = append(r.Rows, page.RangeRow{Label: "row", Marks: []page.Range{{v, v, v, false, label(v)}}})
	}
	return r
}

// Equal factors are equal distances on an axis of logarithms, and equal differences on the other; each axis reaches
// from edge to edge, and what has no logarithm lies at the left end.
func TestPlacesOfRanges(t *testing.T) {
	for name, c := range map[string]struct {
		r    page.Ranges
		want []float64
	}{
		"logarithms": {ranges(true, 1, 10, 100, 0, -3), []float64{1.5, 50, 98.5, 1.5, 1.5}},
		"one value":  {ranges(true, 10), []float64{1.5}},
		"amounts":    {ranges(false, 0, 50, 100), []float64{1.5, 50, 98.5}},
		"below 0":    {ranges(false, -100, 100), []float64{1.5, 98.5}},
		"all 0":      {ranges(false, 0), []float64{1.5}},
		"none":       {ranges(true, math.NaN(), math.Inf(1)), nil},
	} {
		got := places(t, c.r)
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
			continue
		}
		for i := range got {
			if math.Abs(got[i]-c.want[i]) > 0.01 {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
	}
}

// No axis has more numbers than fit on a phone, or fewer than two.
func TestNumbersBelowRanges(t *testing.T) {
	for _, log := range []bool{true, false} {
		for exponent := -9.0; exponent < 15; exponent++ {
			for _, first := range []float64{1, 1.7, 2.3, 4.9, 9.99} {
				axis := string(ranges(log, 1e-3, first*math.Pow(10, exponent)).Axis())
				if n := strings.Count(axis, "<text"); n < 2 || n > 6 {
					t.Fatalf("%d numbers up to %ge%g: %s", n, first, exponent, axis)
				}
			}
		}
	}
}

// What a row says is shown as text, whatever it holds, also where there is nothing to draw.
func TestRangesInAPage(t *testing.T) {
	r := ranges(true, 3)
	r.Rows = append(r.Rows, page.RangeRow{Label: "<b>a fault</b>"}, page.RangeRow{
		Label: "<i>a client</i>", Marks: []page.Range{page.None("never")},
	})
	r.Rows[0].Marks[0].Beyond = true
	text := written(t, page.Page{Sections: []page.Section{{ID: "s", Blocks: []page.Block{{Title: "b", Ranges: &r}}}}})
	for _, want := range []string{"&lt;b&gt;a fault", "&lt;i&gt;a client", "<td>never</td>", "<td>3</td>", "<path "} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
}
