package report

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"aftershock/internal/regular"
	"aftershock/internal/shell"
	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/report/page"
	"aftershock/results/summary"
)

// mostPlan is how many bytes of a plan a page shows; plan.txt has all.
const mostPlan = 64 << 10

// foundations are the sections about the run as a whole: what its fixes rest on.
func foundations(in Input, t timelines) (all []page.Section) {
	s := in.Summary
	if len(s.Outages) > 0 {
		all = append(all, outageSection(s))
	}
	if len(s.Within) > 0 {
		all = append(all, withinSection(s))
	}
	return append(all, machineSection(s), repeatSection(in, t))
}

// withinSection is what trouble costs each arm, against its own calm.
func withinSection(s summary.Summary) page.Section {
	section := page.Section{
		ID: "within", Title: "What trouble costs",
		Lead: []string{"Each arm in trouble, against the calm of the same trials."},
	}
	for _, w := range s.Within {
		rows, notes := figureTable("CALM -> PHASE", w.Rows, results.Metric{})
		section.Blocks = append(section.Blocks, page.Block{
			Title: plain(fmt.Sprintf("%s, %s, %s", w.Group, w.Arm, units.Count(w.Trials, "trial"))), Folded: true,
			Notes: plainly(notes), Table: table(rows),
		})
	}
	return section
}

// figureBlocks are a fix's recovery and all its figures.
func figureBlocks(f summary.Fix) (all []page.Block) {
	var after []summary.Row
	for _, r := range f.Rows {
		if r.Phase == results.Recovery || strings.HasPrefix(r.Name, "recover") {
			after = append(after, r)
		}
	}
	if len(after) > 0 {
		rows := [][]string{{"Figure", "Phase", "Before -> after", "Change [95 %]", "By itself"}}
		for _, r := range after {
			rows = append(rows, []string{metricName(r.Name), phaseName(r.Metric), sides(r), shortChange(r), verdict(r)})
		}
		all = append(all, page.Block{
			Title: "Figures of the recovery", Table: table(rows), Folded: true,
			Notes: []string{"The medians of the trials once the faults were healed, and how long the cluster needed."},
		})
	}
	if len(f.Rows) > 0 {
		rows, notes := figureTable("BEFORE -> AFTER", f.Rows, f.Fix.Primary)
		all = append(all, page.Block{Title: "Every figure", Folded: true, Notes: plainly(notes), Table: table(rows)})
	}
	return all
}

// table makes cells of one line each, below a head that does not shout as a terminal's does.
func table(texts [][]string) page.Table {
	for n, row := range texts {
		for i := range row {
			row[i] = plain(row[i])
			if n == 0 && len(row[i]) > 1 && row[i] == strings.ToUpper(row[i]) {
				row[i] = row[i][:1] + strings.ToLower(row[i][1:])
			}
		}
	}
	return page.Rows(texts)
}

// machineSection is where the run was made, how quiet it was there, and what warns of the figures.
func machineSection(s summary.Summary) page.Section {
	section := page.Section{ID: "machine", Title: "Machine and noise"}
	add := func(title string, all []string) {
		if len(all) > 0 {
			section.Blocks = append(section.Blocks, page.Block{Title: title, Lines: all})
		}
	}
	add("", printed(func(p *printer) { p.header(s) }))
	add("Warnings", plainly(warningLines(s.Warnings)))
	var invalid []string
	for _, f := range s.Fixes {
		invalid = append(invalid, printed(func(p *printer) { p.invalid(f.Pairs.Invalid) })...)
	}
	slices.Sort(invalid)
	add("Trials that could not be judged", slices.Compact(invalid))
	var damaged []string
	for _, d := range s.Damaged {
		damaged = append(damaged, plain(d.File+": "+d.What))
	}
	add("Damaged files", damaged)
	return section
}

func warningLines(all []summary.Warning) (lines []string) {
	for _, w := range all {
		line := w.What
		if w.Remedy != "" {
			line += ". What to do: " + w.Remedy
		}
		lines = append(lines, line)
	}
	return lines
}

// printed are what a printer writes, without those that only make room.
func printed(write func(*printer)) (all []string) {
	for _, line := range lines(write) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// repeatSection is the plan, and the commands that read the run and repeat it.
func repeatSection(in Input, t timelines) page.Section {
	run := in.Summary.Run
	section := page.Section{ID: "repeat", Title: "Plan, and how to repeat it"}
	commands := []string{"every figure:  " + shell.Join(run.Command.Program(), "compare", filepath.Base(in.Folder))}
	if len(run.Command) > 0 {
		commands = append(commands, "again:         "+run.Command.String())
	}
	section.Blocks = append(section.Blocks, page.Block{Pre: plainText(strings.Join(commands, "\n"))})
	plan, err := regular.Read(filepath.Join(in.Folder, results.PlanFile))
	if err == nil && len(plan) > 0 {
		text := plainText(string(plan[:min(len(plan), mostPlan)]))
		if len(plan) > mostPlan {
			text += "\nplan.txt has all of it"
		}
		section.Blocks = append(section.Blocks, page.Block{
			Title: "The plan: the faults of each block", Folded: true, Pre: text,
		})
	}
	if left := t.left(); len(left) > 0 {
		section.Blocks = append(section.Blocks, page.Block{
			Title: "Trials without a chart", Notes: []string{"Their files cannot be read."}, Lines: plainly(left),
		})
	}
	return section
}

// plainText is plain for a text of several lines.
func plainText(s string) string {
	all := strings.Split(strings.ToValidUTF8(s, string(utf8.RuneError)), "\n")
	return strings.Join(plainly(all), "\n")
}
