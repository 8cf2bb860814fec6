package simulation

import (
	"fmt"
	"strings"
)

// Result is a whole study.
type Result struct {
	Study
	Tallies []Tally // of Cells, in their order
}

// Markdown shows the result as tables. Broken names what does not hold of what is promised.
func (r Result) Markdown() (text string, broken []string) {
	var b strings.Builder
	fmt.Fprintf(&b, "Seed %d, %d histories a row, in each of which one revision at random changes the figure. A step "+
		"is\n%d pairs; *bisect* stops at %.0f %% or after %d steps. *plain* halves the range, and takes a revision "+
		"for bad when its\nestimate is nearer to BAD's than to GOOD's. Where the change is 0 %%, it is right to name "+
		"none.\n", r.Seed, r.Histories, Pairs, 100*Level, mostSteps)
	cells := Cells()
	bins := make([]Bin, len(edges))
	for i, c := range cells {
		if i == 0 || cells[i-1].World != c.World {
			head(&b, c.World)
		}
		t := r.Tallies[i]
		row(&b, c, t)
		if c.World.Expected {
			broken = append(broken, t.promises(c)...)
			for j, bin := range t.Bins {
				bins[j].add(bin)
			}
		}
	}
	return b.String() + stated(bins), broken
}

func head(b *strings.Builder, w World) {
	fmt.Fprintf(b, "\n**%s**. Margin: %.0f %%.\nDeviations: a pair's log-ratio %.2f (a tenth of the trials: %.2f), a "+
		"step's %.3f, a build's own level %.3f.\n", w.Name, 100*w.Margin, w.Pair, farther*w.Pair, w.Run, w.Build)
	if w.Busy > 0 {
		fmt.Fprintf(b, "%.0f %% of the steps are %.0f times as noisy.\n", 100*w.Busy, busier)
	}
	b.WriteString("\n| change | revisions |")
	for _, s := range searches {
		fmt.Fprintf(b, " %s: right | wrong | pairs |", s.name)
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|---|---|", len(searches)) + "\n")
}

// row shows a cell: of so many histories, how many were answered rightly and wrongly, and the mean cost. Where there is
// no change, no revision is the right answer.
func row(b *strings.Builder, c Cell, t Tally) {
	fmt.Fprintf(b, "| %.0f %% | %d |", 100*c.Effect, c.Revisions)
	for _, s := range t.Of {
		right, n := s.Right, float64(s.Histories)
		if c.Effect == 0 {
			right = s.None
		}
		fmt.Fprintf(b, " %.0f %% | %.0f %% | %.0f |", 100*float64(right)/n, 100*float64(s.Named-s.Right)/n,
			float64(s.Pairs)/n)
	}
	b.WriteString("\n")
}

// stated shows how often answers were right, by the probability that they stated.
func stated(bins []Bin) string {
	var b strings.Builder
	b.WriteString("\n**Stated and true**, of all rows with a change in the worlds of which something is promised.\n\n" +
		"| stated | answers | mean stated | right |\n|---|---|---|---|\n")
	for i, bin := range bins {
		if bin.Answers == 0 {
			continue
		}
		to := "100"
		if i+1 < len(edges) {
			to = fmt.Sprintf("%g", 100*edges[i+1])
		}
		n := float64(bin.Answers)
		fmt.Fprintf(&b, "| %g to %s %% | %d | %.1f %% | %.1f %% |\n", 100*edges[i], to, bin.Answers, 100*bin.Stated/n,
			100*float64(bin.Right)/n)
	}
	return b.String()
}

// promises are what bisect must hold in a world that its model expects: answers are right as often as they say, and
// without a change a revision is named at most as often as the level allows.
func (t Tally) promises(c Cell) (broken []string) {
	miss := func(format string, args ...any) {
		broken = append(broken, fmt.Sprintf("%s, %.0f %%, %d revisions: ", c.World.Name, 100*c.Effect, c.Revisions)+
			fmt.Sprintf(format, args...))
	}
	ours := t.Of[0]
	if c.Effect == 0 {
		if share := float64(ours.Named) / float64(ours.Histories); share > 1-Level {
			miss("%.1f %% name a revision without a change (at most %.0f %%)", 100*share, 100*(1-Level))
		}
		return broken
	}
	var all Bin
	for _, b := range t.Bins {
		all.add(b)
	}
	if all.below() {
		miss("%.1f %% of the answers are right, and they state %.1f %%", 100*float64(all.Right)/float64(all.Answers),
			100*all.Stated/float64(all.Answers))
	}
	return broken
}
