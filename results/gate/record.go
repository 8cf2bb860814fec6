package gate

import (
	"fmt"
	"slices"
	"strings"

	"aftershock/internal/nearest"
	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// record is a run as the rules see it: its summary, and its p-values as the policy corrects them.
type record struct {
	summary.Summary
	adjusted map[cell]float64 // by Holm, over the gated metrics
	// fewAllowed lets rules about a change pass with fewer pairs than ranks can judge.
	fewAllowed bool
}

// cell is one metric of one fix.
type cell struct {
	fix    string
	metric results.Metric
}

// newRecord corrects the p-values of the gated metrics together: the primary metric of each fix, and what the policy
// names beforehand. A metric that was not compared counts as well, because it was declared.
func newRecord(s summary.Summary, named []cell) record {
	var family []cell
	for _, f := range s.Fixes {
		family = append(family, cell{f.Name, f.Fix.Primary})
	}
	for _, c := range named {
		if !slices.Contains(family, c) {
			family = append(family, c)
		}
	}
	p := make([]float64, len(family))
	for i, c := range family {
		p[i] = 1
		f, _ := s.Fix(c.fix)
		if r, ok := rowOf(f, c.metric); ok && r.Change != nil {
			p[i] = r.Change.P
		}
	}
	r := record{Summary: s, adjusted: map[cell]float64{}}
	for i, adjusted := range stat.AdjustHolm(p) {
		r.adjusted[family[i]] = adjusted
	}
	return r
}

func rowOf(f summary.Fix, m results.Metric) (summary.Row, bool) {
	if r, ok := f.Row(m); ok {
		return r, true
	}
	return f.Primary, f.Primary.Metric == m && f.Primary.Change != nil
}

// metrics lists what the run's fixes have figures of or declare to be judged by; measured is false when there is no
// figure at all. A wrong name then looks like one that was not measured.
func (r record) metrics() (all []results.Metric, measured bool) {
	add := func(metrics ...results.Metric) {
		for _, m := range metrics {
			if !slices.Contains(all, m) {
				all = append(all, m)
			}
		}
	}
	for _, f := range r.Fixes {
		for _, b := range f.Beside {
			add(b.Metric)
		}
		add(f.Fix.Primary)
		add(f.Guards...)
		for _, row := range f.Rows {
			measured = measured || !outcome(row.Metric)
			add(row.Metric)
		}
	}
	return all, measured
}

// outcome tells whether a figure counts outcomes of trials. A fix has it even if nothing was measured.
func outcome(m results.Metric) bool {
	return m.Phase == "" && (m.Name == invalidFigure || m.Name == divergedFigure)
}

// check refuses a metric that the run lacks, and names what it has.
func (r record) check(m results.Metric) error {
	all, measured := r.metrics()
	if !measured || outcome(m) || slices.Contains(all, m) {
		return nil
	}
	var names, phases []string
	whole := false
	for _, have := range all {
		if !slices.Contains(names, have.Name) {
			names = append(names, have.Name)
		}
		if have.Name == m.Name {
			if whole = whole || have.Phase == ""; have.Phase != "" {
				phases = append(phases, have.Phase)
			}
		}
	}
	switch {
	case !slices.Contains(names, m.Name):
		slices.Sort(names)
		return misfit{"metric", fmt.Errorf("the run lacks it: %w", nearest.Unknown("metric", m.Name, names))}
	case len(phases) == 0:
		return misfit{"phase", fmt.Errorf("%s is a figure of the whole trial: leave the phase out", m.Name)}
	case m.Phase == "":
		return misfit{"metric", fmt.Errorf("%s is not a figure of the whole trial: name a phase (the run has: %s)",
			m.Name, join(phases))}
	}
	or := ""
	if whole {
		or = "; without a phase it is that of the whole trial"
	}
	return misfit{"phase", fmt.Errorf("the run lacks it: %w%s", nearest.Unknown("phase of "+m.Name, m.Phase, phases), or)}
}

// misfit is a rule that does not fit the run: the field, and why.
type misfit struct {
	field string
	err   error
}

func (m misfit) Error() string { return m.err.Error() }
func (m misfit) Unwrap() error { return m.err }

// join is a list of names as people read it.
func join(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
