package trend_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"aftershock/results/stat"
	"aftershock/results/trend"
)

var step = math.Log(1.1)

// noon is a time on a day, after its night.
func noon(day int) time.Time { return firstNight.AddDate(0, 0, day).Add(10 * time.Hour) }

// after gives the trend of nights at the noon after the last. Each level is a night's; one above 0.04 is confirmed.
func after(t testing.TB, decisions []trend.Decision, levels ...float64) trend.Trend {
	t.Helper()
	rng := source(7)
	h := trend.History{Decisions: decisions}
	for day, level := range levels {
		n := made(rng, day, level)
		if len(trend.Suspects(n)) > 0 {
			n = made(rng, day, level, level)
		}
		h.Nights = append(h.Nights, stored(t, n))
	}
	return trend.Of(h, noon(len(levels)-1))
}

func outcomes(t trend.Trend) (all []trend.Outcome) {
	for _, p := range t.Series[0].Points {
		all = append(all, p.Outcome)
	}
	return all
}

func TestAnAlarmIsRaisedOnceAndEndsWhenFixed(t *testing.T) {
	got := after(t, nil, 0, 0, step, step, 0, step)
	want := []trend.Outcome{"quiet", "quiet", "regressed", "regressed", "quiet", "regressed"}
	if !slices.Equal(outcomes(got), want) {
		t.Fatalf("outcomes %v", outcomes(got))
	}
	if len(got.Alarms) != 2 {
		t.Fatalf("%d alarms, want 2", len(got.Alarms))
	}
	last, first := got.Alarms[0], got.Alarms[1]
	if first.State != trend.Fixed || first.Says != "found on 2026-03-05 to be as it should" ||
		first.Raised != got.Series[0].Points[2].File || first.Last != got.Series[0].Points[3].File {
		t.Errorf("the first alarm: %+v", first)
	}
	if last.State != trend.New || last.ID == first.ID || len(last.ID) != 8 || math.Abs(last.Level-step) > 0.05 {
		t.Errorf("the last alarm: %+v", last)
	}
}

func TestAnAcknowledgementHoldsForItsLevelAndItsTime(t *testing.T) {
	id := after(t, nil, 0, step).Alarms[0].ID
	ack := []trend.Decision{{
		Schema: 1, At: noon(1), Alarm: id, State: trend.Acknowledged, Reason: "on purpose", Expires: noon(4),
	}}
	held := after(t, ack, 0, step, step, step)
	if a := held.Alarms[0]; len(held.Alarms) != 1 || a.State != trend.Acknowledged || a.Says != "until 2026-03-05" ||
		a.Reason != "on purpose" {
		t.Errorf("acknowledged: %+v", held.Alarms)
	}
	if got := outcomes(held)[3]; got != trend.Quiet {
		t.Errorf("at the acknowledged level: %s", got)
	}
	ended := after(t, ack, 0, step, step, step, step, step)
	if a := ended.Alarms[0]; len(ended.Alarms) != 1 || a.State != trend.New ||
		!strings.Contains(a.Says, "ended on 2026-03-05") {
		t.Errorf("ended: %+v", ended.Alarms)
	}
	worse := after(t, ack, 0, step, step, 2*step)
	if a := worse.Alarms[0]; len(worse.Alarms) != 1 || a.State != trend.New ||
		a.Says != "worse on 2026-03-04 than what was acknowledged" || math.Abs(a.Level-2*step) > 0.05 {
		t.Errorf("worse: %+v", worse.Alarms)
	}
	back := after(t, ack, 0, step, step, 0)
	if a := back.Alarms[0]; a.State != trend.Fixed {
		t.Errorf("back: %+v", back.Alarms)
	}
	fixed := []trend.Decision{{Schema: 1, At: noon(1), Alarm: id, State: trend.Fixed, Reason: "new baseline"}}
	if a := after(t, fixed, 0, step).Alarms[0]; a.State != trend.Fixed || a.Says != "by decision of 2026-03-02" {
		t.Errorf("fixed by decision: %+v", a)
	}
	if got := after(t, []trend.Decision{{Alarm: "00000000", At: noon(0)}}, 0); len(got.Notes) != 1 ||
		!strings.Contains(got.Notes[0], "alarm 00000000, which no night raised") {
		t.Errorf("notes %q", got.Notes)
	}
}

