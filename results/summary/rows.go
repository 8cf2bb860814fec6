package summary

import (
	"fmt"
	"slices"

	"aftershock/internal/units"
	"aftershock/results"
	"aftershock/results/stat"
)

// sharesPerRatio turns the margin of ratios into that of differences. Where 10 % of a latency is no difference, ten of
// a hundred operations would be a large one; one of a hundred counts as none.
const sharesPerRatio = 10

// rows compares all metrics over pairs, which are in the order in which they were run.
func rows(pairs []pair, margin float64) []Row {
	kinds := kindsIn(pairs)
	var all []Row
	for _, m := range metricsOf(pairs) {
		for _, phase := range m.phasesOf(kinds) {
			if r := m.row(phase, pairs, margin); len(r.Before.Values)+len(r.After.Values) > 0 {
				all = append(all, r)
			}
		}
	}
	return all
}

// kindsIn are the kinds of faults that the trials of pairs met, each once.
func kindsIn(pairs []pair) []string {
	return namesIn(pairs, func(d *trialData) []string { return d.kinds })
}

// streamsOf are the plain streams of all trials of the pairs, each once.
func streamsOf(pairs []pair) []string {
	return namesIn(pairs, func(d *trialData) []string { return d.streams })
}

// namesIn are names that the trials of pairs have, each once, in the order in which they are met.
func namesIn(pairs []pair, of func(*trialData) []string) (all []string) {
	for _, p := range pairs {
		for _, name := range slices.Concat(of(p.before), of(p.after)) {
			if !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return all
}

// metricsOf are the figures that trials of pairs may have, in the order in which they are shown.
func metricsOf(pairs []pair) []metric {
	return slices.Concat(catalogue, streamed(streamsOf(pairs)), counted(countersOf(pairs)))
}

// row compares one metric over pairs. Pairs in which either trial lacks the figure are left out, and the note says so.
func (m metric) row(phase string, pairs []pair, margin float64) Row {
	r := Row{Metric: results.Metric{Name: m.name, Phase: phase}, Unit: m.unit, Better: m.better, Scale: m.scale}
	if m.apart != "" {
		r.apart(pairs, m.apart)
		return r
	}
	lacking := 0
	for _, p := range pairs {
		before, ok := p.before.figures[r.Metric]
		after, both := p.after.figures[r.Metric]
		if !ok || !both {
			lacking++
			continue
		}
		r.Before.take(p.number, before)
		r.After.take(p.number, after)
	}
	r.Before.close()
	r.After.close()
	r.compare(margin)
	if lacking > 0 && len(r.Before.Values) > 0 && r.Note == "" {
		r.Note = fmt.Sprintf("%d of %s lack the figure in one arm", lacking, units.Count(len(pairs), "pair"))
	}
	if lacking == len(pairs) && crashedInAll(pairs) {
		r.apart(pairs, "one arm crashed in every pair, so the other is shown by itself")
	}
	return r
}

// apart shows what each arm has, by itself, and says why they are not compared.
func (r *Row) apart(pairs []pair, why string) {
	for _, p := range pairs {
		if f, ok := p.before.figures[r.Metric]; ok {
			r.Before.take(p.number, f)
		}
		if f, ok := p.after.figures[r.Metric]; ok {
			r.After.take(p.number, f)
		}
	}
	r.Before.close()
	r.After.close()
	r.Note = why
}

// crashedInAll tells whether no pair can have figures in both arms that only a process can give that lived to the end.
func crashedInAll(pairs []pair) bool {
	return len(pairs) > 0 && !slices.ContainsFunc(pairs, func(p pair) bool {
		return !p.before.Worker.Crashed && !p.after.Worker.Crashed
	})
}

// inBoth tells whether each arm has a figure.
func (r Row) inBoth() bool { return len(r.Before.Values) > 0 && len(r.After.Values) > 0 }

func (s *Side) take(pair int, f figure) {
	s.Values = append(s.Values, f.value)
	s.Pairs = append(s.Pairs, pair)
	s.Bounds = append(s.Bounds, f.bound)
	if f.beyond > 0 && (s.Beyond == 0 || f.beyond < s.Beyond) {
		s.Beyond = f.beyond
	}
}

func (r *Row) compare(margin float64) {
	if len(r.Before.Values) == 0 {
		r.Note = "no pair has the figure in both arms"
		return
	}
	if n := r.withoutRatio(); n > 0 {
		r.Note = fmt.Sprintf("the value is 0 in %d of %s, and 0 has no ratio to compare", n,
			units.Count(len(r.Before.Values), "pair"))
		return
	}
	if r.Scale == stat.Difference {
		margin /= sharesPerRatio
	}
	by := stat.Criterion{Scale: r.Scale, Better: r.Better, Margin: margin}
	c, err := stat.CompareArms(r.Before.arm(), r.After.arm(), by)
	if err != nil {
		r.Note = err.Error()
		return
	}
	if c.Open == stat.OpenBoth {
		r.Note = r.unknown()
		return
	}
	r.comparison, r.Change = c, changeOf(c)
	r.Change.MannWhitney = 1
	if p, ok := stat.MannWhitney(r.Before.Values, r.After.Values); ok {
		r.Change.MannWhitney = p
	}
}

// withoutRatio counts the pairs in which either value is 0 on a scale that has none. Leaving these out would let an arm
// win by its worst trials.
func (r *Row) withoutRatio() (pairs int) {
	for i := range r.Before.Values {
		pairs += count(r.Scale == stat.Ratio && (r.Before.Values[i] == 0 || r.After.Values[i] == 0))
	}
	return pairs
}

// changeOf is a comparison as a summary shows it, before any correction.
func changeOf(c stat.Comparison) *Change {
	wide, narrow := c.Scale.Reported(c.At95), c.Scale.Reported(c.At90)
	change := &Change{
		Open: c.Open, Value: wide.Value, Low: wide.Low, High: wide.High, Low90: narrow.Low, High90: narrow.High,
		Confidence: wide.Confidence, Achieved: wide.Achieved, Pairs: wide.N, Method: c.Method, Margin: c.Margin,
		Alone: c.Verdict, Verdict: c.Verdict, P: c.P, Adjusted: c.P, Equivalence: c.Equivalence,
	}
	if !c.At95.HasInterval() {
		change.Confidence = 0
	}
	if d, ok := stat.Detectable(c, 1); ok {
		change.Detectable, change.DetectableHarm = c.Improvement(d), c.Scale.Change(d)
	}
	if c.Open == stat.Closed { // clipped differences are alike where they are not
		change.Autocorrelation, _ = stat.Autocorrelation(c.Differences)
	}
	return change
}
