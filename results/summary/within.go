package summary

import (
	"slices"

	"aftershock/results"
)

// Within is what trouble costs one arm: its figures in a phase held against those of the calm of the same trials.
// No other arm is asked. The calm always comes first, so that whatever drifts over a trial is part of the change: a
// run of the scenario calm shows how much that is.
type Within struct {
	Group  string      `json:"group"`
	Arm    results.Arm `json:"arm"`    // its name within the block
	Trials int         `json:"trials"` // of judged blocks
	// Rows have the calm as their before and the phase as their after: steady, or the capacity in calm.
	Rows   []Row  `json:"rows"`
	Looked Looked `json:"looked_at"`
}

// Row finds the row of a metric in the phase of trouble.
func (w Within) Row(m results.Metric) (Row, bool) { return rowOf(w.Rows, m) }

// ArmWithin finds what trouble costs the arm that a side of a fix is.
func (s Summary) ArmWithin(f results.Fix, side results.Arm) (Within, bool) {
	arm := f.Arms.Of(side)
	i := slices.IndexFunc(s.Within, func(w Within) bool { return w.Group == f.Group && w.Arm == arm })
	if i < 0 {
		return Within{}, false
	}
	return s.Within[i], true
}

// withinOf compares the phases of each arm of a group, over the blocks by which its fixes are judged. An arm that
// has nothing to compare, such as one without any trouble, is left out.
func withinOf(run results.Run, g results.Group, blocks []block) (all []Within) {
	for _, arm := range g.Arms {
		var pairs []pair
		for _, b := range blocks {
			if d := b.arms[arm.Name]; d.Invalid == "" {
				pairs = append(pairs, pair{number: b.block, before: d, after: d}.against(results.Steady))
			}
		}
		w := Within{Group: g.Name, Arm: arm.Name, Trials: len(pairs), Rows: rows(asRun(pairs), run.Margin)}
		w.Rows = slices.DeleteFunc(w.Rows, func(r Row) bool { return !r.inBoth() })
		w.Looked = correctOthers(w.Rows, results.Metric{})
		if len(w.Rows) > 0 {
			all = append(all, w)
		}
	}
	return all
}

// compared are the pairs as the fix compares them: two arms as they are, or two phases of one.
func compared(f results.Fix, pairs []pair) (all []pair) {
	if f.Against == "" {
		return pairs
	}
	for _, p := range pairs {
		all = append(all, p.against(f.Against))
	}
	return all
}

// against makes the two sides of a pair phases of its trials: before has what the calm says, under the names of the
// phases that after has. Figures of a whole trial have no calm to be held against.
func (p pair) against(calm string) pair {
	before, after := *p.before, *p.after
	before.figures, after.figures = map[results.Metric]figure{}, map[results.Metric]figure{}
	for m, f := range p.after.figures {
		if base, ok := p.before.calm(m, calm); ok && ofAnyLength(m) {
			before.figures[m], after.figures[m] = base, f
		}
	}
	p.before, p.after = &before, &after
	return p
}

// calm is what a trial has of a figure while all is well: in that phase, or of closed loops in the window before
// the faults.
func (d *trialData) calm(m results.Metric, phase string) (figure, bool) {
	f, ok := d.figures[results.Metric{Name: m.Name, Phase: phase}]
	if !ok && m.Phase == results.CapacityTrigger {
		phase = results.CapacityCalm
		f, ok = d.figures[results.Metric{Name: m.Name, Phase: phase}]
	}
	return f, ok && m.Phase != phase
}

// WithinFigures names the figures that a phase can be held against the calm by, in trials with these plain streams.
func WithinFigures(streams []string) (names []string) {
	for _, m := range slices.Concat(catalogue, streamed(streams)) {
		inPhases := m.inPhase != nil || slices.Contains(m.phases, results.CapacityTrigger)
		if named := (results.Metric{Name: m.name, Phase: results.InFault}); inPhases && ofAnyLength(named) &&
			!OfMachine(named) {
			names = append(names, m.name)
		}
	}
	return names
}

// RequestFigures names the figures that requests of a service give in a phase: those of its primary stream, and those
// of further streams, which bear their names.
func RequestFigures(further []string) []string {
	names := []string{"p50", "p99", "p999", "service_p99", "goodput", "failed", "missed", "gap", GoodputBack}
	for _, m := range streamed(further) {
		names = append(names, m.name)
	}
	return names
}

// ofAnyLength tells whether a figure means the same in phases of different lengths: the longest of anything grows
// with the time in which it is looked for.
func ofAnyLength(m results.Metric) bool {
	return m.Phase != wholeTrial && m.Name != "gap" && m.Name != "age_max" && m.Name != "steady_drift"
}
