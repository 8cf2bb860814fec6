package simulation

import (
	"fmt"
	"strings"

	"aftershock/results/stat"
)

// stopColumn is one of the table of rules. A rule that looks at p promises nothing.
type stopColumn struct {
	name    string
	promise promise
	of      func(Stops) int
}

var stopColumns = [][]stopColumn{
	{
		{"false alarms", nearlyAtMost, func(s Stops) int { return s.FalseAlarms }},
		{"interval covers +10 %", nearlyAtLeast, func(s Stops) int { return s.Covered }},
	},
	{
		{"false alarms", nearlyAtMost, func(s Stops) int { return s.LongFalseAlarms }},
	},
}

// stopTable shows what becomes of the rates when the run says itself when it ends.
func (r Result) stopTable() (text string, broken []string, err error) {
	var b strings.Builder
	worlds := Worlds()
	fmt.Fprintf(&b, "\n**when to stop**: looked at after each pair from %d on; a run that does not end before has %d pairs, or %d\n\n| world | the run ends when |",
		stat.FewestPairs(1), Most, Longest)
	for i, most := range [...]int{Most, Longest} {
		fmt.Fprintf(&b, " pairs on average, at most %d |", most)
		for _, c := range stopColumns[i] {
			fmt.Fprintf(&b, " %s |", c.name)
		}
	}
	b.WriteString("\n|---|---|---|---|---|---|---|\n")
	for i, w := range worlds {
		t := &r.Tallies[i]
		for k, rule := range w.rules() {
			fmt.Fprintf(&b, "| %s | %s |", w.Name, rule)
			for j, pairs := range [...]int{t.Stops[k].Pairs, t.Stops[k].LongPairs} {
				fmt.Fprintf(&b, " %.1f |", float64(pairs)/float64(t.Repetitions))
				for _, c := range stopColumns[j] {
					p := c.promise
					if rule.width == 0 {
						if p == nearlyAtLeast { // such a run ends where its interval leaves 0 out: what else is in it says little
							b.WriteString(" - |")
							continue
						}
						p = none
					}
					cell, err := newRate(c.of(t.Stops[k]), t.Repetitions, p)
					if err != nil {
						return "", nil, err
					}
					if !cell.holds {
						broken = append(broken, fmt.Sprintf("%s, at most %d pairs until %s, %s: %s", w.Name,
							[...]int{Most, Longest}[j], rule, c.name, strings.Trim(cell.String(), "*")))
					}
					fmt.Fprintf(&b, " %s |", cell)
				}
			}
			b.WriteString("\n")
		}
	}
	return b.String(), broken, nil
}
