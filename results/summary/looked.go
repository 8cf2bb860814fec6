package summary

import (
	"slices"
	"strings"

	"aftershock/results"
	"aftershock/results/stat"
)

// Looked is the family of figures that are looked through beside a fix's primary one, and corrected together.
type Looked struct {
	Figures int `json:"figures"`
	Pairs   int `json:"pairs"` // of the figure that has most
	// AtOnce is how many of the figures so many pairs must show at once, each as clearly as they can, for these to be
	// significant; above Figures when they can show none. Alone is how many pairs it takes for a single one. Both are 0
	// without a figure.
	AtOnce int `json:"at_once"`
	Alone  int `json:"alone"`
}

// OfMachine tells whether a figure says how the trials ran, and not how the service fared. Such figures are shown for
// each arm and are nothing to find a change in: they are in no family, and have no verdict by themselves.
func OfMachine(m results.Metric) bool {
	switch m.Name {
	case "steady_drift", "achieved", "load1", "steal", "strangers", "throttled", "standstill", "gcs", "gc_pause", "gc_cpu",
		"sched_latency_p99", "lateness_p99", "load_share", "elections_unplanned":
		return true
	}
	return strings.HasPrefix(m.Name, "psi_") || strings.HasPrefix(m.Name, "cpu_")
}

// looked tells whether a row is one of those that a reader looks through: compared, no machine's, and with pairs that
// differ at all. One that is 0 in every trial can show nothing, and would only ask more of the others. Whether pairs
// differ does not depend on which of their trials is called before, so that it chooses nothing.
func (r Row) looked(primary results.Metric) bool {
	return r.Change != nil && r.Metric != primary && !OfMachine(r.Metric) &&
		slices.ContainsFunc(r.comparison.Differences, func(d float64) bool { return d != 0 })
}

// correctOthers corrects what is only looked at, by Benjamini and Yekutieli, for figures of the same trials depend on
// each other. What is in no family has no correction and no change as its verdict, whatever it says alone.
func correctOthers(rows []Row, primary results.Metric) Looked {
	var family []Row
	var p []float64
	l := Looked{}
	for _, r := range rows {
		switch {
		case r.looked(primary):
			family, p = append(family, r), append(p, r.Change.P)
			l.Pairs = max(l.Pairs, r.Change.Pairs)
		case r.Change != nil && r.Metric != primary:
			r.correct(1, stat.NoCorrection)
		}
	}
	for i, adjusted := range stat.AdjustBenjaminiYekutieli(p) {
		family[i].correct(adjusted, stat.BenjaminiYekutieli)
	}
	l.Figures = len(family)
	l.AtOnce, l.Alone = stat.Reach(l.Figures, l.Pairs)
	return l
}
