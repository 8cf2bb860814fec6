package report

import (
	"fmt"
	"io"
	"slices"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// Detail writes every figure of every fix and phase.
func Detail(w io.Writer, s summary.Summary) error {
	p := &printer{w: w}
	top, others := s.TopWarnings()
	p.top(top)
	p.header(s)
	p.beside(s.Fixes)
	p.outages(s.Run, s.Outages)
	for _, f := range s.Fixes {
		p.remarks(s, f)
	}
	p.warnings(others)
	p.line("")
	p.line("Quantiles with fewer than %d operations beyond them in a trial are not shown, such as P99.9 of fewer than %d.",
		stat.FewestBeyond, 1000*stat.FewestBeyond)
	p.legend()
	for _, f := range s.Fixes {
		p.line("")
		p.line("%s: medians of the trials, and the change within pairs", f.Name)
		if price := f.Price; price.Stated() {
			p.line("its price: %s: %s", priceCells(f)[0], price.Says)
		}
		var figures []summary.Row
		for _, r := range f.Rows {
			if !summary.OfMachine(r.Metric) {
				figures = append(figures, r)
			}
		}
		p.figures("BEFORE -> AFTER", figures, f.Fix.Primary)
		p.looked(f.Looked)
	}
	p.within(s)
	p.anatomy(s.Run, s.Outages)
	p.trials(s)
	return p.err
}

// within writes what the trouble costs each arm, for a question that no repair answers.
func (p *printer) within(s summary.Summary) {
	for _, w := range s.Within {
		p.line("")
		p.line("%s, %s: what trouble costs it, against the calm of the same %s", w.Group, w.Arm,
			units.Count(w.Trials, "trial"))
		p.figures("CALM -> PHASE", w.Rows, results.Metric{})
		p.looked(w.Looked)
	}
}

// legend explains the columns of figures whose names are not everyday words.
func (p *printer) legend() {
	p.line("ADJUSTED is P corrected for several metrics: Holm for the primary (*) ones of a run, Benjamini-Yekutieli for the " +
		"others.")
	p.line("DETECT is the smallest change for the better that would have been found 4 times out of 5, after the correction " +
		"where it is Holm's.")
	p.line("LAG-1 is the autocorrelation of the pairs' differences.")
	p.line("M-W is the p-value of Mann-Whitney's test, which takes the arms for unpaired: a cross-check.")
}

// figures writes rows with everything that the pairs show about each. Notes stand below the table, where their length
// moves no column.
func (p *printer) figures(sidesTitle string, rows []summary.Row, primary results.Metric) {
	if len(rows) == 0 {
		p.line("no pair has a figure in both arms")
		return
	}
	table, notes := figureTable(sidesTitle, rows, primary)
	p.table(table)
	for _, note := range notes {
		p.line("  %s", note)
	}
}

// figureTable is the cells of those rows, their head first, and the notes to them.
func figureTable(sidesTitle string, rows []summary.Row, primary results.Metric) (table [][]string, notes []string) {
	table = [][]string{{
		"METRIC", "PHASE", sidesTitle, "CHANGE [95 %]", "[90 %]", "P", "ADJUSTED", "DETECT", "LAG-1", "M-W", "BEYOND",
		"VERDICT",
	}}
	for _, r := range rows {
		name := metricName(r.Name)
		if r.Metric == primary {
			name = "*" + name
		}
		cells := append([]string{name, phaseName(r.Metric), sides(r), change(r)}, evidence(r)...)
		table = append(table, append(cells, beyond(r), verdict(r)))
		if r.Note != "" {
			notes = append(notes, longName(r.Metric)+": "+r.Note)
		}
	}
	return table, notes
}

// looked says so when no single one of the figures beside the primary one could have been significant.
func (p *printer) looked(l summary.Looked) {
	switch {
	case l.Pairs < stat.FewestPairs(1) || l.Pairs >= l.Alone:
	case l.AtOnce > l.Figures:
		p.line("  %s that are looked at: so few pairs (%d) can show a change in none of them; for a single one it takes %d",
			units.Count(l.Figures, "figure"), l.Pairs, l.Alone)
	default:
		p.line("  %s that are looked at: %d pairs can show no change in fewer than %d of them at once; for a single one it takes %d",
			units.Count(l.Figures, "figure"), l.Pairs, l.AtOnce, l.Alone)
	}
}

// evidence is a row's cells between the change and what lies beyond the quantile.
func evidence(r summary.Row) []string {
	c := r.Change
	if c == nil || c.Confidence == 0 {
		return []string{"-", "-", "-", "-", "-", "-"}
	}
	if c.Pairs < stat.FewestPairs(1) { // an interval to be looked at, and no test
		return []string{interval90(r), "-", "-", "-", "-", "-"}
	}
	lag, detect, adjusted := "-", "-", "-"
	if c.Autocorrelation != 0 {
		lag = fmt.Sprintf("%+.2f", c.Autocorrelation)
	}
	if c.Detectable != 0 {
		detect = units.Change(c.Detectable, r.Unit, relative(r))
	}
	if c.Correction != stat.NoCorrection {
		adjusted = probability(c.Adjusted)
	}
	return []string{interval90(r), probability(c.P), adjusted, detect, lag, probability(c.MannWhitney)}
}

// verdict is what a metric by itself says.
func verdict(r summary.Row) string {
	if r.Change == nil {
		return "-"
	}
	return r.Change.Verdict.String()
}

// trials writes how the trials ran. A slow arm loads the machine itself: a trial that was left out because of one of
// these figures would be left out for being slow.
func (p *printer) trials(s summary.Summary) {
	rows := [][]string{{"FIX", "FIGURE", "BEFORE -> AFTER", "CHANGE [95 %]"}}
	for _, f := range s.Fixes {
		for _, r := range f.Rows {
			if summary.OfMachine(r.Metric) {
				name := metricName(r.Name)
				if r.Phase != "" {
					name = longName(r.Metric)
				}
				rows = append(rows, []string{f.Name, name, sides(r), change(r)})
			}
		}
	}
	if len(rows) == 1 && len(s.Noise.Processes) == 0 {
		return
	}
	p.line("")
	p.line("how the trials ran, per arm: shown, never used to exclude")
	if len(rows) > 1 {
		p.table(rows)
	}
	p.processes(s.Noise)
}

// processes writes how each role was set up: once for both arms when they do not differ.
func (p *printer) processes(n summary.Noise) {
	seen := map[string]bool{}
	for _, s := range n.Processes {
		if seen[s.Role] {
			continue
		}
		seen[s.Role] = true
		before, after := n.SetUp(s.Role, results.Before), n.SetUp(s.Role, results.After)
		if slices.Equal(before, after) {
			p.setUp(s.Role+", both arms", before)
			continue
		}
		p.setUp(s.Role+", before", before)
		p.setUp(s.Role+", after", after)
	}
}

func (p *printer) setUp(title string, all []results.Process) {
	for _, s := range all {
		p.line("%s: GOMAXPROCS %d, GOGC %d, cores %s", title, s.GOMAXPROCS, s.GOGC, s.Cores)
	}
}
