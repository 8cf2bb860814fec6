package simulation

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"aftershock/results/trend"
)

// night is what the rules see of one night.
type night struct {
	absolute float64         // the candidate's figure: the median of its trials
	ratio    float64         // the logarithm of candidate to baseline, over the pairs
	outcome  []trend.Outcome // of the night, and of its first run alone
}

// rule tells of each night whether an alarm is raised in it, knowing that night and those before. Nights in which an
// alarm merely goes on raise none.
type rule struct {
	name string
	make func() func(nights []night) bool
}

// rules are ours and others'. Each looks for harm alone.
var rules = []rule{
	{"aftershock: regressed twice in a night", outcomes(func(n night) bool { return n.outcome[0] == trend.Regressed })},
	{"the same without the rerun", outcomes(func(n night) bool { return n.outcome[1] == trend.Regressed })},
	{"Otava on the nights' ratios", otava(func(n night) float64 { return math.Exp(n.ratio) })},
	{"Otava on the P99", otava(func(n night) float64 { return n.absolute })},
	{"P99 above 110 % of the first 20 nights", threshold},
	{"P99 above 110 % of the night before", previous},
	{"P99 above mean + 3 deviations of 30 nights", sigmas},
}

// rising makes a rule of a state: an alarm is raised when it begins.
func rising(is func(nights []night) bool) func() func([]night) bool {
	return func() func([]night) bool {
		on := false
		return func(nights []night) bool {
			was := on
			on = is(nights)
			return on && !was
		}
	}
}

// outcomes is a rule about each night by itself. As package trend has it, an alarm goes on until a night is quiet.
func outcomes(harm func(night) bool) func() func([]night) bool {
	return func() func([]night) bool {
		open := false
		return func(nights []night) bool {
			last := nights[len(nights)-1]
			switch {
			case harm(last) && !open:
				open = true
				return true
			case last.outcome[0] == trend.Quiet:
				open = false
			}
			return false
		}
	}
}

// otava raises an alarm for each change point for the worse that it has not reported before; one that moves by a few
// nights is the same. Level and window are its defaults.
func otava(of func(night) float64) func() func([]night) bool {
	const same = 5
	return func() func([]night) bool {
		o := &Otava{Window: 50, Level: 0.001}
		var values []float64
		var reported []int
		return func(nights []night) (raised bool) {
			for i := len(values); i < len(nights); i++ {
				values = append(values, of(nights[i]))
			}
			ends := append(o.Changes(values), len(values))
			from := 0
			for i, at := range ends[:len(ends)-1] {
				worse := stat.Mean(values[at:ends[i+1]], nil) > stat.Mean(values[from:at], nil)
				from = at
				known := slices.ContainsFunc(reported, func(r int) bool { return max(r-at, at-r) <= same })
				if worse && !known {
					reported, raised = append(reported, at), true
				}
			}
			return raised
		}
	}
}

var threshold = rising(func(nights []night) bool {
	sum := 0.0
	for _, n := range nights[:min(20, len(nights))] {
		sum += n.absolute
	}
	return len(nights) > 20 && nights[len(nights)-1].absolute > 1.1*sum/20
})

var previous = rising(func(nights []night) bool {
	n := len(nights)
	return n > 1 && nights[n-1].absolute > 1.1*nights[n-2].absolute
})

var sigmas = rising(func(nights []night) bool {
	const over = 30
	n := len(nights)
	if n <= over {
		return false
	}
	var before []float64
	for _, x := range nights[n-1-over : n-1] {
		before = append(before, x.absolute)
	}
	mean, deviation := stat.MeanStdDev(before, nil)
	return nights[n-1].absolute > mean+3*deviation
})
