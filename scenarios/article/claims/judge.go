package claims

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// Runs are what there is to judge by: for each scenario the summary of its run, and why there is none, or not all of it.
type Runs struct {
	Summaries map[string]summary.Summary
	Missing   map[string]string
	Probes    []Probe

	adjusted map[named]adjustment // what the correction makes of the figures that claims name
}

// Judge gives each claim its verdict. It is pure: the same claims and runs give the same table.
func Judge(all []Claim, runs Runs) []Row {
	runs.adjusted = families(all, runs.Summaries)
	var rows []Row
	for _, c := range all {
		rows = append(rows, judge(c, runs))
	}
	return rows
}

func judge(c Claim, runs Runs) Row {
	row := Row{Claim: c, Verdict: c.Settled, Expected: c.Settled}
	switch {
	case len(c.Meanings) > 0:
		row.Verdict, row.Why = byMeaning(c.Meanings)
		row.Expected = row.Verdict
		return row
	case c.Probe != "":
		row.Expected = Holds
		row.Verdict, row.Why = byProbe(runs.Probes, c.Probe)
		return row
	case len(c.Fixes) == 0:
		return row
	}
	row.Expected = c.Rule.Expected()
	for _, e := range c.Fixes {
		row.Outcomes = append(row.Outcomes, outcome(e, c.Rule, runs))
		_, ran := runs.Summaries[e.Scenario]
		row.Partial = row.Partial || ran && runs.Missing[e.Scenario] != ""
	}
	row.Verdict, row.Why = combine(row.Outcomes)
	return row
}

// outcome is what the runs have shown of one fix.
func outcome(e Evidence, rule Rule, runs Runs) Outcome {
	o := Outcome{Evidence: e, Factor: 1}
	s, ok := runs.Summaries[e.Scenario]
	if !ok {
		o.Why = orNotRun(runs.Missing[e.Scenario])
		return o
	}
	f, ok := s.Fix(e.Fix)
	if !ok {
		o.Why = "the run of " + e.Scenario + " does not have the fix"
		return o
	}
	o.take(s, f, runs.adjusted)
	if damage := s.DamageOf(e.Fix); len(damage) > 0 {
		o.Why = "damaged: " + damage[0].File + ": " + damage[0].What
		return o
	}
	o.decide(f, rule)
	if missing := runs.Missing[e.Scenario]; o.Verdict == Undecided && missing != "" {
		o.Why += " (" + missing + ")"
	}
	if p, known := probe(runs.Probes, e.Needs); known && !p.Shows {
		o.Verdict, o.Why = NotHere, p.Says
	}
	return o
}

func orNotRun(why string) string {
	if why == "" {
		return "not run"
	}
	return why
}

func probe(all []Probe, name string) (Probe, bool) {
	i := slices.IndexFunc(all, func(p Probe) bool { return name != "" && p.Name == name })
	if i < 0 {
		return Probe{}, false
	}
	return all[i], true
}

// take copies the figures that a reader is shown.
func (o *Outcome) take(s summary.Summary, f summary.Fix, adjusted map[named]adjustment) {
	o.Pairs, o.Found = f.Pairs, f.Verdict
	if o.Metric == (results.Metric{}) {
		o.Metric = f.Fix.Primary
	}
	if r, ok := rowOf(s, f, o.Evidence); !ok {
		o.Found = stat.Inconclusive
	} else if o.isPrimary(f) {
		o.Figure = &f.Primary
	} else {
		by := adjusted[o.named()]
		r, o.tests = corrected(r, by), by.tests
		o.Figure = &r
		o.Found = foundIn(r, f.Verdict)
	}
	if n, ok := setting(s.Run, o.Times); ok {
		o.Factor = float64(n)
	}
	if o.Within != "" { // no repair is asked, and so no price of one
		return
	}
	if r, ok := f.Row(results.Metric{Name: timeToCrash}); ok && len(r.Before.Values)+len(r.After.Values) > 0 {
		o.Crash = &r
	}
	o.guards(f)
	o.Price = f.Price
	if r, ok := f.Row(o.Price.Metric); ok {
		o.Paid = &r
	}
}

