package gate

import (
	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// Default is the policy of a run without one of its own: each fix was exercised, did not regress, did not crash or
// leave a trial invalid, left members that hold the same, and bought nothing at the expense of its guards, each within
// the run's own margin; and each instrument found what it must find. It is about the fixes that were run, and no
// others.
func Default(s summary.Summary) Policy {
	p := Policy{Name: "default", Asks: "Did every fix hold without harm, and did every instrument find what it must?"}
	add := func(fix, name string, a ask) {
		p.rules = append(p.rules, rule{name: name, fixes: []string{fix}, ask: a})
	}
	for _, f := range s.Fixes {
		if !f.Repairs() {
			add(f.Name, "found as expected: "+f.Fix.Primary.String(), expected{})
			continue
		}
		add(f.Name, "was exercised", exercised{})
		add(f.Name, "did not regress: "+f.Fix.Primary.String(), verdict{is: []stat.Verdict{stat.Improved, stat.NoDifference}})
		add(f.Name, "did not crash", never(crashedFigure, results.After))
		add(f.Name, "no trial is invalid", never(invalidFigure, results.After))
		add(f.Name, "members hold the same", never(divergedFigure, results.After))
		add(f.Name, "members hold the same (before)", never(divergedFigure, results.Before))
		for _, m := range f.Guards {
			add(f.Name, "", guard{metric: m})
		}
	}
	return p
}

// never bounds a figure at 0 in every trial of an arm.
func never(figure string, arm results.Arm) bound {
	none := quantity{text: "0", unit: "count"}
	return bound{metric: results.Metric{Name: figure}, arm: arm, side: atMost, amount: none}
}

// guard asks that a figure is not worse by the margin that the scenario set for it.
type guard struct{ metric results.Metric }

func (a guard) String() string { return "guard is not worse: " + a.metric.String() }

func (a guard) judge(c candidate) (Answer, error) {
	r, in, err := c.compared(a.metric)
	if err != nil || in.is() {
		return uncompared(r, "less worse than the run's margin", in), err
	}
	bound := "less than " + amount(r, r.Change.Margin) + " worse, the run's margin"
	return limit{row: r, margin: r.Change.Margin, bound: bound}.judge(), nil
}
