package gate_test

import (
	"slices"
	"strings"
	"testing"

	"aftershock/results/gate"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// crashed has a crash in the first trials after.
func crashed(n int) summary.Row {
	after := constant(0)
	for i := range n {
		after[i] = 1
	}
	return row("crashed", "", "count", stat.Lower, constant(0), after)
}

// crashing has eight pairs; in two of them the workload crashed after, and its figures are missing.
func crashing(rows ...summary.Row) summary.Fix {
	f := fix("a", rows...)
	f.Pairs.Valid, f.Pairs.CrashedAfter = 8, 2
	replace(&f, crashed(2))
	return f
}

// replace puts a row in the place of that of the same metric.
func replace(f *summary.Fix, r summary.Row) {
	f.Rows = slices.Clone(f.Rows)
	f.Rows[slices.IndexFunc(f.Rows, func(other summary.Row) bool { return other.Metric == r.Metric })] = r
}

// The pairs that are left when the bad trials lose their figures pass nothing, however good they look.
func TestPairsThatAreLeftAreNoPass(t *testing.T) {
	figure := latency("trigger", 0.5, 0.05)
	f := crashing(few(6, stat.Lower, figure), few(6, stat.Higher, capacity(2, 0.02)))
	const says = "2 of 8 pairs lack "
	for _, rule := range []string{
		"{rule: verdict, fix: a, is: improved}",
		"{rule: verdict, fix: a, is: regressed}",
		"{rule: non-inferior, fix: a, metric: p99, phase: trigger, margin: 5%}",
		"{rule: non-inferior, fix: a, metric: p99, phase: trigger, margin: detectable, at-most: 50%}",
		"{rule: ratio, fix: a, metric: capacity, phase: trigger, at-least: 95%}",
	} {
		asked{name: rule, rule: rule, run: run(f), want: gate.Invalid, says: says}.check(t)
		asked{name: rule + " names the crashes", rule: rule, run: run(f), want: gate.Invalid,
			says: "crashed in 0 trials before and 2 after"}.check(t)
		hung := f
		hung.Pairs.CrashedAfter = 0
		asked{name: rule + " without a crash", rule: rule, run: run(hung), want: gate.Invalid, says: says}.check(t)
		unexercised := f
		unexercised.Pairs.NotExercised = 2 // and so none is missing
		if a, err := judge(t, rule, run(unexercised)); err != nil || a.Result == gate.Invalid {
			t.Errorf("%s: pairs that were not exercised count as missing: %+v, %v", rule, a, err)
		}
	}
	asked{name: "pairs", rule: "{rule: pairs, fix: a, at-least: 8}", run: run(f), want: gate.Underpowered,
		says: "6 of 8 planned | at least 8 | 2 pairs too few; 0 were invalid trials, 0 pairs not exercised, 2 lack p99 (trigger)",
	}.check(t)
	asked{name: "as many as are left", rule: "{rule: pairs, fix: a, at-least: 6}", run: run(f), want: gate.Pass}.check(t)
	bare := f
	bare.Primary.Change, bare.Primary.Note = nil, "nothing to compare"
	bare.Rows = []summary.Row{bare.Primary}
	asked{name: "none is left", rule: "{rule: pairs, fix: a, at-least: 1}", run: run(bare), want: gate.Invalid,
		says: "nothing to compare"}.check(t)
}

func TestTheDefaultPolicySeesWhatIsMissing(t *testing.T) {
	held := few(6, stat.Higher, capacity(1, 0.02))
	for _, c := range []struct {
		name string
		fix  summary.Fix
		want map[string]gate.Result
	}{
		{"crashed", guarded(crashing(few(6, stat.Lower, latency("trigger", 0.5, 0.05)), held), held.Metric), map[string]gate.Result{
			"did not regress: p99 (trigger)": gate.Invalid, "did not crash": gate.Fail,
			"guard is not worse: capacity (trigger)": gate.Invalid, "was exercised": gate.Pass, "no trial is invalid": gate.Invalid,
			"members hold the same": gate.Invalid, "members hold the same (before)": gate.Invalid,
		}},
		{"an instrument", func() summary.Fix {
			f := crashing(few(6, stat.Lower, latency("trigger", 1, 0.05)))
			f.Instrument = true
			return f
		}(), map[string]gate.Result{"found as expected: p99 (trigger)": gate.Invalid}},
	} {
		s := run(c.fix)
		d, err := gate.Default(s).Judge(s)
		if err != nil || len(d.Answers) != len(c.want) {
			t.Errorf("%s: %+v, %v", c.name, d, err)
		}
		for _, a := range d.Answers {
			if a.Result != c.want[a.Name] {
				t.Errorf("%s: %s: %s: %s, want %s", c.name, a.Name, a.Result, a.Why, c.want[a.Name])
			}
		}
	}
}

// One crash after fails every shipped policy and the default one; one before is what a fix is for.
func TestACrashFails(t *testing.T) {
	var policies []gate.Policy
	for _, name := range gate.Names() {
		p, err := gate.Shipped(name)
		if err != nil {
			t.Fatal(err)
		}
		policies = append(policies, p)
	}
	after := everything("a")
	after.Pairs.CrashedAfter = 1
	i := slices.IndexFunc(after.Rows, func(r summary.Row) bool { return r.Name == "crashed" })
	after.Rows[i] = crashed(1)
	before := everything("a")
	before.Pairs.CrashedBefore = 1
	before.Rows[i].Before = after.Rows[i].After
	for _, p := range append(policies, gate.Default(run(after))) {
		if d, err := p.Judge(run(after)); err != nil || d.Result != gate.Fail {
			t.Errorf("%s: a crash after: %+v, %v", p.Name, d, err)
		}
		if d, err := p.Judge(run(before)); err != nil || d.Result != gate.Pass {
			t.Errorf("%s: a crash before: %+v, %v", p.Name, d, err)
		}
	}
}

// What the generator never sent is no success, though nothing failed.
func TestMissedOperationsFailTheShippedPolicies(t *testing.T) {
	f := everything("a")
	i := slices.IndexFunc(f.Rows, func(r summary.Row) bool { return r.Name == "goodput" })
	f.Rows[i] = row("goodput", "steady", "share", stat.Higher, constant(1), constant(0.99))
	for _, name := range gate.Names() {
		p, err := gate.Shipped(name)
		if err != nil {
			t.Fatal(err)
		}
		if d, err := p.Judge(run(f)); err != nil || d.Result != gate.Fail {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
}

// A rate of 0 has no ratio. It is a failure when only after has it and less is worse, and otherwise not known.
func TestARateOfZero(t *testing.T) {
	rate := func(before, after float64) summary.Summary {
		r := capacity(1, 0.02)
		r.Before.Values, r.After.Values = slices.Clone(r.Before.Values), slices.Clone(r.After.Values)
		r.Before.Values[3], r.After.Values[2], r.After.Values[5] = before, after, after
		r.Change, r.Note = nil, "a value of 0 has no ratio"
		return run(fix("a", r))
	}
	better := rate(5000, 0)
	better.Fixes[0].Rows[0].Better = stat.Lower
	const ratio = "{rule: ratio, fix: a, metric: capacity, phase: trigger, at-least: 80%}"
	for _, rule := range []string{
		ratio,
		"{rule: non-inferior, fix: a, metric: capacity, phase: trigger, margin: 20%}",
		"{rule: non-inferior, fix: a, metric: capacity, phase: trigger, margin: detectable, at-most: 20%}",
	} {
		asked{name: rule, rule: rule, run: rate(5000, 0), want: gate.Fail, says: "0/s in 2 of 8 trials after"}.check(t)
		asked{name: rule + " of both", rule: rule, run: rate(0, 0), want: gate.Invalid, says: "no ratio"}.check(t)
		asked{name: rule + " of before", rule: rule, run: rate(0, 5000), want: gate.Invalid, says: "no ratio"}.check(t)
		if rule != ratio {
			asked{name: rule + " of what is better lower", rule: rule, run: better, want: gate.Invalid}.check(t)
		}
	}
	asked{name: "verdict", rule: "{rule: verdict, fix: a, is: improved}", run: rate(5000, 0), want: gate.Invalid}.check(t)
	asked{name: "the wrong side", rule: strings.Replace(ratio, "at-least: 80%", "at-most: 120%", 1), run: rate(5000, 0),
		err: "bounds the good side of capacity"}.check(t)
	s := rate(5000, 0)
	s.Fixes[0] = guarded(s.Fixes[0], s.Fixes[0].Rows[0].Metric)
	if d, err := gate.Default(s).Judge(s); err != nil || d.Result != gate.Fail {
		t.Errorf("a guard: %+v, %v", d, err)
	}
}

// A question about all fixes has no answer from a run that left some out.
func TestAllFixesAfterARunThatLeftSomeOut(t *testing.T) {
	s := run(fix("a", latency("trigger", 0.5, 0.05)))
	s.Run.NotRun = []string{"b", "c"}
	all := policy(t, "{rule: verdict, fix: all, is: improved}", "{rule: exercised, fix: all}")
	d, err := all.Judge(s)
	if err != nil || d.Result != gate.Invalid || len(d.Answers) != 3 || d.Answers[0].Fix != "" ||
		d.Answers[0].Measured != "not run: b, c" || d.Answers[1].Result != gate.Pass {
		t.Errorf("got %+v, %v", d, err)
	}
	for _, p := range []gate.Policy{policy(t, "{rule: verdict, fix: a, is: improved}"), gate.Default(s)} {
		if d, err := p.Judge(s); err != nil || d.Result != gate.Pass || !slices.Contains(d.Notes, "fixes of the scenario that were not run: b, c") {
			t.Errorf("%s: %+v, %v", p.Name, d, err)
		}
	}
}

// A profiler's cost is in every figure, so that none says what its users would get.
func TestAProfiledRunHasNoAnswer(t *testing.T) {
	s := run(fix("a", latency("trigger", 0.5, 0.05)))
	s.Run.Profiled = true
	for _, p := range []gate.Policy{policy(t, "{rule: verdict, fix: a, is: improved}"), gate.Default(s)} {
		d, err := p.Judge(s)
		if err != nil || d.Result != gate.Invalid || d.Answers[0].Bound != "run without --profile" || d.Answers[1].Result != gate.Pass {
			t.Errorf("%s: %+v, %v", p.Name, d, err)
		}
	}
}

// The same change in every pair shows no noise, and is not beyond a margin that would be 0 for it.
func TestDetectableWithoutNoiseIsAtMost(t *testing.T) {
	lost := func(n float64) summary.Summary {
		return run(fix("a", row("leases_lost", "", "count", stat.Lower, constant(1), constant(1+n))))
	}
	const rule = "{rule: non-inferior, fix: a, metric: leases_lost, margin: detectable, at-most: 2}"
	for _, c := range []asked{
		{name: "fewer than allowed", rule: rule, run: lost(1), want: gate.Pass, says: "less than 2 worse (the most that is allowed, for no noise was seen)"},
		{name: "none", rule: rule, run: lost(0), want: gate.Pass},
		{name: "as many as allowed", rule: rule, run: lost(2), want: gate.Inconclusive},
		{name: "more", rule: rule, run: lost(3), want: gate.Fail},
	} {
		c.check(t)
	}
}