func TestAChangeNeedsItsRerun(t *testing.T) {
	of := func(n trend.Night) trend.Answer {
		return trend.Of(trend.History{Nights: []trend.Stored{stored(t, n)}}, noon(0)).Answers[0]
	}
	for _, c := range []struct {
		name  string
		night trend.Night
		want  trend.Outcome
	}{
		{"not run again", made(source(2), 0, step), trend.Unconfirmed},
		{"not confirmed", made(source(2), 0, step, 0), trend.Dismissed},
		{"confirmed", made(source(2), 0, step, step), trend.Regressed},
		{"better", made(source(2), 0, -step, -step), trend.Improved},
		{"the other way", made(source(2), 0, -step, step), trend.Dismissed},
		{"quiet", made(source(2), 0, 0), trend.Quiet},
		{"small", made(source(2), 0, 0.01), trend.Quiet},
	} {
		if got := of(c.night); got.Outcome != c.want {
			t.Errorf("%s: %s (%s), want %s", c.name, got.Outcome, got.Why, c.want)
		}
	}
	if got := trend.Suspects(made(source(2), 0, step)); len(got) != 1 || got[0].Key.Fix != "target" {
		t.Errorf("suspects %v", got)
	}
	if got := trend.Suspects(made(source(2), 0, step, step)); len(got) != 0 {
		t.Errorf("a confirmed change is suspected again: %v", got)
	}
}

func TestWhatCannotBeJudgedIsNeverQuiet(t *testing.T) {
	of := func(change func(*trend.Run)) trend.Answer {
		n := made(source(2), 0, 0)
		change(&n.Runs[0])
		if err := n.Runs[0].Figures[0].Compare(); err != nil {
			t.Fatal(err)
		}
		return trend.Of(trend.History{Nights: []trend.Stored{{File: "a", Night: n}}}, noon(0)).Answers[0]
	}
	for _, c := range []struct {
		name   string
		change func(*trend.Run)
		want   trend.Outcome
		why    string
	}{
		{"a damaged run", func(r *trend.Run) { r.Why = "damaged: ops.bin" }, trend.Invalid, "damaged: ops.bin"},
		{"lost pairs", func(r *trend.Run) { r.Figures[0].Lost = "2 of 12 pairs lack it" }, trend.Invalid, "2 of 12"},
		{"few pairs", func(r *trend.Run) {
			f := &r.Figures[0]
			f.Pairs, f.Before, f.After = f.Pairs[:5], f.Before[:5], f.After[:5]
		}, trend.Invalid, "5 pairs are too few to show a change in any of 1 figures (fewest: 6)"},
		{"noise", func(r *trend.Run) {
			rng := source(5)
			for i := range r.Figures[0].After {
				r.Figures[0].After[i] *= math.Exp(0.3 * rng.NormFloat64())
			}
		}, trend.Underpowered, "and has to find +10.0 %"},
	} {
		if got := of(c.change); got.Outcome != c.want || !strings.Contains(got.Why, c.why) {
			t.Errorf("%s: %s: %s", c.name, got.Outcome, got.Why)
		}
	}
}

// A repair that makes its figure 40 % smaller is held to that, and not to the defect that it repairs.
func TestAFigureIsHeldToWhatIsExpected(t *testing.T) {
	expect := math.Log(0.6)
	of := func(level float64) trend.Answer {
		n := made(source(2), 0, level, level)
		for i := range n.Runs {
			n.Runs[i].Figures[0].Expect = expect
		}
		return trend.Of(trend.History{Nights: []trend.Stored{stored(t, n)}}, noon(0)).Answers[0]
	}
	for level, want := range map[float64]trend.Outcome{
		expect: trend.Quiet, expect + step: trend.Regressed, expect - step: trend.Improved,
	} {
		if got := of(level); got.Outcome != want {
			t.Errorf("%v: %s (%s), want %s", level, got.Outcome, got.Why, want)
		}
	}
}

