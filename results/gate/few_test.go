package gate_test

import (
	"slices"
	"strings"
	"testing"

	"aftershock/results/gate"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// allowing is a policy of one rule that takes changes over a handful of pairs.
func allowing(t *testing.T, rule string) gate.Policy {
	t.Helper()
	p, err := gate.Parse("p.yaml", []byte("name: some-policy\nasks: Does it hold?\nfew-pairs: allowed\nrules:\n  - "+rule+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Fewer pairs prove no more: what Student's t finds in five, by assuming how they are spread, passes only a policy that
// says so by name. Two pairs of a run that is inconclusive with eight often give a verdict.
func TestFewPairsPassByNameOnly(t *testing.T) {
	figure, rate := latency("trigger", 0.5, 0.05), capacity(2, 0.05)
	for _, c := range []struct{ name, rule string }{
		{"verdict", "{rule: verdict, fix: a, is: improved}"},
		{"non-inferior", "{rule: non-inferior, fix: a, metric: p99, phase: trigger, margin: 5%}"},
		{"detectable", "{rule: non-inferior, fix: a, metric: p99, phase: trigger, margin: detectable, at-most: 50%}"},
		{"ratio", "{rule: ratio, fix: a, metric: capacity, phase: trigger, at-least: 95%}"},
		{"pairs", "{rule: pairs, fix: a, at-least: 2}"},
	} {
		for _, n := range []int{2, 5, 6} {
			s := run(fix("a", few(n, stat.Lower, figure), few(n, stat.Higher, rate)))
			want, says := gate.Underpowered, "too few pairs: "
			if n == 6 {
				want, says = gate.Pass, ""
			}
			a, err := judge(t, c.rule, s)
			if err != nil || a.Result != want || !strings.HasPrefix(a.Why, says) {
				t.Errorf("%s, %d pairs: %+v, %v", c.name, n, a, err)
			}
			if d, err := allowing(t, c.rule).Judge(s); err != nil || n == 5 && d.Result != gate.Pass {
				t.Errorf("%s, %d pairs, allowed: %+v, %v", c.name, n, d, err)
			}
		}
	}
}

// One pair has no interval, whatever a policy allows.
func TestOnePairIsNoEvidence(t *testing.T) {
	s := run(fix("a", few(1, stat.Lower, latency("trigger", 0.5, 0.05))))
	for _, rule := range []string{
		"{rule: verdict, fix: a, is: improved}",
		"{rule: non-inferior, fix: a, metric: p99, phase: trigger, margin: 5%}",
	} {
		d, err := allowing(t, rule).Judge(s)
		if err != nil || d.Result != gate.Underpowered || d.Answers[0].Why != "a single pair gives no interval" ||
			!strings.Contains(d.Answers[0].Measured, "(no interval), 2 ms -> 950 us, 1 pair") {
			t.Errorf("%s: %+v, %v", rule, d, err)
		}
	}
}

// A bound needs no estimate, and says of how few trials it is; the notes say so whatever the rules are about.
func TestABoundSaysOnHowFewTrialsItRests(t *testing.T) {
	s := run(fix("a", few(3, stat.Lower, latency("steady", 1, 0.02))))
	const rule = "{rule: bound, fix: a, metric: p99, phase: steady, at-most: 1s}"
	d, err := policy(t, rule).Judge(s)
	if err != nil || d.Result != gate.Pass || !strings.HasSuffix(d.Answers[0].Why, ", and there are no more than 3") ||
		!strings.Contains(d.Answers[0].Measured, "in the worst of 3 trials after") {
		t.Errorf("%+v, %v", d, err)
	}
	if want := "a: 3 pairs judged, fewer than 6"; !slices.Contains(d.Notes, want) {
		t.Errorf("notes %q, want %q", d.Notes, want)
	}
}

// A run without a policy of its own does not pass by few pairs either.
func TestTheDefaultPolicyTakesNoFewPairs(t *testing.T) {
	for _, s := range []summary.Summary{
		run(fix("a", few(5, stat.Lower, latency("trigger", 0.5, 0.05)))),
		run(instrument("null", 0, few(5, stat.Lower, latency("trigger", 1, 0.02)))),
	} {
		if d, err := gate.Default(s).Judge(s); err != nil || d.Result != gate.Underpowered {
			t.Errorf("%+v, %v", d, err)
		}
	}
}

// Pairs that could show no change among all gated metrics show no difference either: a run that can answer in one way
// only was not asked. What is shown by one fix in six pairs takes eight among four.
func TestTooFewForTheGatedMetrics(t *testing.T) {
	const rule = "{rule: verdict, fix: a, is: [improved, no difference]}"
	for _, change := range []float64{0.5, 1} {
		var fixes []summary.Fix
		for _, name := range []string{"a", "b", "c", "d"} {
			fixes = append(fixes, fix(name, few(6, stat.Lower, latency("trigger", change, 0.02))))
		}
		a, err := judge(t, rule, run(fixes...))
		if err != nil || a.Result != gate.Underpowered || !strings.HasPrefix(a.Measured, "too few pairs: ") ||
			!strings.Contains(a.Why, "it takes 8") {
			t.Errorf("among four: %+v, %v", a, err)
		}
		if a, err := judge(t, rule, run(fixes[0])); err != nil || a.Result != gate.Pass {
			t.Errorf("alone: %+v, %v", a, err)
		}
		if d, err := allowing(t, rule).Judge(run(fixes...)); err != nil || (d.Result == gate.Pass) != (change == 1) {
			t.Errorf("allowed, %v: %+v, %v", change, d, err)
		}
	}
}

// An instrument's own interval is corrected by nothing: among four metrics six pairs are too few to call a control
// found, and enough to see that what is there was not.
func TestAnInstrumentOfFewPairsCanStillFail(t *testing.T) {
	others := []summary.Fix{
		fix("a", latency("trigger", 1, 0.02)), fix("b", latency("trigger", 1, 0.02)), fix("c", latency("trigger", 1, 0.02)),
	}
	for change, want := range map[float64]gate.Result{1.5: gate.Underpowered, 1.2: gate.Fail} {
		s := run(append(others, instrument("control", 0.5, few(6, stat.Lower, build(change, 0.02))))...)
		d, err := gate.Default(s).Judge(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range d.Answers {
			if a.Fix == "control" && a.Result != want {
				t.Errorf("%v: %+v, want %s", change, a, want)
			}
		}
	}
}
