package summary

import (
	"slices"

	"aftershock/results"
)

// Beside is a figure of trials that no comparison of it rests on: the other trial of the pair lacks it or is invalid,
// or the pair was not exercised. A promise on every trial is a promise on these as well.
type Beside struct {
	results.Metric
	Unit   string `json:"unit"`
	Before Side   `json:"before"`
	After  Side   `json:"after"`
}

// FigureBeside finds a metric among the figures of trials that no comparison rests on.
func (f Fix) FigureBeside(m results.Metric) (Beside, bool) {
	for _, b := range f.Beside {
		if b.Metric == m {
			return b, true
		}
	}
	return Beside{}, false
}

// besides collects the figures that trials of judged blocks have and the fix's rows do not show.
func (f *Fix) besides(blocks []block) (all []Beside) {
	var trials []pair // each with itself, which lists its kinds of faults, its streams and its counters
	for _, b := range blocks {
		for _, d := range []*trialData{b.arms[f.Arms.Before], b.arms[f.Arms.After]} {
			trials = append(trials, pair{number: b.block, before: d, after: d})
		}
	}
	for _, m := range metricsOf(trials) {
		for _, phase := range m.phasesOf(kindsIn(trials)) {
			if b, has := f.beside(m, phase, blocks); has {
				all = append(all, b)
			}
		}
	}
	return all
}

func (f *Fix) beside(m metric, phase string, blocks []block) (b Beside, has bool) {
	b = Beside{Metric: results.Metric{Name: m.name, Phase: phase}, Unit: m.unit}
	row, _ := f.Row(b.Metric)
	for _, of := range blocks {
		has = b.Before.takeBeside(row.Before, of.block, of.arms[f.Arms.Before], b.Metric) || has
		has = b.After.takeBeside(row.After, of.block, of.arms[f.Arms.After], b.Metric) || has
	}
	b.Before.close()
	b.After.close()
	return b, has
}

// takeBeside takes a trial's figure unless the row shows it.
func (s *Side) takeBeside(shown Side, number int, d *trialData, m results.Metric) bool {
	figure, ok := d.figures[m]
	if !ok || slices.Contains(shown.Pairs, number) {
		return false
	}
	s.take(number, figure)
	return true
}