func TestOtherMachinesLoadsAndPlansAreKeptApart(t *testing.T) {
	rng := source(7)
	var h trend.History
	for day := range 8 {
		n := made(rng, day, 0)
		r := &n.Runs[0]
		switch day % 4 {
		case 1:
			r.Bucket = "another mach"
		case 2:
			r.PlanDigest = "another plan"
		case 3:
			r.Baseline = "v2.0.0"
		}
		h.Nights = append(h.Nights, stored(t, n))
	}
	got := trend.Of(h, noon(7))
	if len(got.Series) != 4 {
		t.Fatalf("%d series, want 4", len(got.Series))
	}
	for _, s := range got.Series {
		if len(s.Points) != 2 {
			t.Errorf("%+v has %d nights, want 2", s.Key, len(s.Points))
		}
	}
}

func TestAChangePointNamesTheRangeOfCommits(t *testing.T) {
	levels := make([]float64, 24)
	for i := range levels {
		if i >= 14 {
			levels[i] = step
		}
	}
	got := after(t, nil, levels...)
	if len(got.Series[0].Changes) != 1 {
		t.Fatalf("%d change points", len(got.Series[0].Changes))
	}
	c := got.Series[0].Changes[0]
	if c.Index != 14 || c.After != "commit13" || c.UpTo != "commit14" || c.Nights != 10 || !c.Harm ||
		math.Abs(c.To-c.From-step) > 0.03 || !c.At.Equal(firstNight.AddDate(0, 0, 14)) {
		t.Errorf("%+v", c)
	}
	if len(got.Alarms) != 1 || got.Alarms[0].Since == nil || got.Alarms[0].Since.Index != 14 {
		t.Errorf("alarms %+v", got.Alarms)
	}
	if early := after(t, nil, levels[:16]...); len(early.Alarms) != 1 || early.Alarms[0].Since != nil {
		t.Errorf("two nights after the change: %+v", early.Alarms)
	}
}

func TestAClockThatGoesBackwardsIsSaid(t *testing.T) {
	rng := source(7)
	one, two := stored(t, made(rng, 5, 0)), made(rng, 3, 0)
	two.Previous = one.File
	got := trend.Of(trend.History{Nights: []trend.Stored{one, stored(t, two)}}, noon(4))
	if len(got.Notes) != 2 || !strings.Contains(got.Notes[0], "a clock went backwards") ||
		!strings.Contains(got.Notes[1], one.File+" begins in the future") {
		t.Errorf("notes %q", got.Notes)
	}
}

// A figure that is a share has no ratio: its margin and its step are in points.
func TestSharesAreJudgedByDifference(t *testing.T) {
	of := func(more float64) trend.Answer {
		n := made(source(2), 0, 0, 0)
		for i := range n.Runs {
			f := &n.Runs[i].Figures[0]
			f.Scale, f.Unit, f.Margin = stat.Difference, "share", 0.005
			for j := range f.After {
				f.Before[j] = 0.1 + 0.0001*float64(j%3)
				f.After[j] = f.Before[j] + more + 0.0001*float64(j%2)
			}
			if err := f.Compare(); err != nil {
				t.Fatal(err)
			}
		}
		return trend.Of(trend.History{Nights: []trend.Stored{stored(t, n)}}, noon(0)).Answers[0]
	}
	if got := of(0.02); got.Outcome != trend.Regressed {
		t.Errorf("2 points more: %s (%s)", got.Outcome, got.Why)
	}
	if got := of(0); got.Outcome != trend.Quiet {
		t.Errorf("as many: %s (%s)", got.Outcome, got.Why)
	}
}
