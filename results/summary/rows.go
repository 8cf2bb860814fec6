package summary

import (
	"fmt"
	"time"

	"aftershock/results"
	"aftershock/results/stat"
)

// pair is a valid pair's two trials.
type pair struct {
	number        int
	before, after *trialData
}

// sharesPerRatio turns the margin of ratios into that of differences: where 10 % of a latency is no difference, ten of a
// hundred operations would be a large one, and one of a hundred is taken for none.
const sharesPerRatio = 10

// row compares one metric over pairs. Pairs in which either trial lacks the figure are left out, and the note says so.
func (m metric) row(phase string, pairs []pair, margin float64) Row {
	r := Row{Metric: results.Metric{Name: m.name, Phase: phase}, Unit: m.unit, Better: m.better, Scale: m.scale}
	lacking := 0
	for _, p := range pairs {
		before, ok := m.of(p.before, phase)
		after, both := m.of(p.after, phase)
		if !ok || !both {
			lacking++
			continue
		}
		r.Before.take(before)
		r.After.take(after)
	}
	r.Before.close()
	r.After.close()
	r.compare(margin)
	if lacking > 0 && len(r.Before.Values) > 0 && r.Note == "" {
		r.Note = fmt.Sprintf("%d of %d pairs lack the figure in one arm", lacking, len(pairs))
	}
	return r
}

func (s *Side) take(f figure) {
	s.Values = append(s.Values, f.value)
	s.Censored = s.Censored || f.censored
	if f.beyond > 0 && (s.Beyond == 0 || f.beyond < s.Beyond) {
		s.Beyond = f.beyond
	}
}

func (s *Side) close() { s.Median, _ = stat.Median(s.Values) }

func (r *Row) compare(margin float64) {
	switch {
	case len(r.Before.Values) == 0:
		r.Note = "no pair has the figure in both arms"
		return
	case r.Before.Censored || r.After.Censored:
		r.Note = "a trial's quantile reached the operation time-out, so the true value is unknown and not compared"
		return
	}
	if r.Scale == stat.Difference {
		margin /= sharesPerRatio
	}
	c, err := stat.Compare(r.Before.Values, r.After.Values, stat.Criterion{Scale: r.Scale, Better: r.Better, Margin: margin})
	if err != nil {
		r.Note = err.Error()
		return
	}
	r.comparison = c
	reported := c.Scale.Reported(c.At95)
	r.Change = &Change{
		Value: reported.Value, Low: reported.Low, High: reported.High, Pairs: reported.N, Method: c.Method,
		Confidence: reported.Confidence, Achieved: reported.Achieved,
	}
	if !c.At95.HasInterval() {
		r.Change.Confidence = 0
	}
}

// rows computes all metrics of a fix.
func rows(pairs []pair, margin float64) []Row {
	var trials []*trialData
	for _, p := range pairs {
		trials = append(trials, p.before, p.after)
	}
	var all []Row
	for _, m := range append(metrics(), recoveries(trials)...) {
		for _, phase := range m.phases {
			if r := m.row(phase, pairs, margin); len(r.Before.Values) > 0 {
				all = append(all, r)
			}
		}
	}
	return all
}

// triggerOf reads how often, or for how long, a trial's trigger held. A counter that is not there is no 0: it would say
// that the defect was not exercised.
func triggerOf(d *trialData, t results.Trigger) (float64, error) {
	count, err := d.log.Counter(t.Counter)
	if err != nil {
		return 0, fmt.Errorf("trigger: %w", err)
	}
	if t.Unit == "s" {
		return time.Duration(count).Seconds(), nil
	}
	return float64(count), nil
}
