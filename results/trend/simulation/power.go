package simulation

import (
	"math"

	"aftershock/results/trend"
)

var logStep = math.Log1p(Step)

// Pairs a night that the table of power has, and how noisy pairs may be in it.
var (
	powerPairs = []int{8, 10, 12, 16, 24, 32, 48}
	powerNoise = []float64{0.05, 0.1, 0.15, 0.2}
)

// Power is how many of so many steps were found within three nights, by the noise of pairs and their number.
type Power struct {
	Steps int
	Found [][]int // by powerNoise and powerPairs
}

// RepeatPower simulates steps of 10 %, each seen for three nights at most.
func RepeatPower(s Study, first, end int) Power {
	p := Power{Steps: end - first, Found: make([][]int, len(powerNoise))}
	for i, noise := range powerNoise {
		p.Found[i] = make([]int, len(powerPairs))
		for j, pairs := range powerPairs {
			w := World{Name: "power", Pairs: pairs, Pair: noise, Night: 0.01, Machine: 0.1, Memory: 0.5}
			for n := first; n < end; n++ {
				m := newMachine(w, source(s.Seed, "power", (n*len(powerNoise)+i)*len(powerPairs)+j))
				for range soon {
					if trend.Outcomes(m.next(logStep))[0] == trend.Regressed {
						p.Found[i][j]++
						break
					}
				}
			}
		}
	}
	return p
}

// Add adds the steps of another simulation.
func (p *Power) Add(o Power) {
	p.Steps += o.Steps
	if p.Found == nil {
		p.Found = make([][]int, len(o.Found))
		for i := range o.Found {
			p.Found[i] = make([]int, len(o.Found[i]))
		}
	}
	for i := range o.Found {
		for j := range o.Found[i] {
			p.Found[i][j] += o.Found[i][j]
		}
	}
}
