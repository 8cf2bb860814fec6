package gate_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"aftershock/results/gate"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// drawn are rows with any change and any noise, from one pair to twelve.
func drawn(rng *rand.Rand, unit string, better stat.Better) summary.Row {
	n := 1 + rng.IntN(12)
	change, noisy := 0.4*rng.NormFloat64()*rng.Float64(), 0.3*rng.Float64()*rng.Float64()
	before, after := make([]float64, n), make([]float64, n)
	for i := range n {
		before[i] = 1 + 0.1*rng.Float64()
		after[i] = max(before[i]*(1+change+noisy*rng.NormFloat64()), 0.01)
		if unit == "share" {
			before[i], after[i] = before[i]/10, after[i]/10
		}
	}
	return row("p99", "steady", unit, better, before, after)
}

func compared(t *testing.T, r summary.Row) stat.Comparison {
	t.Helper()
	by := stat.Criterion{Scale: r.Scale, Better: r.Better, Margin: r.Change.Margin}
	c, err := stat.Compare(r.Before.Values, r.After.Values, by)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The answers agree with the statistics that they rest on, which work on the differences and not on what is reported.
func TestAnswersAgreeWithTheStatistics(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	seen := map[string]int{}
	for range 1500 {
		unit, better := "ns", stat.Lower
		if rng.IntN(2) == 0 {
			better = stat.Higher
		}
		margin, bound := 0.05, "5%"
		if rng.IntN(2) == 0 {
			unit, margin, bound = "share", 0.005, "0.5%"
		}
		r := drawn(rng, unit, better)
		c := compared(t, r)
		s := run(fix("a", r))

		a, err := judge(t, "{rule: verdict, fix: a, is: [improved, no difference]}", s)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Before.Values) < 6 {
			if a.Result != gate.Underpowered || !strings.Contains(a.Why, "too few pairs") {
				t.Fatalf("%d pairs: %+v", len(r.Before.Values), a)
			}
			seen["too few"]++
			continue
		}
		if want := c.Corrected(c.P).String() + ": "; !strings.HasPrefix(a.Measured, want) {
			t.Fatalf("%s\nwant %s", a.Measured, want)
		}
		seen["verdict "+string(a.Result)]++

		a, err = judge(t, fmt.Sprintf("{rule: non-inferior, fix: a, metric: p99, phase: steady, margin: %s}", bound), s)
		if err != nil {
			t.Fatal(err)
		}
		could := r.Change.DetectableHarm > 0 && r.Change.DetectableHarm <= margin
		held, harmless := stat.NonInferior(c, margin), stat.NonInferior(c, 0)
		if pass := held && could || harmless; pass != (a.Result == gate.Pass) {
			t.Fatalf("%s: %s\nnon-inferior %v, detectable %v, harmless %v", a.Result, a.Measured, held, could, harmless)
		}
		if a.Result == gate.Fail && held {
			t.Fatalf("failed and non-inferior: %+v", a)
		}
		seen["non-inferior "+string(a.Result)]++
	}
	for _, want := range []string{
		"too few", "verdict pass", "verdict inconclusive", "verdict underpowered",
		"non-inferior pass", "non-inferior fail", "non-inferior inconclusive", "non-inferior underpowered",
	} {
		if seen[want] == 0 {
			t.Errorf("%s was never met: %v", want, seen)
		}
	}
}

// A wider margin never makes an answer worse.
func TestAWiderMarginIsNeverWorse(t *testing.T) {
	rank := map[gate.Result]int{gate.Fail: 0, gate.Underpowered: 1, gate.Inconclusive: 1, gate.Pass: 2}
	rng := rand.New(rand.NewPCG(3, 4))
	for range 400 {
		s := run(fix("a", drawn(rng, "ns", stat.Lower)))
		last := gate.Fail
		for _, margin := range []string{"1%", "5%", "20%", "80%"} {
			a, err := judge(t, "{rule: non-inferior, fix: a, metric: p99, phase: steady, margin: "+margin+"}", s)
			if err != nil {
				t.Fatal(err)
			}
			if rank[a.Result] < rank[last] {
				t.Fatalf("%s at a margin of %s, and %s at a narrower one: %s", a.Result, margin, last, a.Measured)
			}
			last = a.Result
		}
	}
}

// Keeping 95 % of a rate is the same question as a margin of 1/0.95 - 1.
func TestRatioIsNonInferiority(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 400 {
		r := drawn(rng, "ns", stat.Higher)
		ratio, err := judge(t, "{rule: ratio, fix: a, metric: p99, phase: steady, at-least: 80%}", run(fix("a", r)))
		if err != nil {
			t.Fatal(err)
		}
		margin, err := judge(t, "{rule: non-inferior, fix: a, metric: p99, phase: steady, margin: 25%}", run(fix("a", r)))
		if err != nil || ratio.Result != margin.Result {
			t.Fatalf("ratio %+v\nmargin %+v, %v", ratio, margin, err)
		}
	}
}
