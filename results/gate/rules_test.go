package gate_test

import (
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/gate"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// asked is a rule, a run, and what comes of it: a result, or an error that holds this text.
type asked struct {
	name string
	rule string
	run  summary.Summary
	want gate.Result
	says string // in the answer's Measured, Bound or Why
	err  string
}

func (c asked) check(t *testing.T) {
	t.Run(c.name, func(t *testing.T) {
		a, err := judge(t, c.rule, c.run)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("got %+v, %v\nwant %q", a, err, c.err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		text := a.Measured + " | " + a.Bound + " | " + a.Why
		if a.Result != c.want || !strings.Contains(text, c.says) {
			t.Errorf("%s: %s\nwant %s: %s", a.Result, text, c.want, c.says)
		}
		if a.Name == "" || a.Measured == "" || a.Bound == "" || a.Why == "" {
			t.Errorf("the answer leaves something out: %+v", a)
		}
	})
}

// few keeps the first pairs of a row.
func few(n int, better stat.Better, r summary.Row) summary.Row {
	return row(r.Name, r.Phase, r.Unit, better, r.Before.Values[:n], r.After.Values[:n])
}

func TestVerdict(t *testing.T) {
	const improved = "{rule: verdict, fix: a, is: improved}"
	const either = "{rule: verdict, fix: a, is: [improved, no difference]}"
	half, worse := latency("trigger", 0.5, 0.05), latency("trigger", 1.5, 0.05)
	same, vague := latency("trigger", 1, 0.02), latency("trigger", 1, 0.5)
	near := latency("trigger", 0.96, 0.09) // noisy enough to hold 0, not so noisy that 10 % would be missed
	censored := half
	censored.Change, censored.Note = nil, "a trial's quantile reached the operation time-out"
	goodput := row("goodput", "steady", "share", stat.Higher, constant(0.9), []float64{0.99, 0.98, 0.99, 0.97, 1, 0.99, 0.98, 1})
	for _, c := range []asked{
		{name: "pass", rule: improved, run: run(fix("a", half)), want: gate.Pass, says: "improved: -50"},
		{name: "pass with a corrected p", rule: improved,
			run: run(fix("a", half)), want: gate.Pass, says: "p 0.0078 corrected for 1 gated metrics"},
		{name: "pass by the other", rule: either,
			run: run(fix("a", same)), want: gate.Pass, says: "within the margin of 10 %"},
		{name: "a share is better higher", rule: "{rule: verdict, fix: a, is: improved, metric: goodput, phase: steady}",
			run: run(fix("a", half, goodput)), want: gate.Pass, says: "improved: +9.0 points"},
		{name: "regressed as asked", rule: "{rule: verdict, fix: a, is: regressed}",
			run: run(fix("a", worse)), want: gate.Pass},
		{name: "fail", rule: improved, run: run(fix("a", worse)), want: gate.Fail, says: "regressed: +49.9 %"},
		{name: "fail by no difference", rule: improved, run: run(fix("a", same)), want: gate.Fail, says: "is no difference"},
		{name: "inconclusive", rule: either,
			run: run(fix("a", near)), want: gate.Inconclusive, says: "both a change and none"},
		{name: "underpowered by noise", rule: either,
			run: run(fix("a", vague)), want: gate.Underpowered, says: "above the margin of 10 %"},
		{name: "underpowered by pairs", rule: improved,
			run: run(fix("a", few(5, stat.Lower, vague))), want: gate.Underpowered,
			says: "too few pairs: 5, and it takes 6"},
		{name: "not exercised", rule: improved,
			run: run(notExercised(fix("a", half))), want: gate.Invalid, says: "not exercised"},
		{name: "no valid pair", rule: improved, run: run(noPair(fix("a", half))), want: gate.Invalid, says: "no valid pair"},
		{name: "censored", rule: improved, run: run(fix("a", censored)), want: gate.Invalid, says: "time-out"},
		{name: "unknown fix", rule: "{rule: verdict, fix: aa, is: improved}", run: run(fix("a", half)),
			err: `p.yaml:4:26: fix: the run lacks it: unknown fix "aa"; did you mean "a"? (allowed: a)`},
		{name: "unknown metric", rule: "{rule: verdict, fix: a, is: improved, metric: p98, phase: trigger}",
			run: run(fix("a", half)),
			err: `p.yaml:4:51: metric: the run lacks it: unknown metric "p98"; did you mean "p99"? (allowed: crashed, diverged, invalid, p99)`},
		{name: "unknown phase", rule: "{rule: verdict, fix: a, is: improved, metric: p99, phase: triger}",
			run: run(fix("a", half)),
			err: `phase: the run lacks it: unknown phase of p99 "triger"; did you mean "trigger"? (allowed: trigger)`},
	} {
		c.check(t)
	}
}

func TestNonInferior(t *testing.T) {
	rule := func(margin string) string {
		return "{rule: non-inferior, fix: a, metric: p99, phase: steady, margin: " + margin + "}"
	}
	with := func(change, noisy float64) summary.Summary { return run(fix("a", latency("steady", change, noisy))) }
	censored := latency("steady", 1, 0.02)
	censored.Change, censored.Note = nil, "a trial's quantile reached the operation time-out"
	bounded := func(before, after []float64) summary.Summary { return run(fix("a", timedOut(before, after))) }
	one := []float64{9e8, 9.1e8, 8.9e8, 9e8, 1e9, 9.1e8, 9e8, 8.9e8}
	goodput := func(after float64) summary.Summary {
		var values []float64
		for _, n := range noise {
			values = append(values, after+0.002*n)
		}
		return run(fix("a", row("p99", "steady", "share", stat.Higher, constant(0.9), values)))
	}
	lost := func(after ...float64) summary.Summary {
		return run(fix("a", row("p99", "steady", "count", stat.Lower, constant(1), after)))
	}
	for _, c := range []asked{
		{name: "pass", rule: rule("5%"), run: with(1, 0.02), want: gate.Pass, says: "lies within the bound"},
		{name: "pass, improved by a run that could not have found 5 %", rule: rule("5%"),
			run: with(0.5, 0.3), want: gate.Pass,
			says: "no change for the worse"},
		{name: "fail", rule: rule("5%"), run: with(1.2, 0.02), want: gate.Fail, says: "whole 90 % interval lies beyond"},
		{name: "fail, however noisy", rule: rule("5%"), run: with(3, 0.3), want: gate.Fail},
		{name: "inconclusive", rule: rule("5%"), run: with(1.045, 0.03), want: gate.Inconclusive, says: "its bad end is +"},
		{name: "underpowered", rule: rule("5%"),
			run: with(1, 0.2), want: gate.Underpowered, says: "beyond the margin of 5 %"},
		{name: "a single pair", rule: rule("5%"), run: run(fix("a", few(1, stat.Lower, latency("steady", 1, 0)))),
			want: gate.Underpowered, says: "too few pairs: 1, and it takes 6"},
		{name: "detectable", rule: rule("detectable, at-most: 50%"),
			run: with(1, 0.2), want: gate.Pass, says: "at most 50 %"},
		{name: "detectable, and beyond it", rule: rule("detectable, at-most: 50%"), run: with(1.9, 0.1), want: gate.Fail},
		{name: "detectable, but more than at-most", rule: rule("detectable, at-most: 10%"), run: with(1, 0.2),
			want: gate.Underpowered, says: "less than 10 % worse"},
		{name: "detectable without any noise", rule: rule("detectable, at-most: 10%"), run: with(1, 0), want: gate.Pass},
		{name: "not exercised", rule: rule("5%"),
			run: run(notExercised(fix("a", latency("steady", 1, 0.02)))), want: gate.Invalid},
		{name: "no valid pair", rule: rule("5%"), run: run(noPair(fix("a", latency("steady", 1, 0.02)))), want: gate.Invalid},
		{name: "censored", rule: rule("5%"), run: run(fix("a", censored)), want: gate.Invalid, says: "time-out"},
		// 0.95 s against at least 1 s is no 5 %.
		{name: "at the time-out after", rule: rule("20%"), run: bounded(constant(9.5e8), constant(1e9)), want: gate.Inconclusive,
			says: "at least +5.3 % [+5.3, ..]"},
		{name: "far from the time-out before", rule: rule("20%"), run: bounded(constant(1e8), constant(1e9)), want: gate.Fail,
			says: "at least +900.0 % [+900.0, ..] at 90 %, 100 ms -> >=1 s"},
		{name: "at the time-out before", rule: rule("20%"), run: bounded(constant(1e9), constant(1.52e8)), want: gate.Pass,
			says: "at least -84.8 % [.., -84.8] at 90 %, >=1 s -> 152 ms"},
		{name: "one trial at the time-out", rule: rule("20%"), run: bounded(constant(9e8), one), want: gate.Inconclusive, says: "never"},
		{name: "at the time-out in both arms", rule: rule("20%"), run: bounded(constant(1e9), constant(1e9)), want: gate.Invalid},
		{name: "points of a share", rule: rule("1%"), run: goodput(0.895), want: gate.Pass, says: "less than 1 points worse"},
		{name: "points of a share, fail", rule: rule("1%"), run: goodput(0.88), want: gate.Fail, says: "-2.0 points"},
		{name: "a count", rule: rule("2"), run: lost(1, 2, 1, 1, 2, 1, 1, 1), want: gate.Pass, says: "less than 2 worse"},
		{name: "a count in percent", rule: rule("5%"), run: lost(1, 2, 1, 1, 2, 1, 1, 1),
			err: "p.yaml:4:70: margin: the change of p99 (steady) is judged: 5% does not fit the figure, which is a number, such as 0"},
		{name: "a ratio in seconds", rule: rule("5s"),
			run: with(1, 0.02), err: "5s does not fit the figure, which is a share"},
		{name: "a ratio that makes no sense", rule: rule("5"),
			run: with(1, 0.02), err: "5 does not fit the figure, which is a share"},
		{name: "unknown fix", rule: strings.Replace(rule("5%"), "fix: a", "fix: [a, bb]", 1), run: with(1, 0.02),
			err: `p.yaml:4:31: fix: the run lacks it: unknown fix "bb"; did you mean "a"? (allowed: a)`},
		{name: "unknown metric", rule: strings.Replace(rule("5%"), "p99", "staleness", 1), run: with(1, 0.02),
			err: `metric: the run lacks it: unknown metric "staleness" (allowed: crashed, diverged, invalid, p99)`},
		{name: "unknown phase", rule: strings.Replace(rule("5%"), "steady", "calm", 1), run: with(1, 0.02),
			err: `phase: the run lacks it: unknown phase of p99 "calm"`},
		{name: "no phase", rule: strings.Replace(rule("5%"), "phase: steady, ", "", 1), run: with(1, 0.02),
			err: `metric: p99 is not a figure of the whole trial: name a phase (the run has: steady)`},
	} {
		c.check(t)
	}
}

func TestRatio(t *testing.T) {
	const rule = "{rule: ratio, fix: a, metric: capacity, phase: trigger, at-least: 95%}"
	const slower = "{rule: ratio, fix: a, metric: p99, phase: steady, at-most: 105%}"
	with := func(change, noisy float64) summary.Summary { return run(fix("a", capacity(change, noisy))) }
	censored := capacity(1, 0.02)
	censored.Change, censored.Note = nil, "not compared"
	for _, c := range []asked{
		{name: "pass", rule: rule, run: with(0.99, 0.02), want: gate.Pass, says: "at least 95 % of before"},
		{name: "pass, doubled by a noisy run", rule: rule,
			run: with(2, 0.3), want: gate.Pass, says: "no change for the worse"},
		{name: "fail", rule: rule, run: with(0.8, 0.02), want: gate.Fail, says: "-20"},
		{name: "inconclusive", rule: rule, run: with(0.96, 0.03), want: gate.Inconclusive, says: "bad end is -"},
		{name: "underpowered", rule: rule, run: with(1, 0.2), want: gate.Underpowered},
		{name: "at-most pass", rule: slower,
			run: run(fix("a", latency("steady", 1, 0.02))), want: gate.Pass, says: "at most 105 % of before"},
		{name: "at-most fail", rule: slower, run: run(fix("a", latency("steady", 1.2, 0.02))), want: gate.Fail},
		{name: "not exercised", rule: rule, run: run(notExercised(fix("a", capacity(1, 0.02)))), want: gate.Invalid},
		{name: "no valid pair", rule: rule, run: run(noPair(fix("a", capacity(1, 0.02)))), want: gate.Invalid},
		{name: "not compared", rule: rule, run: run(fix("a", censored)), want: gate.Invalid, says: "not compared"},
		{name: "of a share", rule: "{rule: ratio, fix: a, metric: partial, at-least: 95%}",
			run: run(fix("a", partial(constant(0)))),
			err: "metric: partial can be 0 and is compared by its difference, so it has no ratio: write a rule non-inferior"},
		{name: "the good side of a rate", rule: "{rule: ratio, fix: a, metric: capacity, phase: trigger, at-most: 105%}",
			run: with(1, 0.02),
			err: "at-most: bounds the good side of capacity (trigger), of which more is better: write at-least"},
		{name: "the good side of a latency", rule: "{rule: ratio, fix: a, metric: p99, phase: steady, at-least: 95%}",
			run: run(fix("a", latency("steady", 1, 0.02))), err: "at-least: bounds the good side of p99 (steady), of which less is better"},
		{name: "unknown fix", rule: strings.Replace(rule, "fix: a", "fix: b", 1),
			run: with(1, 0.02), err: `fix: the run lacks it: unknown fix "b"`},
		{name: "unknown metric", rule: strings.Replace(rule, "capacity", "capasity", 1), run: with(1, 0.02),
			err: `unknown metric "capasity"; did you mean "capacity"? (allowed: capacity, crashed, diverged, invalid)`},
		{name: "unknown phase", rule: strings.Replace(rule, "trigger", "calm", 1),
			run: with(1, 0.02), err: `unknown phase of capacity "calm"`},
	} {
		c.check(t)
	}
}

func TestBound(t *testing.T) {
	gap := func(after ...float64) summary.Row {
		return row("gap", "fault", "ns", stat.Lower, constant(4e9)[:len(after)], after)
	}
	const rule = "{rule: bound, fix: a, metric: gap, phase: fault, at-most: 3s}"
	short := gap(1e9, 2e9, 1e9, 3e9, 1e9, 1e9, 1e9, 1e9)
	long := gap(1e9, 2e9, 1e9, 3.1e9, 1e9, 1e9, 1e9, 1e9)
	atTimeout, beyond := short, long
	atTimeout.After.Bounds, beyond.After.Bounds = bounds(3), bounds(3)
	other := long // the trial that breaks the bound was measured
	other.After.Bounds = bounds(0)
	lacking := fix("a", short)
	lacking.Pairs.Valid = 9
	broken := fix("a", long)
	broken.Pairs.Valid = 9
	rate := row("capacity", "trigger", "1/s", stat.Higher, constant(9000), []float64{9000, 8000, 9000, 8500, 9000, 9000, 9000, 9000})
	atLeast := func(bound string) string {
		return "{rule: bound, fix: a, metric: capacity, phase: trigger, at-least: " + bound + "}"
	}
	high := rate
	high.After.Bounds = bounds(1)
	for _, c := range []asked{
		{name: "pass", rule: rule,
			run: run(fix("a", short)), want: gate.Pass, says: "3 s in the worst of 8 trials after (pair 4)"},
		{name: "fail by one trial", rule: rule,
			run: run(fix("a", long)), want: gate.Fail, says: "3.1 s in the worst of 8 trials after (pair 4)"},
		{name: "fail of the other arm", rule: strings.Replace(rule, "at-most", "arm: before, at-most", 1),
			run:  run(fix("a", short)),
			want: gate.Fail, says: "4 s in the worst of 8 trials before"},
		{name: "censored below the bound", rule: rule, run: run(fix("a", atTimeout)), want: gate.Invalid, says: ">=3 s"},
		{name: "censored beyond the bound", rule: rule, run: run(fix("a", beyond)), want: gate.Fail, says: ">=3.1 s"},
		{name: "another trial is censored", rule: rule, run: run(fix("a", other)), want: gate.Fail, says: "3.1 s in the worst"},
		{name: "a trial lacks the figure", rule: rule,
			run: run(lacking), want: gate.Invalid, says: "missing in 1 of 9 trials"},
		{name: "a trial lacks the figure, another breaks the bound", rule: rule, run: run(broken), want: gate.Fail},
		{name: "a single trial is enough", rule: rule, run: run(fix("a", few(1, stat.Lower, short))), want: gate.Pass,
			says: "1 s in the worst of 1 trial after"},
		{name: "nothing partial", rule: "{rule: bound, fix: a, metric: partial, at-most: 0}",
			run:  run(fix("a", partial(constant(0)))),
			want: gate.Pass, says: "at most 0 % in every trial after"},
		{name: "one partial", rule: "{rule: bound, fix: a, metric: partial, at-most: 0%}",
			run: run(fix("a", partial([]float64{0, 0, 0, 0, 0.001, 0, 0, 0}))), want: gate.Fail, says: "0.1 % in the worst of 8 trials after (pair 5)"},
		{name: "at least", rule: atLeast("8000/s"), run: run(fix("a", rate)), want: gate.Pass, says: "8000/s in the worst"},
		{name: "at least, fail", rule: atLeast("8001/s"), run: run(fix("a", rate)), want: gate.Fail, says: "at least 8001/s"},
		{name: "at least, censored and high enough", rule: atLeast("8000/s"), run: run(fix("a", high)), want: gate.Pass},
		{name: "at least, censored", rule: atLeast("8001/s"), run: run(fix("a", high)), want: gate.Invalid},
		{name: "not exercised", rule: rule, run: run(notExercised(fix("a", short))), want: gate.Invalid, says: "at most 3 s"},
		{name: "no valid pair", rule: rule, run: run(noPair(fix("a", short))), want: gate.Invalid},
		{name: "another unit", rule: atLeast("95%"), run: run(fix("a", rate)),
			err: "at-least: capacity (trigger) is bounded: 95% does not fit the figure, which is a rate, such as 1000/s"},
		{name: "no unit", rule: strings.Replace(rule, "3s", "3", 1),
			run: run(fix("a", short)), err: "3 does not fit the figure, which is a duration"},
		{name: "CPU seconds", rule: "{rule: bound, fix: a, metric: cpu_workload, at-most: 1500ms}",
			run: run(fix("a", row("cpu_workload", "", "s", stat.Lower, constant(1), constant(1.5)))), want: gate.Pass, says: "at most 1.50 s"},
		{name: "what a counter counts", rule: "{rule: bound, fix: a, metric: log_lines, at-most: 5}",
			run: run(fix("a", row("log_lines", "", "lines", stat.Lower, constant(900), constant(6)))), want: gate.Fail, says: "at most 5"},
		{name: "a duration for what a counter counts", rule: "{rule: bound, fix: a, metric: log_lines, at-most: 5s}",
			run: run(fix("a", row("log_lines", "", "lines", stat.Lower, constant(900), constant(6)))), err: "5s does not fit the figure, which is a number"},
		{name: "bytes", rule: "{rule: bound, fix: a, metric: heap_end, at-most: 4MiB}",
			run: run(fix("a", row("heap_end", "", "bytes", stat.Lower, constant(9<<20), constant(3<<20)))), want: gate.Pass, says: "at most 4 MiB"},
		{name: "a number for bytes", rule: "{rule: bound, fix: a, metric: heap_end, at-most: 4}",
			run: run(fix("a", row("heap_end", "", "bytes", stat.Lower, constant(9), constant(3)))), err: "4 does not fit the figure, which is a size, such as 64MiB"},
		{name: "unknown fix", rule: strings.Replace(rule, "fix: a", "fix: b", 1),
			run: run(fix("a", short)), err: `unknown fix "b"`},
		{name: "unknown metric", rule: strings.Replace(rule, "gap", "gab", 1),
			run: run(fix("a", short)), err: `unknown metric "gab"; did you mean "gap"?`},
		{name: "unknown phase", rule: strings.Replace(rule, "fault", "falut", 1), run: run(fix("a", short)),
			err: `unknown phase of gap "falut"; did you mean "fault"?`},
		{name: "a phase that no figure of the trial has",
			rule: "{rule: bound, fix: a, metric: partial, phase: steady, at-most: 0}",
			run:  run(fix("a", partial(constant(0)))), err: "phase: partial is a figure of the whole trial: leave the phase out"},
	} {
		c.check(t)
	}
}

// Two bounds on one figure are two tests: a list that showed both by one name would show the later alone.
func TestTwoBoundsOnOneFigureHaveTwoNames(t *testing.T) {
	const rule = "{rule: bound, fix: a, metric: gap, phase: fault, at-most: "
	gap := row("gap", "fault", "ns", stat.Lower, constant(4e9), constant(1e9))
	d, err := policy(t, rule+"10ms}", rule+"3s}", rule+"3s, arm: before}").Judge(run(fix("a", gap)))
	if err != nil || len(d.Answers) != 3 {
		t.Fatalf("got %+v, %v", d, err)
	}
	for i, want := range []string{
		"bound: gap (fault) at most 10ms", "bound: gap (fault) at most 3s", "bound: gap (fault) at most 3s (before)",
	} {
		if d.Answers[i].Name != want {
			t.Errorf("%q, want %q", d.Answers[i].Name, want)
		}
	}
}

func TestExercisedAndPairs(t *testing.T) {
	const fired, enough = "{rule: exercised, fix: a}", "{rule: pairs, fix: a, at-least: 8}"
	f := fix("a", latency("trigger", 0.5, 0.05))
	some := f
	some.Pairs.NotExercised = 2
	instrument := f
	instrument.Fix.Trigger = results.Trigger{}
	for _, c := range []asked{
		{name: "exercised", rule: fired, run: run(f), want: gate.Pass, says: "100 batches in the median trial before"},
		{name: "exercised in some", rule: fired, run: run(some), want: gate.Pass, says: "exercised in 6 of 8 valid pairs"},
		{name: "no trigger", rule: fired, run: run(instrument), want: gate.Pass, says: "no trigger"},
		{name: "not exercised", rule: fired,
			run: run(notExercised(f)), want: gate.Invalid, says: "batches that met the defect"},
		{name: "not even run", rule: fired, run: run(noPair(f)), want: gate.Invalid, says: "no valid pair"},
		{name: "exercised, unknown fix", rule: "{rule: exercised, fix: b}", run: run(f), err: `unknown fix "b"`},
		{name: "pairs", rule: enough, run: run(f), want: gate.Pass, says: "8 of 8 planned"},
		{name: "too few pairs", rule: enough,
			run: run(some), want: gate.Underpowered, says: "6 of 8 planned | at least 8 | 2 pairs too few"},
		{name: "one pair too few", rule: strings.Replace(enough, "8", "7", 1),
			run: run(some), want: gate.Underpowered, says: "6 of 8 planned | at least 7 | 1 pair too few"},
		{name: "no pair", rule: enough, run: run(noPair(f)), want: gate.Invalid},
		{name: "no exercised pair", rule: enough, run: run(notExercised(f)), want: gate.Invalid},
		{name: "pairs, unknown fix", rule: "{rule: pairs, fix: b, at-least: 8}", run: run(f), err: `unknown fix "b"`},
	} {
		c.check(t)
	}
}