// timeToCrash is the figure of processes that crashed.
const timeToCrash = "time_to_crash"

// guards takes those that became worse, and those that are not known. Without a pair nothing is known of any
// figure, and that is said once.
func (o *Outcome) guards(f summary.Fix) {
	if f.Pairs.Valid == 0 {
		return
	}
	for _, guard := range f.Guards {
		r, ok := f.Row(guard)
		switch {
		case guard == o.Metric:
		case !ok:
			o.Unknown = append(o.Unknown, summary.Row{Metric: guard, Note: "the run has no such figure"})
		case r.Change == nil:
			o.Unknown = append(o.Unknown, r)
		case r.Change.Alone == stat.Regressed: // by itself, as the summary's warnings: a few pairs never outlast a correction
			o.Worse = append(o.Worse, r)
		}
	}
}

// foundIn is the verdict on a figure that is not the primary one. A fix that was not exercised says nothing by any figure.
func foundIn(r summary.Row, whole stat.Verdict) stat.Verdict {
	switch {
	case whole == stat.NotExercised:
		return whole
	case r.Change == nil:
		return stat.Inconclusive
	}
	return r.Change.Verdict
}

// setting reads a number of the workload from the run's own scenario.
func setting(run results.Run, name string) (int, bool) {
	var s struct {
		Workload map[string]int `json:"workload"`
	}
	if name == "" || json.Unmarshal(run.Scenario, &s) != nil {
		return 0, false
	}
	n, ok := s.Workload[name]
	return n, ok
}

// decide turns what was found into the verdict that the rule gives, or says why there is none.
func (o *Outcome) decide(f summary.Fix, rule Rule) {
	switch {
	case f.Pairs.Valid == 0:
		o.Why = unjudged(f.Pairs)
	case o.Found == stat.NotExercised:
		o.Why = "not exercised: " + f.Why
	case o.Figure == nil:
		o.Why = "the run has no figure " + o.Metric.String() + o.in()
	case o.Figure.Change == nil:
		o.Why = o.Figure.Note
	case o.Found == stat.TooFewPairs && o.isPrimary(f):
		o.Why = f.Why
	case o.Found == stat.TooFewPairs:
		o.Why = fmt.Sprintf("%s too few: the %d figures that claims name in this run and the primary metrics of "+
			"its fixes are corrected together, and that takes %d", pairs(o.Figure.Change.Pairs), o.tests, stat.FewestPairs(o.tests))
	case o.Found != stat.Inconclusive:
		if o.Verdict = rule.of(o.Found); o.Verdict == Undecided {
			o.Why = fmt.Sprintf("%s: %s", o.Found, rule.Why)
		}
	case o.isPrimary(f) && f.Why != "":
		o.Why = f.Why
	case o.Figure.Change.Alone != stat.Inconclusive:
		c := o.Figure.Change
		o.Why = fmt.Sprintf("%s by itself (p = %.2g), but not once the figures that claims name in this run are corrected together with the "+
			"primary metrics of its fixes (p = %.2g by Holm)", c.Alone, c.P, c.Adjusted)
	case o.Figure.Change.Open != stat.Closed:
		o.Why = "some values are bounds, cut off by the operation time-out or the trial's end, and the end of the " +
			"interval that is known shows no change"
	default:
		o.Why = "the interval is too wide to tell a change from none"
	}
}

// unjudged says why a fix has no pair. A harness that stood still can spoil them all; anything else is told of first.
func unjudged(p summary.Pairs) string {
	const none = "no pair can be judged"
	why := none
	for _, trial := range p.Invalid {
		if trial.Interrupted {
			continue
		}
		if first, _, _ := strings.Cut(trial.Why, "\n"); !strings.HasPrefix(first, results.StoodStill) {
			return none + ": " + first
		}
		why = none + ": the harness stood still"
	}
	return why
}

func pairs(n int) string {
	if n == 1 {
		return "1 pair is"
	}
	return fmt.Sprintf("%d pairs are", n)
}
