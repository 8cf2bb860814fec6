package selftest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"aftershock/harness"
	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// level is what the intervals promise: that of two identical arms leaves 0 in at most this share of runs. Each counts
// as an alarm, even where the change is so small that the verdict is no difference: gates go by the interval.
const level = 0.05

// The gated metrics: what the fixes are judged by. One A/A run is a look at each of them, as if it alone were judged.
var (
	freeMetrics = []results.Metric{
		{Name: "p99", Phase: results.Steady}, {Name: "service_p99", Phase: results.Steady}, {Name: "build_p50", Phase: results.Steady},
	}
	clusterMetrics = []results.Metric{
		{Name: "p99", Phase: results.UnderTrigger}, {Name: "service_p99", Phase: results.UnderTrigger},
		{Name: "build_p50", Phase: results.Steady},
	}
)

func (t instrument) free(ctx context.Context, r runs) (Finding, error) {
	return t.look(ctx, r, freeMetrics, ClusterFree)
}

func (t instrument) clustered(ctx context.Context, r runs) (Finding, error) {
	return t.look(ctx, r, clusterMetrics, ThroughCluster)
}

// single is one A/A run that stands alone: it shows a verdict, and no rate.
func (t instrument) single(ctx context.Context, r runs) (Finding, error) {
	check, err := quietTwice(func() (summary.Fix, error) {
		f, err := t.measure(ctx, r)
		t.seed++
		return f, err
	})
	if err != nil {
		return Finding{}, err
	}
	return Finding{Checks: []results.Check{check}}, nil
}

// quietTwice makes an A/A run, and one more after an alarm. Identical arms are found to differ once in 32 such runs,
// so that one alarm proves nothing; two in a row are one chance in a thousand, and are taken for what they say.
func quietTwice(measure func() (summary.Fix, error)) (results.Check, error) {
	check := results.Check{Name: "one A/A run through cluster and faults"}
	var alarm string
	for range attempts {
		f, err := measure()
		if err != nil {
			return check, err
		}
		check.Shown = alarm + shown(f)
		switch f.Verdict {
		case stat.NoDifference, stat.Inconclusive:
			check.Holds = f.Primary.Change != nil // without a figure it is quiet about nothing
			check.Undecided = !check.Holds
			return check, nil
		case stat.TooFewPairs, stat.NotExercised:
			check.Undecided = true
			return check, nil
		case stat.Improved, stat.Regressed:
		}
		alarm = check.Shown + "; once more: "
	}
	return check, nil
}

// look makes one A/A run and looks at the gated metrics. A run that was lost to the machine is booked and counted,
// because an hour of others must not be lost with it.
func (t instrument) look(ctx context.Context, r runs, metrics []results.Metric, through string) (Finding, error) {
	f, err := t.measure(ctx, r)
	if errors.Is(err, harness.ErrNoValidPair) {
		return Finding{Lost: err.Error()}, nil
	}
	if err != nil {
		return Finding{}, err
	}
	var found Finding
	for _, m := range metrics {
		row, ok := f.Row(m)
		if !ok || row.Change == nil || row.Change.Confidence == 0 || row.Change.Pairs < nullPairs {
			continue // no figure, or too few pairs for an alarm: a look that was not taken
		}
		found.Looks = append(found.Looks, Look{
			Metric: m, Through: through, Pairs: row.Change.Pairs, P: row.Change.P, Verdict: row.Change.Alone.String(),
			Alarm: row.Change.P <= level,
		})
	}
	if len(found.Looks) == 0 {
		found.Lost = f.Why
	}
	return found, nil
}

