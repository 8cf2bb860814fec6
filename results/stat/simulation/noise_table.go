package simulation

import (
	"fmt"
	"strings"

	"aftershock/results/stat"
)

// brokenRate is a rate that breaks its promise, in words.
func brokenRate(where string, r rate) string { return where + ": " + strings.Trim(r.String(), "*") }

// noiseLegend says what the tables of noisy machines have in common.
const noiseLegend = `
**which blocks are judged**: a run makes attempts until K blocks have a score of at most %.0f %%, and at most half as many
again. A cell has false alarms, how often %+.0f %% is found, and the half-width of the 95 %% interval (geometric mean), each
in per cent. Of false alarms 5.0 stands for %.1f to %.1f, and what breaks its promise is bold. Usable is how often the run
finds that its score may choose. K by scatter takes the calmest where the score goes with the distance of the differences
from their median, and the first elsewhere; it promises nothing.
`

// noiseTables show, for each machine, which attempts are worth judging.
func (r Result) noiseTables() (text string, broken []string, err error) {
	var b strings.Builder
	low, high, err := stat.ClopperPearson(r.Repetitions/20, r.Repetitions, Confidence)
	if err != nil {
		return "", nil, err
	}
	fmt.Fprintf(&b, noiseLegend, 100*stat.Disturbed, 100*Large, 100*low, 100*high)
	for i, n := range Noises() {
		lines, bad, err := noiseTable(n, &r.Noise[i])
		if err != nil {
			return "", nil, err
		}
		b.WriteString(lines)
		broken = append(broken, bad...)
	}
	return b.String(), broken, nil
}

func noiseTable(n Noise, t *NoiseTally) (text string, broken []string, err error) {
	var b strings.Builder
	fmt.Fprintf(&b, "\n**%s**: %s\n\n| K | attempts | usable |", n.Name, n.Says)
	for _, name := range methodNames {
		fmt.Fprintf(&b, " %s |", name)
	}
	b.WriteString("\n|---|---|---|" + strings.Repeat("---|", int(methods)) + "\n")
	for i := range t.Blocks {
		c := &t.Blocks[i]
		blocks, of := Fewest+i, float64(t.Repetitions)
		fmt.Fprintf(&b, "| %d | %.1f | %.0f |", blocks, float64(c.Attempts)/of, 100*float64(c.Usable)/of)
		for m := range methods {
			j := c.By[m]
			alarms, err := newRate(j.FalseAlarms, t.Repetitions, m.promises(n))
			if err != nil {
				return "", nil, err
			}
			if !alarms.holds {
				where := fmt.Sprintf("%s, %d blocks, %s", n.Name, blocks, methodNames[m])
				broken = append(broken, brokenRate(where, alarms))
			}
			fmt.Fprintf(&b, " %s, %.0f, %s |", alarms.short(), 100*float64(j.Found)/of, j.width())
		}
		b.WriteString("\n")
	}
	return b.String(), broken, nil
}

const sharedLegend = `
**blocks that share an arm**: %d fixes with one after arm, blocks of %d trials, %d of them judged; identical arms. Apart
are as many fixes with trials of their own. Two is how often at least two have a false alarm before the correction.

| machine | judged | any of %d, uncorrected | two | any of %d, Holm |
|---|---|---|---|---|
`

// sharedTable shows what becomes of fixes that share an arm.
func (r Result) sharedTable() (text string, broken []string, err error) {
	var b strings.Builder
	fmt.Fprintf(&b, sharedLegend, Family, Family+1, SharedBlocks, Family, Family)
	for i, n := range Noises() {
		if n.promise == none {
			continue
		}
		lines, bad, err := sharedRows(n, &r.Noise[i].Shared)
		if err != nil {
			return "", nil, err
		}
		b.WriteString(lines)
		broken = append(broken, bad...)
	}
	return b.String(), broken, nil
}

func sharedRows(n Noise, s *Shared) (_ string, broken []string, err error) {
	var text strings.Builder
	row := func(name string, f familyWise, p promise) error {
		fmt.Fprintf(&text, "| %s | %s |", n.Name, name)
		for _, cell := range []struct {
			events  int
			promise promise
		}{{f.AnyPlain, none}, {f.Two, none}, {f.AnyHolm, p}} {
			rate, err := newRate(cell.events, s.Runs, cell.promise)
			if err != nil {
				return err
			}
			if !rate.holds {
				broken = append(broken, brokenRate(n.Name+", blocks that share an arm, "+name+", Holm", rate))
			}
			fmt.Fprintf(&text, " %s |", rate)
		}
		text.WriteString("\n")
		return nil
	}
	if err := row("apart, K first", s.Apart, atMost); err != nil {
		return "", nil, err
	}
	for _, m := range []method{firstK, askedK, keepAll} {
		if err := row(methodNames[m], s.By[m], m.promises(n)); err != nil {
			return "", nil, err
		}
	}
	return text.String(), broken, nil
}
