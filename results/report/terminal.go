// Package report shows a summary: one file a format.
//
// Terminal, Detail, FixLine, Versus and Decision are what people read on a screen; Formats lists what other programs
// read. A report computes nothing: all its figures are the summary's.
package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"aftershock/internal/shell"
	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// faceWidth is the most columns of the first screen's tables, and mostRemarks how many lines follow them.
const (
	faceWidth   = 100
	mostRemarks = 10
)

// Terminal writes what a reader sees first: the answer in sentences, one table of what was judged, what it cost, and a
// few remarks. Detail has all the rest.
func Terminal(w io.Writer, s summary.Summary, folder string) error {
	p := &printer{w: w}
	p.line("")
	p.damaged(s.Damaged)
	top, _ := s.TopWarnings()
	p.top(top)
	p.answer(s)
	for _, w := range s.Warnings {
		if w.Partial {
			for _, line := range fold("warning: " + w.What) {
				p.line("%s", line)
			}
			p.line("")
		}
	}
	p.verdicts(s.Fixes)
	p.prices(s.Fixes)
	p.line("")
	compare := shell.Join(s.Run.Command.Program(), "compare", folder)
	p.some(remarks(s), compare)
	p.line("results: %s (every figure: %s)", folder, compare)
	if s.Run.Status != results.Complete {
		p.line("resume:  %s", s.Run.Command.Resume(folder))
	}
	p.line("again:   %s", s.Run.Command)
	return p.err
}

// answer says what was asked, and what came out, for a reader who knows no statistics.
func (p *printer) answer(s summary.Summary) {
	title := s.Run.Name
	if !s.Run.Started.IsZero() {
		title += ", " + s.Run.Started.UTC().Format("2006-01-02")
	}
	if asks := s.Run.Asks(); asks != "" {
		title += ": " + asks
	}
	for _, line := range fold(title) {
		p.line("%s", line)
	}
	for _, sentence := range sentences(s.Fixes) {
		for _, line := range fold(sentence) {
			p.line("%s", line)
		}
	}
	p.line("")
}

// verdicts is a row for each fix with the figure that was judged, and nothing else.
func (p *printer) verdicts(fixes []summary.Fix) {
	rows := [][]string{{"FIX", "METRIC, PHASE", "BEFORE -> AFTER", "CHANGE [95 %]", "PAIRS VERDICT"}}
	for _, f := range fixes {
		rows = append(rows, []string{
			f.Name, shortJudgedBy(f), sides(f.Primary), shortChange(f.Primary),
			fmt.Sprintf("%d/%d %s", judged(f), f.Pairs.Planned, f.Verdict),
		})
	}
	p.narrow(rows)
}

// shortJudgedBy and shortChange fit a row into faceWidth columns: pp are percentage points.
func shortJudgedBy(f summary.Fix) string {
	text := metricName(f.Fix.Primary.Name) + " " + phaseName(f.Fix.Primary)
	if f.Against != "" {
		text += " / " + f.Against
	}
	return text
}

func shortChange(r summary.Row) string { return strings.Replace(change(r), " points", " pp", 1) }

// narrow writes a table of at most faceWidth columns. Names that would make it wider stand on lines of their own,
// above their rows.
func (p *printer) narrow(rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, cells := range rows {
		for i, c := range cells {
			widths[i] = max(widths[i], utf8.RuneCountInString(plain(c)))
		}
	}
	const gap = 2
	room := faceWidth
	for _, w := range widths[1:] {
		room -= w + gap
	}
	first := max(len(rows[0][0]), min(widths[0], room))
	for _, cells := range rows {
		name := plain(cells[0])
		if utf8.RuneCountInString(name) > first {
			p.line("%s", name)
			name = ""
		}
		var line strings.Builder
		fmt.Fprintf(&line, "%-*s", first, name)
		for i, c := range cells[1:] {
			fmt.Fprintf(&line, "%*s%-*s", gap, "", widths[i+1], plain(c))
		}
		p.line("%s", line.String())
	}
}

// some writes the first remarks, and says where the others are.
func (p *printer) some(all []string, compare string) {
	var lines []string
	for i, r := range all {
		folded := fold(r)
		if last := i == len(all)-1; len(lines)+len(folded) > mostRemarks || !last &&
			len(lines)+len(folded) == mostRemarks {
			lines = append(lines, fmt.Sprintf("and %s: %s", units.Count(len(all)-i, "further remark"), compare))
			break
		}
		lines = append(lines, folded...)
	}
	for _, line := range lines {
		p.line("%s", line)
	}
}