// rates counts the alarms of each metric, either way apart, in the order in which they were first looked at.
func rates(findings []Finding) ([]results.FalseAlarms, error) {
	type key struct {
		metric  results.Metric
		through string
	}
	at := map[key]int{}
	var all []results.FalseAlarms
	for _, f := range findings {
		for _, l := range f.Looks {
			k := key{l.Metric, l.Through}
			i, ok := at[k]
			if !ok {
				i = len(all)
				at[k] = i
				all = append(all, results.FalseAlarms{Metric: l.Metric, Through: l.Through, Pairs: l.Pairs, Nominal: level})
			}
			all[i].Runs++
			all[i].Pairs = min(all[i].Pairs, l.Pairs)
			if l.Alarm {
				all[i].Alarms++
			}
		}
	}
	for i := range all {
		var err error
		if all[i].Upper, err = stat.UpperBound(all[i].Alarms, all[i].Runs, 0.95); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Alarms refute the promise when more than it allows would be seen with either confidence. What is above the first
// alone is a question: of six metrics one may be there by chance.
const (
	doubted = 0.95
	refuted = 0.99
)

// rateCheck tells whether the alarms refute what the method promises. That they do not is all that a few runs can
// show; how little it is, the upper bound says beside it.
func rateCheck(r results.FalseAlarms) (results.Check, error) {
	check := results.Check{
		Name: fmt.Sprintf("promise of %.0f %% false alarms stands: %s, %s", 100*r.Nominal, r.Metric, r.Through),
		Shown: fmt.Sprintf("%d of %d A/A runs of %d pairs: %.1f %%, at most %.1f %% with 95 %% confidence",
			r.Alarms, r.Runs, r.Pairs, 100*float64(r.Alarms)/float64(r.Runs), 100*r.Upper),
	}
	doubt, err := stat.LowerBound(r.Alarms, r.Runs, doubted)
	if err != nil {
		return check, err
	}
	certain, err := stat.LowerBound(r.Alarms, r.Runs, refuted)
	if err != nil {
		return check, err
	}
	check.Holds = doubt <= r.Nominal
	check.Undecided = !check.Holds && certain <= r.Nominal
	if !check.Holds {
		check.Shown += fmt.Sprintf("; at least %.1f %% with 95 %% confidence, and %.1f %% with 99 %%",
			100*doubt, 100*certain)
	}
	return check, nil
}

// missing are the gated metrics that no A/A run had a figure of, and the runs that were lost altogether: neither must
// look like a rate of none.
func missing(findings []Finding, rates []results.FalseAlarms) []results.Check {
	var checks []results.Check
	for through, metrics := range map[string][]results.Metric{ClusterFree: freeMetrics, ThroughCluster: clusterMetrics} {
		for _, m := range metrics {
			if !slices.ContainsFunc(rates, func(r results.FalseAlarms) bool { return r.Metric == m && r.Through == through }) {
				checks = append(checks, results.Check{
					Name: fmt.Sprintf("false alarms of %s, %s", m, through), Undecided: true, Shown: "no A/A run had a figure of it",
				})
			}
		}
	}
	slices.SortFunc(checks, func(a, b results.Check) int { return strings.Compare(a.Name, b.Name) })
	lost := 0
	for _, f := range findings {
		if f.Lost != "" {
			lost++
		}
	}
	if lost > 0 {
		few := lost*10 <= len(findings)
		checks = append(checks, results.Check{
			Name: "few A/A runs are lost to the machine", Holds: few, Undecided: !few,
			Shown: fmt.Sprintf("%d of %d parts had no pair that could be judged", lost, len(findings)),
		})
	}
	return checks
}

// conclude puts the findings together.
func conclude(findings []Finding, quick bool) (results.Calibration, error) {
	c := results.Calibration{Schema: results.CalibrationSchema, Quick: quick}
	for _, f := range findings {
		c.Checks = append(c.Checks, f.Checks...)
	}
	var err error
	if c.Rates, err = rates(findings); err != nil {
		return c, err
	}
	for _, r := range c.Rates {
		check, err := rateCheck(r)
		if err != nil {
			return c, err
		}
		c.Checks = append(c.Checks, check)
	}
	if !quick {
		c.Checks = append(c.Checks, missing(findings, c.Rates)...)
	}
	c.Result = soundness(c.Checks)
	return c, nil
}

func soundness(checks []results.Check) results.Soundness {
	result := results.Sound
	for _, check := range checks {
		switch {
		case check.Holds:
		case check.Undecided:
			result = results.Undecided
		default:
			return results.Unsound
		}
	}
	return result
}

// Answer is nil when everything was shown.
func Answer(c results.Calibration) error {
	switch c.Result {
	case results.Sound:
		return nil
	case results.Undecided:
		return ErrUndecided
	case results.Unsound:
	}
	return ErrUnsound
}
