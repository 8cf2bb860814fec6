package summary

import (
	"maps"
	"math"
	"slices"

	"aftershock/results"
	"aftershock/results/stat"
)

// Choice says which blocks a group is judged by, and lists all attempts at them.
type Choice struct {
	Group string `json:"group"`
	stat.Choice
	Blocks []Attempt `json:"blocks"` // in the order in which they were run, as Judged counts them
}

// Attempt is an attempt at a block in which all trials ran to their end.
type Attempt struct {
	Block   int     `json:"block"`
	Attempt int     `json:"attempt"`
	Score   float64 `json:"score"`
	Scored  bool    `json:"scored"`
	Judged  bool    `json:"judged"`
}

// choose returns the blocks by which a group is judged. Each has the plan of its number. Of several attempts at a plan
// the calmest is judged, if this run's score is shown to find it, and otherwise the first: to count two would count one
// plan twice. Only the most disturbed are run again, so that these are the calmest of all attempts. All arms of a block
// are taken or none, whatever their outcome, and no block is chosen by its result.
func choose(run results.Run, g results.Group, trials []*trialData) (Choice, []block) {
	whole := wholeBlocks(g, trials)
	scores := make([]float64, len(whole))
	c := Choice{Group: g.Name}
	for i, b := range whole {
		scores[i] = b.score()
		a := Attempt{Block: b.block, Attempt: b.again}
		if a.Scored = !math.IsNaN(scores[i]); a.Scored {
			a.Score = scores[i]
		}
		c.Blocks = append(c.Blocks, a)
	}
	var fixes []stat.Attempted
	for _, f := range run.Fixes {
		if f.Group != g.Name {
			continue // the blocks of this group do not have its arms
		}
		if tried, ok := attempted(f, whole); ok {
			fixes = append(fixes, tried)
		}
	}
	var err error
	if c.Choice, err = stat.Choose(scores, max(1, run.Pairs), fixes); err != nil {
		// A failed score must not cost the run: the first attempts are judged, as without a score.
		c.Choice = stat.Choice{By: stat.ChosenFirst, Why: err.Error(), Attempts: len(whole)}
	}
	return c, c.judge(whole)
}

// judge takes one attempt at each plan.
func (c *Choice) judge(whole []block) (judged []block) {
	calmest := c.By == stat.ChosenCalmest || c.By == stat.ChosenAll && c.Score.Usable
	at := map[int]int{}
	for i, b := range whole {
		if known, ok := at[b.block]; !ok || calmest && b.score() < whole[known].score() {
			at[b.block] = i
		}
	}
	c.Judged, c.Disturbed = slices.Sorted(maps.Values(at)), 0
	for _, i := range c.Judged {
		c.Blocks[i].Judged = true
		c.Disturbed += count(whole[i].disturbed())
		judged = append(judged, whole[i])
	}
	return judged
}

// attempted collects the results of a fix's arms in all attempts, and what others took meanwhile. It is false for a
// primary metric that is not compared.
func attempted(f results.Fix, blocks []block) (stat.Attempted, bool) {
	var pairs []pair
	for _, b := range blocks {
		pairs = append(pairs, pair{before: b.arms[f.Arms.Before], after: b.arms[f.Arms.After]})
	}
	pairs = compared(f, pairs)
	m, ok := metricOf(f.Primary, pairs)
	if !ok || m.apart != "" {
		return stat.Attempted{}, false
	}
	a := stat.Attempted{Fix: f.Name, Scale: m.scale, Better: m.better}
	for _, p := range pairs {
		a.Before, a.After = append(a.Before, valueOrNaN(m, p.before, f.Primary)), append(a.After, valueOrNaN(m, p.after, f.Primary))
	}
	for _, signal := range signals {
		s := stat.Signal{Name: signal.name}
		for _, p := range pairs {
			s.Before, s.After = append(s.Before, signal.of(p.before)), append(s.After, signal.of(p.after))
		}
		a.Signals = append(a.Signals, s)
	}
	return a, true
}

// signals are the parts of a trial's score.
var signals = []struct {
	name string
	of   func(*trialData) float64
}{
	{"strangers", taken(func(t results.Taken) float64 { return t.Strangers })},
	{"steal", taken(func(t results.Taken) float64 { return t.Steal })},
}

func taken(of func(results.Taken) float64) func(*trialData) float64 {
	return func(d *trialData) float64 {
		if t, known := d.Machine.Taken(results.Measured); known {
			return of(t)
		}
		return math.NaN()
	}
}

// valueOrNaN is a trial's figure, where it has one that the metric's scale can take.
func valueOrNaN(m metric, d *trialData, of results.Metric) float64 {
	f, ok := d.figures[of]
	if !ok || m.scale == stat.Ratio && f.value <= 0 {
		return math.NaN()
	}
	return f.value
}

// metricOf finds a fix's primary metric among all that its trials have.
func metricOf(primary results.Metric, pairs []pair) (metric, bool) {
	all := slices.Concat(catalogue, streamed(streamsOf(pairs)), counted(countersOf(pairs)))
	i := slices.IndexFunc(all, func(m metric) bool { return m.name == primary.Name })
	if i < 0 {
		return metric{}, false
	}
	return all[i], true
}
