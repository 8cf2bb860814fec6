package simulation

import (
	"fmt"
	"strings"

	"aftershock/results/stat"
)

// Result is a whole study: a tally for each of Worlds, of Noises and of BoundedShares, in their order.
type Result struct {
	Study
	Tallies []Tally
	Noise   []NoiseTally
	Bounds  []BoundsTally
}

// Markdown shows the result as tables: one a world, one of when to stop, one a noisy machine, one of shared arms, one of
// bounds, and one of methods that are not ours. Broken names the rates that break what the method promises, as the
// tables do in bold.
func (r Result) Markdown() (text string, broken []string, err error) {
	var b strings.Builder
	r.head(&b)
	for _, table := range []func() (string, []string, error){
		r.worldTables, r.stopTable, r.noiseTables, r.sharedTable, r.boundsTable, r.contrastTable,
	} {
		lines, bad, err := table()
		if err != nil {
			return "", nil, err
		}
		b.WriteString(lines)
		broken = append(broken, bad...)
	}
	return b.String(), broken, nil
}

func (r Result) worldTables() (_ string, broken []string, err error) {
	var text strings.Builder
	for i, w := range Worlds() {
		lines, bad, err := worldTable(w, &r.Tallies[i])
		if err != nil {
			return "", nil, err
		}
		text.WriteString(lines)
		broken = append(broken, bad...)
	}
	return text.String(), broken, nil
}

func (r Result) head(b *strings.Builder) {
	arms := "a coin for the order of the arms in each pair"
	if r.Blocks {
		arms = "one coin for the order of the arms in two pairs"
	}
	fmt.Fprintf(b, "Seed %d, %d repetitions a world; %d requests a trial, %d pairs, %s.\n"+
		"Rates are in per cent, with exact %.0f %% intervals (Clopper-Pearson). \"Exact\" is the rate of false alarms that the\n"+
		"signed-rank distribution gives.\n\n",
		r.Seed, r.Repetitions, Requests, Most, arms, 100*Confidence)
	b.WriteString("| world | requests: deviation, autocorrelation | trials: deviation, autocorrelation | drift over the run " +
		"| stalls a trial: number, shortest, tail, interval |\n|---|---|---|---|---|\n")
	for _, w := range Worlds() {
		stalls := "none"
		if w.Stalls > 0 {
			stalls = fmt.Sprintf("%g, %g, %g, %g", w.Stalls, w.Shortest, w.StallTail, w.Interval)
		}
		fmt.Fprintf(b, "| %s | %g, %g | %g, %g | %.2g | %s |\n", w.Name,
			w.Spread, w.Memory, w.Trial, w.Momentum, w.Drift, stalls)
	}
	b.WriteString("\nDeviations and drift are those of the logarithm of a latency whose median is 1. The number of stalls is a Poisson\n" +
		"mean; the length of one is Pareto-distributed, counted in requests that arrive meanwhile, and each waits for its end;\n" +
		"the interval between two requests is in medians.\n")
}

// column is one of a world's table. Its rate is out of repetitions, or out of families of them.
type column struct {
	name     string
	promise  promise
	of       func(*Counts) int
	families bool
}

var columns = []column{
	{"false alarms", atMost, func(c *Counts) int { return c.FalseAlarms }, false},
	{fmt.Sprintf("interval covers %+.0f %%", 100*Change), atLeast, func(c *Counts) int { return c.Covered }, false},
	{"no difference at the margin", atMost, func(c *Counts) int { return c.Same }, false},
	{fmt.Sprintf("%+.0f %% found", 100*Large), none, func(c *Counts) int { return c.Found }, false},
	{fmt.Sprintf("any of %d, uncorrected", Family), none, func(c *Counts) int { return c.AnyPlain }, true},
	{fmt.Sprintf("any of %d, Holm", Family), atMost, func(c *Counts) int { return c.AnyHolm }, true},
}

func worldTable(w World, t *Tally) (text string, broken []string, err error) {
	var b strings.Builder
	fmt.Fprintf(&b, "\n**%s**: %s\n\n| pairs | exact |", w.Name, w.Says)
	for _, c := range columns {
		fmt.Fprintf(&b, " %s |", c.name)
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|", len(columns)) + "\n")
	for pairs := Fewest; pairs <= Most; pairs++ {
		level, err := exact(pairs)
		if err != nil {
			return "", nil, err
		}
		fmt.Fprintf(&b, "| %d | %s |", pairs, level)
		for _, c := range columns {
			of := t.Repetitions
			if c.families {
				of = t.Families
			}
			cell, err := newRate(c.of(t.Of(pairs)), of, c.promise)
			if err != nil {
				return "", nil, err
			}
			if !cell.holds {
				broken = append(broken, fmt.Sprintf("%s, %d pairs, %s: %s", w.Name, pairs, c.name, strings.Trim(cell.String(), "*")))
			}
			fmt.Fprintf(&b, " %s |", cell)
		}
		b.WriteString("\n")
	}
	return b.String(), broken, nil
}

// exact is the rate of false alarms that the signed-rank distribution gives for so many pairs, in per cent.
func exact(pairs int) (string, error) {
	e, err := stat.HodgesLehmann(make([]float64, pairs), 1-nominal)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%.1f", 100*(1-e.Achieved)), nil
}

// contrastTable shows the false alarms of other ways to judge the same trials. They promise nothing.
func (r Result) contrastTable() (text string, broken []string, err error) {
	var b strings.Builder
	worlds := Worlds()
	b.WriteString("\n**other ways to judge identical arms**: false alarms\n\n| judged by |")
	for _, w := range worlds {
		fmt.Fprintf(&b, " %s |", w.Name)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(worlds)) + "\n")
	for _, row := range []struct {
		name string
		of   func(Tally) int
	}{
		{fmt.Sprintf("one trial an arm, more than %.0f %% apart", 100*Change), func(t Tally) int { return t.OneTrial }},
		{fmt.Sprintf("all requests of %d pairs pooled, two proportions", Most), func(t Tally) int { return t.Pooled }},
		{fmt.Sprintf("signed-rank, %d trials before and then %d after", Most, Most), func(t Tally) int { return t.Apart }},
		{fmt.Sprintf("signed-rank, %d pairs, one coin for the arms of two pairs", Most), func(t Tally) int { return t.Blocks }},
		{fmt.Sprintf("signed-rank, %d pairs, a coin for the arms of each pair", Most), func(t Tally) int { return t.Coins }},
	} {
		fmt.Fprintf(&b, "| %s |", row.name)
		for _, t := range r.Tallies {
			cell, err := newRate(row.of(t), t.Repetitions, none)
			if err != nil {
				return "", nil, err
			}
			fmt.Fprintf(&b, " %s |", cell)
		}
		b.WriteString("\n")
	}
	return b.String(), nil, nil
}
