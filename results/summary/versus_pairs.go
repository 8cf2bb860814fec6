package summary

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"aftershock/internal/units"
	"aftershock/results"
)

// ErrSameRun is the error of a run that is compared with itself or with a copy of it: no difference would look like an
// answer.
var ErrSameRun = errors.New("both are the same run")

// SharedPairs says over which pairs two runs are compared for a fix, and which pairs either has lost. A pair is lost
// when it was planned, or begun where the run ends by width, and cannot be judged.
type SharedPairs struct {
	Fix   string     `json:"fix"`
	Both  []int      `json:"both"` // pairs that are judged in both runs, in the order of run A
	LostA []LostPair `json:"lost_a,omitempty"`
	LostB []LostPair `json:"lost_b,omitempty"`
}

// LostPair is a pair that a run cannot judge, and why, in one line.
type LostPair struct {
	Pair int    `json:"pair"`
	Why  string `json:"why"`
}

// side is a fix in one of two runs that are compared.
type side struct {
	run    results.Run
	fix    Fix
	trials []*trialData
	valid  []pair
	pairs  []pair // that are judged: valid, and exercised
}

func (o opened) side(i int) side {
	group := groupOf(o.run, o.run.Fixes[i])
	s := side{run: o.run, fix: Fix{Fix: o.run.Fixes[i]}, trials: o.trials[group]}
	_, blocks := choose(o.run, o.run.Groups[group], s.trials)
	s.valid = s.fix.judgeable(s.trials, blocks)
	s.pairs = s.fix.exercised(s.valid)
	return s
}

// lost are the pairs that should be there, and are not judged.
func (s side) lost() (all []LostPair) {
	for _, number := range s.expected() {
		if !slices.ContainsFunc(s.pairs, func(p pair) bool { return p.number == number }) {
			all = append(all, LostPair{Pair: number, Why: s.why(number)})
		}
	}
	return all
}

func (s side) expected() (numbers []int) {
	if s.run.Stop == nil {
		for n := range s.run.Pairs {
			numbers = append(numbers, n+1)
		}
		return numbers
	}
	for _, d := range s.trials {
		if !slices.Contains(numbers, d.Block) {
			numbers = append(numbers, d.Block)
		}
	}
	slices.Sort(numbers)
	return numbers
}

// why says in one line why a pair is not judged.
func (s side) why(number int) string {
	for _, i := range s.fix.Pairs.Invalid {
		if i.Pair == number {
			first, _, _ := strings.Cut(i.Why, "\n")
			return fmt.Sprintf("%s: %s", i.Arm, first)
		}
	}
	arms := map[results.Arm]bool{}
	for _, d := range s.trials {
		if d.Block == number {
			arms[d.Arm] = true
		}
	}
	switch {
	case len(arms) == 0:
		return "it has no trial"
	case !arms[s.fix.Arms.Before] || !arms[s.fix.Arms.After]:
		return "one arm alone has a trial"
	case slices.ContainsFunc(s.valid, func(p pair) bool { return p.number == number }):
		return "not exercised"
	}
	return "its block was not run whole"
}

// inBoth leaves the pairs that both runs have, in the order of run A, and says which either lost.
func inBoth(a, b side) (one, other []pair, shared SharedPairs) {
	byNumber := map[int]pair{}
	for _, p := range b.pairs {
		byNumber[p.number] = p
	}
	shared = SharedPairs{Fix: a.fix.Name, Both: []int{}, LostA: a.lost(), LostB: b.lost()}
	for _, p := range a.pairs {
		if q, ok := byNumber[p.number]; ok {
			one, other = append(one, p), append(other, q)
			shared.Both = append(shared.Both, p.number)
		}
	}
	return one, other, shared
}

// warnings say over how few pairs a fix is compared, and what became of the others.
func (s SharedPairs) warnings() (all []Warning) {
	if len(s.Both) == 0 {
		all = append(all, Warning{
			What:   s.Fix + ": no pair can be judged in both runs",
			Remedy: "repeat the lost pairs, or compare other runs",
		})
	}
	for _, lost := range []struct {
		run   string
		pairs []LostPair
	}{{"A", s.LostA}, {"B", s.LostB}} {
		if len(lost.pairs) > 0 {
			all = append(all, Warning{
				What: fmt.Sprintf("%s: run %s lost %s: %s; %s compared", s.Fix, lost.run,
					units.Count(len(lost.pairs), "pair"), listed(lost.pairs), units.Count(len(s.Both), "pair")),
				Remedy: "the remaining pairs were selected by what happened in the others: find out why those " +
					"were lost",
			})
		}
	}
	return all
}

// listed are the first lost pairs with their reasons: a run that lost dozens lost most of them for the same.
func listed(pairs []LostPair) string {
	const shown = 4
	var all []string
	for _, p := range pairs[:min(shown, len(pairs))] {
		all = append(all, fmt.Sprintf("pair %d (%s)", p.Pair, p.Why))
	}
	if more := len(pairs) - shown; more > 0 {
		all = append(all, fmt.Sprintf("%d more", more))
	}
	return strings.Join(all, ", ")
}

// Judged tells whether any pair of any fix is judged in both runs.
func (v Versus) Judged() bool {
	return slices.ContainsFunc(v.Pairs, func(s SharedPairs) bool { return len(s.Both) > 0 })
}
