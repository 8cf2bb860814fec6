package gate_test

import (
	"slices"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/gate"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

const margin = 0.1 // of the run: what is no difference

// noise is what eight pairs differ by, around 0 and symmetrical; a row is as noisy as it is multiplied by.
var noise = []float64{-1, 0.4, -0.2, 0.8, -0.5, 1, -0.7, 0.2}

// arms gives the values of eight pairs: after is before times change, give or take the noise.
func arms(before, change, noisy float64) (b, a []float64) {
	for i, n := range noise {
		b = append(b, before*(1+0.01*float64(i)))
		a = append(a, b[i]*change*(1+noisy*n))
	}
	return b, a
}

// constant gives the same value eight times.
func constant(v float64) []float64 {
	values := make([]float64, len(noise))
	for i := range values {
		values[i] = v
	}
	return values
}

// row compares as a run's summary does, uncorrected.
func row(name, phase, unit string, better stat.Better, before, after []float64) summary.Row {
	r := testRow{
		Metric: results.Metric{Name: name, Phase: phase}, Unit: unit, Better: better, Scale: stat.Ratio,
		Before: side(before), After: side(after),
	}
	by := stat.Criterion{Scale: stat.Ratio, Better: better, Margin: margin}
	if unit == "share" || unit == "count" {
		r.Scale = stat.Difference
		by.Scale, by.Margin = stat.Difference, margin/10
	}
	r.compare(stat.Arm{Values: before}, stat.Arm{Values: after}, by)
	return summary.Row(r)
}

// timedOut is a P99 in the steady phase, whose values from a second on are bounds.
func timedOut(before, after []float64) summary.Row {
	r := testRow{
		Metric: results.Metric{Name: "p99", Phase: "steady"}, Unit: "ns", Better: stat.Lower, Scale: stat.Ratio,
		Before: side(before), After: side(after),
	}
	for _, s := range []*summary.Side{&r.Before, &r.After} {
		for _, v := range s.Values {
			s.Bounds = append(s.Bounds, v >= 1e9)
		}
		s.AtLeast = s.Median >= 1e9
	}
	r.compare(stat.Arm{Values: before, Bounds: r.Before.Bounds}, stat.Arm{Values: after, Bounds: r.After.Bounds},
		stat.Criterion{Scale: stat.Ratio, Better: stat.Lower, Margin: margin})
	return summary.Row(r)
}

type testRow summary.Row

func (r *testRow) compare(before, after stat.Arm, by stat.Criterion) {
	c, err := stat.CompareArms(before, after, by)
	if err != nil || c.At95.N == 0 || c.Open == stat.OpenBoth {
		r.Note = "not compared: no values"
		return
	}
	at95, at90 := r.Scale.Reported(c.At95), r.Scale.Reported(c.At90)
	r.Change = &summary.Change{
		Open: c.Open, Value: at95.Value, Low: at95.Low, High: at95.High, Low90: at90.Low, High90: at90.High, Confidence: at95.Confidence,
		Achieved: at95.Achieved, Pairs: at95.N, Method: c.Method, Margin: by.Margin, Alone: c.Verdict, Verdict: c.Verdict,
		P: c.P, Adjusted: c.P, Equivalence: c.Equivalence,
	}
	if !c.At95.HasInterval() {
		r.Change.Confidence = 0
	}
	if d, ok := stat.Detectable(c, 1); ok {
		r.Change.Detectable, r.Change.DetectableHarm = c.Improvement(d), r.Scale.Change(d)
	}
}

func side(values []float64) summary.Side {
	s := summary.Side{Values: values}
	s.Median, _ = stat.Median(values)
	for i := range values {
		s.Pairs = append(s.Pairs, i+1)
	}
	return s
}

// latency is a P99 in milliseconds.
func latency(phase string, change, noisy float64) summary.Row {
	b, a := arms(2e6, change, noisy)
	return row("p99", phase, "ns", stat.Lower, b, a)
}

func capacity(change, noisy float64) summary.Row {
	b, a := arms(5000, change, noisy)
	return row("capacity", "trigger", "1/s", stat.Higher, b, a)
}

// happened is what became of the trials of as many blocks: in how many of them it happened before and after.
func happened(name string, blocks, before, after int) summary.Row {
	trials := func(n int) []float64 {
		values := make([]float64, blocks)
		for i := range n {
			values[i] = 1
		}
		return values
	}
	return row(name, "", "count", stat.Lower, trials(before), trials(after))
}

func partial(after []float64) summary.Row {
	return row("partial", "", "share", stat.Lower, constant(0), after)
}

// fix has eight pairs that were all exercised; its first row is the primary one.
func fix(name string, rows ...summary.Row) summary.Fix {
	f := summary.Fix{
		Fix: results.Fix{
			Name: name, Primary: rows[0].Metric,
			Trigger: results.Trigger{Counter: "met", Unit: "batches", Says: "batches that met the defect"},
		},
		Pairs: summary.Pairs{Planned: 8, Valid: len(rows[0].Before.Values)}, Primary: rows[0], Rows: rows,
		Trigger: summary.Trigger{Before: constant(100), After: constant(100)},
	}
	n := f.Pairs.Valid
	f.Rows = append(slices.Clip(f.Rows), crashed(0), happened("invalid", n, 0, 0), happened("diverged", n, 0, 0))
	return f
}

// run is complete, on a machine with a sound calibration.
func run(fixes ...summary.Fix) summary.Summary {
	return summary.Summary{
		Run:   results.Run{ID: "some-run", Status: results.Complete, Calibration: &results.Calibration{Result: results.Sound}},
		Fixes: fixes,
	}
}

// notExercised has pairs, and none of them says anything.
func notExercised(f summary.Fix) summary.Fix {
	f.Pairs.NotExercised = f.Pairs.Valid
	return empty(f)
}

func noPair(f summary.Fix) summary.Fix {
	f.Pairs.Valid = 0
	return empty(f)
}

func empty(f summary.Fix) summary.Fix {
	f.Rows, f.Primary = nil, summary.Row{Metric: f.Fix.Primary, Note: "no pair has the figure in both arms"}
	return f
}

// judge gives the one answer of a policy with one rule.
func judge(t *testing.T, rule string, s summary.Summary) (gate.Answer, error) {
	t.Helper()
	d, err := policy(t, rule).Judge(s)
	if err != nil {
		return gate.Answer{}, err
	}
	if len(d.Answers) != 1 {
		t.Fatalf("%d answers to %s: %+v", len(d.Answers), rule, d.Answers)
	}
	if d.Result != d.Answers[0].Result {
		t.Errorf("the decision is %s and its only answer %s", d.Result, d.Answers[0].Result)
	}
	return d.Answers[0], nil
}

// policy has these rules.
func policy(t *testing.T, rules ...string) gate.Policy {
	t.Helper()
	p, err := gate.Parse("p.yaml", []byte("name: some-policy\nasks: Does it hold?\nrules:\n  - "+strings.Join(rules, "\n  - ")+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// bounds marks one trial of eight.
func bounds(at int) []bool {
	all := make([]bool, 8)
	all[at] = true
	return all
}
