package report

import (
	"strings"

	"aftershock/results/summary"
)

// mostDamage is how many damaged files a terminal is shown; JSON has all.
const mostDamage = 20

// damaged says above all else which files are not as the run left them: figures below it may be wrong.
func (p *printer) damaged(all []summary.Damage) {
	if len(all) == 0 {
		return
	}
	p.line("DAMAGED: %s. Not as the run left it:", noVerdict(all))
	for _, d := range all[:min(len(all), mostDamage)] {
		p.line("  %s: %s", d.File, firstLine(d.What))
	}
	if more := len(all) - mostDamage; more > 0 {
		p.line("  and %d more, all of which compare --json has", more)
	}
	p.line("")
}

// noVerdict says which fixes the damage leaves without a verdict.
func noVerdict(all []summary.Damage) string {
	var fixes []string
	seen := map[string]bool{}
	for _, d := range all {
		if len(d.Fixes) == 0 {
			return "no verdict on any fix"
		}
		for _, f := range d.Fixes {
			if !seen[f] {
				seen[f] = true
				fixes = append(fixes, f)
			}
		}
	}
	return "no verdict on " + strings.Join(fixes, ", ")
}

func damageRows(all []summary.Damage) (rows []string) {
	for _, d := range all {
		rows = append(rows, "- "+escaped(d.File+": "+d.What)+"\n")
	}
	return rows
}
