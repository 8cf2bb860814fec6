// Package simulation finds out how often results/stat is wrong, on synthetic trials of which the truth is known.
//
// A world says how requests are slow and how trials differ; a repetition is a whole run in it, once with identical arms
// and once with a change of known size; a tally counts what the verdicts made of them. Everything follows from a seed.
// The package is pure: no goroutine, clock or file.
//
// The figures rank methods and check that ours keeps its promises. They do not predict a machine: for that there is an
// A/A run on it.
package simulation

import "math"

// World is how one synthetic machine and service behave. Latencies are lognormal about a median of 1; every size below
// is on the scale of their logarithm unless it says otherwise.
type World struct {
	Name string
	Says string // one sentence

	Spread    float64 // deviation of a request's latency
	Memory    float64 // autocorrelation at lag 1 of the requests of a trial
	Trial     float64 // deviation of what a whole trial has in common
	Momentum  float64 // autocorrelation at lag 1 of that, in the order in which the trials ran
	Drift     float64 // how much slower the last of a run's trials is than the first
	Stalls    float64 // how many stalls a trial has on average, as a number
	Shortest  float64 // the shortest stall, in requests that arrive meanwhile
	StallTail float64 // Pareto exponent of a stall's length: up to 2 it has no variance
	Interval  float64 // between two arrivals, in medians of the latency: a stall's first request waits for all of it
}

// Requests is how many a trial has: so many that 20 lie beyond its P99.
const Requests = 2000

// Worlds are those that the table is made of.
func Worlds() []World {
	calm := World{Spread: 0.5, Memory: 0.5, Trial: 0.05}
	with := func(name, says string, change func(*World)) World {
		w := calm
		w.Name, w.Says = name, says
		change(&w)
		return w
	}
	return []World{
		with("calm", "lognormal latencies, trials independent of each other", func(*World) {}),
		with("stalls", "the same with stalls of which a few are very long: P99 sits on their edge", func(w *World) {
			w.Stalls, w.Shortest, w.StallTail, w.Interval = 1.5, 8, 1.5, 0.5
		}),
		with("autocorrelated", "a slow trial is followed by a slow one", func(w *World) { w.Trial, w.Momentum = 0.1, 0.6 }),
		with("drifting", "the machine becomes 15 % slower from the first trial of a run to the last", func(w *World) {
			w.Drift = math.Log(1.15)
		}),
	}
}
