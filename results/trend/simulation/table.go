package simulation

import (
	"fmt"
	"strconv"
	"strings"

	"aftershock/internal/units"
)

// Result is a whole study.
type Result struct {
	Study
	Tallies []Tally // of Worlds, in their order
	Power   Power
	Years   [][]Year // of Worlds, in their order
}

// Markdown shows the result as tables. Broken names what does not hold of what is promised.
func (r Result) Markdown() (text string, broken []string) {
	var b strings.Builder
	fmt.Fprintf(&b, "Seed %d, %d histories a world. A history is %d nights to learn from, %d quiet nights, and %d "+
		"nights after a step\nof %+.0f %%. All rules see the same nights.\n", r.Seed, r.Histories, learned, Quiet,
		stepped, 100*Step)
	for _, t := range r.Tallies {
		broken = append(broken, t.table(&b)...)
	}
	r.Power.table(&b)
	for _, all := range r.Years {
		broken = append(broken, years(&b, all)...)
	}
	return b.String(), broken
}

func (t Tally) table(b *strings.Builder) (broken []string) {
	w := t.World
	fmt.Fprintf(b, "\n**%s**: %s. %d pairs a night.\nDeviations: a pair's log-ratio %.2f (a tenth of the trials: "+
		"%.2f), a night's ratio %.3f,\na night's machine %.2f with an autocorrelation of %.1f", w.Name, w.Says, w.Pairs,
		w.Pair, farther*w.Pair, w.Night, w.Machine, w.Memory)
	if w.Moved > 0 {
		fmt.Fprintf(b, ", machines %.2f", w.Moves)
	}
	fmt.Fprintf(b, ".\n\n| rule | false alarms in %d quiet nights | %+.0f %% found in %d nights | within %d | half "+
		"found after |\n|---|---|---|---|---|\n", Quiet, 100*Step, soon, stepped)
	for _, c := range t.Of {
		fmt.Fprintf(b, "| %s | %.2f | %.1f %% | %.1f %% | %s |\n", c.Rule, c.Per100(), 100*c.Soon(), 100*c.Share(),
			nights(c.Median()))
	}
	return t.promises()
}

func nights(n int) string {
	if n == 0 {
		return "never"
	}
	return units.Count(n, "night")
}

// promises are what the first rule, ours, must hold: few false alarms, a step found soon, and on the same nights a
// third of the false alarms of Otava's rule at no more nights.
func (t Tally) promises() (broken []string) {
	ours, theirs := t.Of[0], t.Of[3]
	miss := func(format string, args ...any) {
		broken = append(broken, t.World.Name+": "+fmt.Sprintf(format, args...))
	}
	if ours.Per100() > 1 {
		miss("%.2f false alarms in %d quiet nights (at most 1)", ours.Per100(), Quiet)
	}
	if ours.Soon() < 0.95 {
		miss("%.1f %% of steps found in %d nights (at least 95 %%)", 100*ours.Soon(), soon)
	}
	if ours.Per100() > theirs.Per100()/3 {
		miss("%.2f false alarms, and Otava's rule %.2f (at most a third)", ours.Per100(), theirs.Per100())
	}
	if m := theirs.Median(); m > 0 && ours.Median() > m {
		miss("half of the steps found after %s, and by Otava's rule after %d", nights(ours.Median()), m)
	}
	return broken
}

func (p Power) table(b *strings.Builder) {
	fmt.Fprintf(b, "\n**Pairs a night**: how many of %d steps of %+.0f %% are found within %d nights, in per cent, by "+
		"the deviation of a\npair's log-ratio.\n\n| deviation |", p.Steps, 100*Step, soon)
	for _, pairs := range powerPairs {
		fmt.Fprintf(b, " %d pairs |", pairs)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(powerPairs)) + "\n")
	for i, noise := range powerNoise {
		fmt.Fprintf(b, "| %g |", noise)
		for j := range powerPairs {
			fmt.Fprintf(b, " %.0f |", 100*float64(p.Found[i][j])/float64(p.Steps))
		}
		b.WriteString("\n")
	}
}

// years shows the first year of a world, and counts what all of them found.
func years(b *strings.Builder, all []Year) (broken []string) {
	if len(all) == 0 {
		return nil
	}
	first := all[0]
	fmt.Fprintf(b, "\n**A year on the %s**, %d nights. False alarms: %d. Change points where nothing was planted and "+
		"nothing taken\nback: %d.\n\n| planted in night | what | told after | change point in night | range | right "+
		"|\n|---|---|---|---|---|---|\n", first.World.Name, yearOfNights, first.FalseAlarms, first.Others)
	for _, p := range first.Planted {
		told, at, span, right := "never", "none", "", "no"
		if p.Told >= 0 {
			told = nights(p.Told + 1)
		}
		if p.Since != nil {
			at, span = strconv.Itoa(p.Since.Index), fmt.Sprintf("after %s, up to %s", commit(p.After), commit(p.UpTo))
		}
		if p.InRange {
			right = "yes"
		}
		fmt.Fprintf(b, "| %d | %s of %+.0f %% | %s | %s | %s | %s |\n", p.From, p.Name, 100*p.Change, told, at, span,
			right)
	}
	return append(broken, totals(b, all)...)
}

func totals(b *strings.Builder, all []Year) (broken []string) {
	planted, told, placed, inRange, alarms, others := 0, 0, 0, 0, 0, 0
	for _, y := range all {
		alarms, others = alarms+y.FalseAlarms, others+y.Others
		for _, p := range y.Planted {
			planted++
			told += one(p.Told >= 0)
			placed += one(p.Since != nil)
			inRange += one(p.InRange)
		}
	}
	fmt.Fprintf(b, "\nIn %s: %d of %d planted changes told, %d with a change point, %d of these with the right commit "+
		"in their\nrange; %s, %s elsewhere.\n", units.Count(len(all), "year"), told, planted, placed, inRange,
		units.Count(alarms, "false alarm"), units.Count(others, "change point"))
	if told < planted || placed < planted {
		broken = append(broken, fmt.Sprintf("years on the %s: %d of %d planted changes told, %d with a change point",
			all[0].World.Name, told, planted, placed))
	}
	if float64(inRange) < 0.9*float64(placed) {
		broken = append(broken, fmt.Sprintf("years on the %s: %d of %d ranges hold the right commit (at least 90 %%)",
			all[0].World.Name, inRange, placed))
	}
	return broken
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
