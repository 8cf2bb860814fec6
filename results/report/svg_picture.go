package report

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"unicode/utf8"

	"aftershock/results/stat"
)

// picture collects the elements of an SVG. Every text goes through words, for names come from files: none can be
// markup, and the picture refers to nothing outside of it.
type picture struct {
	strings.Builder
	layout
	disturbed map[string]map[int]bool // blocks, by group
	wording
}

// wording is what a picture calls its two sides.
type wording struct {
	change    string // of what, seen from what
	otherwise string // stands between both sides where they were not found to differ
}

var (
	ofArms = wording{"after seen from before", "; before the fix: "}
	ofRuns = wording{"B seen from A", "; in A: "}
)

func (p *picture) add(format string, args ...any) { fmt.Fprintf(&p.Builder, format+"\n", args...) }

// text writes one line of text. Its classes say how it looks and where it is anchored.
func (p *picture) text(x, y float64, class, s string) {
	p.add(`<text x="%.1f" y="%.1f" class="%s">%s</text>`, x, y, class, words(s))
}

// paragraph writes text in lines of at most so many characters, and gives the place of the line after the last.
func (p *picture) paragraph(x, y, leading float64, class string, lines []string) float64 {
	for _, line := range lines {
		p.text(x, y, class, line)
		y += leading
	}
	return y
}

func (p *picture) stroke(x1, y1, x2, y2 float64, class string) {
	p.add(`<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" class="%s"/>`, x1, y1, x2, y2, class)
}

// shape puts a path that is drawn about the origin to a place.
func (p *picture) shape(x, y float64, class, path string) {
	p.add(`<path transform="translate(%.1f %.1f)" class="%s" d="%s"/>`, x, y, class, path)
}

// words makes any text one that XML can hold: without control characters, and with no markup in it.
func words(s string) string { return html.EscapeString(plain(s)) }

// cut shortens a text to so many characters, the last of which says that it goes on.
func cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "\u2026"
}

// measured finds the blank between a value and its unit, at which no line is broken.
var measured = regexp.MustCompile(`([0-9]) (%|(?:[num]?s|pp|[KMG]?i?B)\b)`)

// wrap breaks a text at blanks into at most so many lines of at most so many characters.
func wrap(s string, width, most int) (lines []string) {
	line := ""
	s = measured.ReplaceAllString(plain(s), "${1}\u00a0$2")
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ' ' }) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			lines = append(lines, line)
			line = ""
		}
		line = strings.TrimLeft(line+" "+word, " ")
	}
	lines = append(lines, line)
	if len(lines) > most {
		lines[most-1] += " " + lines[most]
		lines = lines[:most]
	}
	for i := range lines {
		lines[i] = cut(lines[i], width)
	}
	return lines
}

// look is how a verdict is drawn: a shape and a colour, beside its word. What decides something is filled.
type look struct{ class, shape string }

const (
	disc     = "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z"
	triangle = "M0 -6L6 5H-6z"
	square   = "M-4.5 -4.5H4.5V4.5H-4.5z"
	diamond  = "M0 -6L6 0L0 6L-6 0z"
	cross    = "M-4 -4L4 4M4 -4L-4 4"
	toLeft   = "M-6 0L1 -4V4z" // the head of an arrow
	toRight  = "M6 0L-1 -4V4z"
	lower    = "M-5 0L1 -2.2V2.2z" // those of a pair
	higher   = "M5 0L-1 -2.2V2.2z"
)

var looks = map[stat.Verdict]look{
	stat.Improved:     {"good", disc},
	stat.Regressed:    {"bad", triangle},
	stat.NoDifference: {"same", square},
	stat.Inconclusive: {"open", disc},
	stat.TooFewPairs:  {"open", diamond},
	stat.NotExercised: {"open", cross},
}

func lookOf(v stat.Verdict) look {
	if l, ok := looks[v]; ok {
		return l
	}
	return looks[stat.Inconclusive]
}

// pictureStyle holds all colours, for a light and a dark page. The picture brings its own ground: the page around it
// may be of another scheme than the reader's system. Blue and orange differ for all kinds of colour blindness (after
// Okabe and Ito, Color Universal Design, 2008), and have a contrast of at least 4.5 to their ground, as WCAG 2.2 wants
// of text. Every rule is about an SVG's parts, for a page that holds the picture has others.
const pictureStyle = `
svg text{font-family:system-ui,-apple-system,"Segoe UI",sans-serif;font-size:11.5px;fill:#1f2328}
svg .ground{fill:#ffffff;stroke:#d1d9e0}
svg .cover{fill:#ffffff}
svg .title{font-size:16px;font-weight:600}
svg .name{font-size:13px;font-weight:600}
svg .soft{fill:#59636e}
svg .middle{text-anchor:middle}
svg .end{text-anchor:end}
svg .rule{stroke:#d1d9e0}
svg .grid{stroke:#e6eaef}
svg .zero{stroke:#59636e}
svg .band{fill:#eef1f4}
svg .dot{fill:#59636e;fill-opacity:.7}
svg .ring{fill:#ffffff;fill-opacity:1;stroke:#59636e}
svg .good{fill:#005b94;stroke:#005b94}
svg .bad{fill:#b04600;stroke:#b04600}
svg .same{fill:#59636e;stroke:#59636e}
svg .open{fill:#ffffff;stroke:#59636e;stroke-width:1.5}
svg .reach{stroke-width:2.5}
svg text.bad{stroke:none}
@media screen and (prefers-color-scheme:dark){
svg text{fill:#e6edf3}
svg .ground{fill:#0d1117;stroke:#3d444d}
svg .cover{fill:#0d1117}
svg .soft{fill:#9da7b3}
svg .rule{stroke:#3d444d}
svg .grid{stroke:#21262d}
svg .zero{stroke:#9da7b3}
svg .band{fill:#1a212a}
svg .dot{fill:#9da7b3}
svg .ring{fill:#0d1117;stroke:#9da7b3}
svg .good{fill:#6cb6ff;stroke:#6cb6ff}
svg .bad{fill:#ff9e5e;stroke:#ff9e5e}
svg .same{fill:#9da7b3;stroke:#9da7b3}
svg .open{fill:#0d1117;stroke:#9da7b3}
}
`