// fold breaks a remark into lines of at most faceWidth columns, at blanks. A command is left whole, to be pasted.
func fold(text string) (lines []string) {
	if _, _, command := strings.Cut(text, ": aftershock "); command {
		return []string{text}
	}
	line := ""
	const glued = "\u00a0" // a value and its sign stay together
	for word := range strings.FieldsSeq(strings.ReplaceAll(text, " %", glued+"%")) {
		word = strings.ReplaceAll(word, glued, " ")
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > faceWidth {
			lines = append(lines, line)
			line = " "
		}
		if line == "" {
			line = word
		} else {
			line += " " + word
		}
	}
	return append(lines, line)
}

// remarks are what a reader of the table has to know, most important first, a line each.
func remarks(s summary.Summary) (all []string) {
	if s.Run.External != nil {
		all = append(all, members(s.Run))
	}
	for _, f := range s.Fixes {
		if f.Built != "" {
			all = append(all, f.Name+": "+f.Built)
		}
		if f.Why != "" {
			all = append(all, fmt.Sprintf("%s: %s, %s", f.Name, f.Verdict, f.Why))
		}
		if n := f.Need; n != nil {
			all = append(all, fmt.Sprintf("  about %s: %s", minutes(n.Time), n.Command))
		}
	}
	_, others := s.TopWarnings()
	for _, w := range others {
		if !w.Partial {
			all = append(all, "warning: "+w.What)
		}
	}
	if line := disturbed(s.Fixes); line != "" {
		all = append(all, line)
	}
	if line := findable(s.Fixes); line != "" {
		all = append(all, line)
	}
	if s.Run.Load != nil {
		all = append(all, fmt.Sprintf("load: %s %d (--load %d repeats it)", s.Run.Load.Setting,
			s.Run.Load.Value, s.Run.Load.Value))
	}
	e := s.Run.Environment
	all = append(all, fmt.Sprintf("seed %d; %s, %s, %s, etcd %s, aftershock %s%s", s.Run.Seed, e.CPU,
		e.Processors(), e.Go, e.Etcd,
		e.Aftershock, othersTook(s.Noise)))
	if len(s.Run.NotRun) > 0 {
		all = append(all, "not run: "+strings.Join(s.Run.NotRun, ", "))
	}
	return all
}

func othersTook(n summary.Noise) string {
	if !n.Known {
		return ""
	}
	return fmt.Sprintf("; others used %s of it, %s at most", percent(n.Others()),
		percent(n.StrangersWorst+n.StealWorst))
}

// disturbed says during how many pairs others used more than a little of the machine: in one sentence where it was
// in as many of each fix.
func disturbed(fixes []summary.Fix) string {
	var all []string
	same := true
	for _, f := range fixes {
		same = same && f.Pairs.Disturbed == fixes[0].Pairs.Disturbed && f.Pairs.Valid == fixes[0].Pairs.Valid
		if f.Pairs.Disturbed > 0 {
			all = append(all, fmt.Sprintf("%s %d of %d", f.Name, f.Pairs.Disturbed, f.Pairs.Valid))
		}
	}
	switch {
	case len(all) == 0:
		return ""
	case same:
		return fmt.Sprintf("disturbed by others: %d of %s; that widens an interval and bends none",
			fixes[0].Pairs.Disturbed,
			units.Count(fixes[0].Pairs.Valid, "pair"))
	}
	return "disturbed by others: " + strings.Join(all, ", ") + " pairs; that widens an interval and bends none"
}

// findable says which changes so many pairs, as noisy as these, would have found.
func findable(fixes []summary.Fix) string {
	var all []string
	for _, f := range fixes {
		if c := f.Primary.Change; c != nil && c.Detectable != 0 && f.Verdict != stat.TooFewPairs {
			all = append(all, f.Name+" "+units.Change(c.Detectable, f.Primary.Unit, relative(f.Primary)))
		}
	}
	if len(all) == 0 {
		return ""
	}
	return "smallest change that would be found 4 times out of 5" + afterHolm(len(fixes)) + ": " +
		strings.Join(all, ", ")
}

func (p *printer) warnings(all []summary.Warning) {
	for _, warning := range all {
		p.line("warning: %s", warning.What)
		if warning.Remedy != "" {
			p.line("         %s", warning.Remedy)
		}
	}
}

// top writes the warnings above a view, and a line after them.
func (p *printer) top(all []summary.Warning) {
	p.warnings(all)
	if len(all) > 0 {
		p.line("")
	}
}
