package report_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// Where a picture's plot is.
const plotFrom, plotTo = 326.0, 640.0

// picture is what a reader of a picture's XML finds in it.
type picture struct {
	attrs     map[string]string
	titles    []string // the picture's, then those of its rows
	described string
	texts     []said
	paths     []map[string]string
	circles   [][2]float64
	rows      []string // all texts of each
}

type said struct {
	x, y        float64
	class, said string
}

func (p *picture) all() string {
	var all []string
	for _, text := range p.texts {
		all = append(all, text.said)
	}
	return strings.Join(all, " ")
}

func (p *picture) row(t *testing.T, name string) string {
	t.Helper()
	for _, r := range p.rows {
		if strings.HasPrefix(r, name+" ") {
			return r
		}
	}
	t.Errorf("no row of %s in %q", name, p.rows)
	return ""
}

// harmless are the elements and attributes that a picture may hold: none of them runs a script or refers to anything.
var harmless = map[string][]string{
	"svg": {"xmlns", "width", "height", "viewBox", "role", "aria-labelledby"}, "title": {"id"}, "desc": {"id"},
	"style": nil, "g": nil, "rect": {"x", "y", "width", "height", "rx", "class"}, "text": {"x", "y", "class"},
	"line": {"x1", "y1", "x2", "y2", "class"},
	"path": {"transform", "class", "d"}, "circle": {"cx", "cy", "r", "class"},
}

// parseSVG reads a picture as a browser would, and fails where it holds what it must not, or draws outside of itself.
func parseSVG(t testing.TB, text string) *picture {
	t.Helper()
	if !utf8.ValidString(text) || strings.Contains(text, "url(") || strings.Contains(text, "@import") {
		t.Fatalf("no UTF-8, or a reference to something outside:\n%s", text)
	}
	p := &picture{}
	d := xml.NewDecoder(strings.NewReader(text))
	var open []string
	var last map[string]string
	content := ""
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && len(open) == 0 {
			return p
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		switch e := token.(type) {
		case xml.StartElement:
			last, content = attributes(t, e), ""
			open = append(open, e.Name.Local)
			if e.Name.Local == "g" {
				p.rows = append(p.rows, "")
			}
			p.began(t, e.Name.Local, last)
		case xml.CharData:
			content += string(e)
		case xml.EndElement:
			p.ended(t, e.Name.Local, content, last, slices.Contains(open, "g"))
			open = open[:len(open)-1]
		default:
			t.Fatalf("%T in a picture", e)
		}
	}
}

func attributes(t testing.TB, e xml.StartElement) map[string]string {
	t.Helper()
	allowed, ok := harmless[e.Name.Local]
	all := map[string]string{}
	for _, a := range e.Attr {
		ok = ok && slices.Contains(allowed, a.Name.Local)
		all[a.Name.Local] = a.Value
	}
	if !ok {
		t.Fatalf("<%s %v> in a picture", e.Name.Local, e.Attr)
	}
	return all
}

// began notes an element that draws something, and sees to it that it does so within the picture.
func (p *picture) began(t testing.TB, element string, attrs map[string]string) {
	t.Helper()
	if element == "svg" {
		p.attrs = attrs
	}
	for name, limit := range map[string]string{
		"x": "width", "x1": "width", "x2": "width", "cx": "width",
		"y": "height", "y1": "height", "y2": "height", "cy": "height",
	} {
		if value, ok := attrs[name]; ok {
			if v := number(t, value); v < 0 || v > number(t, p.attrs[limit]) {
				t.Errorf("<%s %v> is outside of the picture", element, attrs)
			}
		}
	}
	switch element {
	case "path":
		p.paths = append(p.paths, maps.Clone(attrs))
		place(t, attrs["transform"])
	case "circle":
		p.circles = append(p.circles, [2]float64{number(t, attrs["cx"]), number(t, attrs["cy"])})
		if x := p.circles[len(p.circles)-1][0]; x < plotFrom || x > plotTo {
			t.Errorf("a pair at %v", x)
		}
	case "rect":
		if number(t, attrs["width"]) < 0 {
			t.Errorf("<rect %v>", attrs)
		}
	}
}

// ended notes what a text says, and sees to it that it fits, with letters as wide as those of common fonts.
func (p *picture) ended(t testing.TB, element, content string, attrs map[string]string, inRow bool) {
	t.Helper()
	switch element {
	case "title":
		p.titles = append(p.titles, content)
	case "desc":
		p.described = content
	case "text":
		p.texts = append(p.texts, said{number(t, attrs["x"]), number(t, attrs["y"]), attrs["class"], content})
		if inRow {
			p.rows[len(p.rows)-1] += content + " "
		}
		room, n := number(t, p.attrs["width"])-number(t, attrs["x"]), utf8.RuneCountInString(content)
		if !strings.Contains(attrs["class"], " ") && float64(n)*6.2 > room {
			t.Errorf("%d characters from %s on: %q", n, attrs["x"], content)
		}
	}
}

func number(t testing.TB, text string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		t.Fatalf("%q is not a number", text)
	}
	return v
}

// place is how far to the right a shape is put.
func place(t testing.TB, transform string) float64 {
	t.Helper()
	var x, y float64
	_, err := fmt.Sscanf(transform, "translate(%f %f)", &x, &y)
	if err != nil || x < 0 || x > 880 || y < 0 || math.IsNaN(x+y) {
		t.Fatalf("%q: %v", transform, err)
	}
	return x
}

// Words and shapes are told from the ground on a light page and on a dark one, as WCAG 2.2 wants of text (1.4.3).
func TestContrast(t *testing.T) {
	light, dark, ok := strings.Cut(written(t, "svg", input()), "@media screen and (prefers-color-scheme:dark)")
	if !ok {
		t.Fatal("no dark colours")
	}
	for name, sheet := range map[string]string{"light": light, "dark": dark} {
		colours := map[string]string{}
		for _, m := range regexp.MustCompile(`(?m)^svg \.?(\w+)\{.*?fill:(#[0-9a-f]{6})`).
			FindAllStringSubmatch(sheet, -1) {
			colours[m[1]] = m[2]
		}
		ground := luminance(t, colours["ground"])
		for _, of := range []string{"text", "soft", "good", "bad", "same"} {
			ink := luminance(t, colours[of])
			if ratio := (max(ink, ground) + 0.05) / (min(ink, ground) + 0.05); ratio < 4.5 {
				t.Errorf("%s: %s has a contrast of %.2f", name, of, ratio)
			}
		}
		if colours["open"] != colours["ground"] || colours["cover"] != colours["ground"] {
			t.Errorf("%s: %v", name, colours)
		}
	}
}

// luminance is the relative luminance of a colour in sRGB, as WCAG defines it.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	var rgb [3]uint8
	if _, err := fmt.Sscanf(colour, "#%02x%02x%02x", &rgb[0], &rgb[1], &rgb[2]); err != nil {
		t.Fatalf("%q: %v", colour, err)
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		c := float64(rgb[i]) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
