package selftest

import (
	"context"
	"fmt"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// level is what the verdicts promise: two identical arms are found to differ in at most this share of runs.
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

func (t trial) free(ctx context.Context, r runs) (Finding, error) {
	return t.look(ctx, r, freeMetrics, ClusterFree)
}

func (t trial) clustered(ctx context.Context, r runs) (Finding, error) {
	return t.look(ctx, r, clusterMetrics, ThroughCluster)
}

// single is one A/A run that stands alone: it shows a verdict, and no rate.
func (t trial) single(ctx context.Context, r runs) (Finding, error) {
	f, err := t.measure(ctx, r)
	if err != nil {
		return Finding{}, err
	}
	check := results.Check{Name: "one A/A run through cluster and faults", Shown: shown(f)}
	switch f.Verdict {
	case stat.NoDifference, stat.Inconclusive:
		check.Holds = true
	default:
		check.Undecided = true // identical arms are found to differ once in 32 such runs: one alarm proves nothing
	}
	return Finding{Checks: []results.Check{check}}, nil
}

func (t trial) look(ctx context.Context, r runs, metrics []results.Metric, through string) (Finding, error) {
	f, err := t.measure(ctx, r)
	if err != nil {
		return Finding{}, err
	}
	var found Finding
	for _, m := range metrics {
		row, ok := f.Row(m)
		if !ok || row.Change == nil || row.Change.Confidence == 0 {
			continue // it had no figure: a look that was not taken
		}
		alone := alone(*row.Change)
		found.Looks = append(found.Looks, Look{
			Metric: m, Through: through, Pairs: row.Change.Pairs, P: row.Change.P, Verdict: alone.String(),
			Alarm: alone == stat.Improved || alone == stat.Regressed,
		})
	}
	if len(found.Looks) == 0 {
		return found, fmt.Errorf("an A/A run without a figure: %s", f.Why)
	}
	return found, nil
}

// alone is the verdict of a metric that is judged by itself, without the correction for its being one of several.
func alone(c summary.Change) stat.Verdict {
	switch {
	case c.Equivalence <= level:
		return stat.NoDifference
	case c.P <= level && c.Value > 0: // more of all gated metrics is worse
		return stat.Regressed
	case c.P <= level:
		return stat.Improved
	}
	return stat.Inconclusive
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

// rateCheck tells whether the alarms are no more than the method promises: it fails only when the promise is refuted
// with 99 % confidence, because there are several metrics.
func rateCheck(r results.FalseAlarms) (results.Check, error) {
	low, err := stat.LowerBound(r.Alarms, r.Runs, 0.99)
	return results.Check{
		Name:  fmt.Sprintf("false alarms of %s, %s", r.Metric, r.Through),
		Holds: low <= level,
		Shown: fmt.Sprintf("%d of %d A/A runs of %d pairs: %.1f %%, at most %.1f %% with 95 %% confidence (promised: %.0f %%)",
			r.Alarms, r.Runs, r.Pairs, 100*float64(r.Alarms)/float64(r.Runs), 100*r.Upper, 100*r.Nominal),
	}, err
}

// conclude puts the findings together.
func conclude(findings []Finding, quick bool) (results.Calibration, error) {
	c := results.Calibration{Schema: results.CalibrationSchema, Quick: quick, Sound: true}
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
	for _, check := range c.Checks {
		c.Sound = c.Sound && check.Holds
	}
	return c, nil
}

// Answer is nil when everything was shown.
func Answer(c results.Calibration) error {
	undecided := false
	for _, check := range c.Checks {
		if !check.Holds && !check.Undecided {
			return fmt.Errorf("%w: %s: %s", ErrUnsound, check.Name, check.Shown)
		}
		undecided = undecided || check.Undecided
	}
	if undecided {
		return ErrUndecided
	}
	return nil
}
