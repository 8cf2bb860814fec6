package nightly_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
	"aftershock/results/trend"
	"aftershock/scenarios/nightly"
)

// scripted is a runner whose candidate has a known effect in each scenario. A run takes ten minutes of its clock.
type scripted struct {
	effects map[string]float64
	fails   map[string]error
	clock   time.Time
	asked   []string
}

func (s *scripted) Fits(r nightly.Request) error {
	if r.Limit < 10*time.Minute {
		return fmt.Errorf("takes 10m of %s", r.Limit)
	}
	return nil
}

func (s *scripted) Run(_ context.Context, r nightly.Request) (summary.Summary, error) {
	s.clock = s.clock.Add(10 * time.Minute)
	s.asked = append(s.asked, fmt.Sprintf("%s %v seed %d", r.Scenario, r.Fixes, r.Seed))
	if err := s.fails[r.Scenario]; err != nil {
		return summary.Summary{}, err
	}
	sum := summary.Summary{Run: results.Run{
		ID: "run", Name: r.Scenario, Status: results.Complete, Seed: r.Seed, Pairs: r.Pairs,
		PlanDigest: strconv.FormatUint(r.Seed, 10), Command: results.Invocation{"aftershock", "run", r.Scenario},
		Environment: results.Environment{Commit: "c1"},
	}}
	rng := rand.New(rand.NewPCG(r.Seed, 1))
	for _, name := range r.Fixes {
		sum.Fixes = append(sum.Fixes, fix(rng, name, r.Pairs, s.effects[r.Scenario]))
	}
	return sum, nil
}

func fix(rng *rand.Rand, name string, pairs int, effect float64) summary.Fix {
	m := results.Metric{Name: "p99", Phase: "steady"}
	row := summary.Row{Metric: m, Unit: "ns", Better: stat.Lower, Scale: stat.Ratio, Change: &summary.Change{}}
	for i := range pairs {
		before := 1e6 * math.Exp(0.02*rng.NormFloat64())
		row.Before.Pairs, row.After.Pairs = append(row.Before.Pairs, i+1), append(row.After.Pairs, i+1)
		row.Before.Values = append(row.Before.Values, before)
		row.After.Values = append(row.After.Values, before*math.Exp(effect+0.02*rng.NormFloat64()))
	}
	return summary.Fix{
		Fix: results.Fix{Name: name, Primary: m}, Primary: row, Rows: []summary.Row{row},
		Pairs: summary.Pairs{Planned: pairs, Valid: pairs},
	}
}

func night(t *testing.T, s *scripted, budget time.Duration) (trend.Night, error) {
	t.Helper()
	c, err := nightly.Read("nightly.yaml", []byte(strings.ReplaceAll(job, ", expect: {one: -40%, two: +10pp}", "")))
	if err != nil {
		t.Fatal(err)
	}
	c.Budget = budget
	s.clock = time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)
	return c.Night(t.Context(), s, results.Environment{}, func() time.Time { return s.clock }, func(string) {})
}

func TestOnlyWhatShowsAChangeIsRunAgain(t *testing.T) {
	s := &scripted{effects: map[string]float64{"./mine.yaml": math.Log(1.1)}}
	n, err := night(t, s, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	want := "leader-churn [one two] seed 7; ./mine.yaml [target] seed 7; ./mine.yaml [target] seed 8"
	if got := strings.Join(s.asked, "; "); got != want {
		t.Errorf("asked %s\nwant %s", got, want)
	}
	if len(n.Runs) != 3 || !n.Runs[2].Confirms || n.Runs[1].Confirms || n.Ended.Sub(n.Started) != 30*time.Minute {
		t.Errorf("%+v", n)
	}
	name, data, err := n.Text()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := trend.Parse(name, data); err != nil {
		t.Error(err)
	}
	got := trend.Of(trend.History{Nights: []trend.Stored{{File: name, Night: n}}}, n.Ended)
	if len(got.Alarms) != 1 || got.Alarms[0].Key.Scenario != "./mine.yaml" {
		t.Errorf("alarms %+v", got.Alarms)
	}
}

func TestANightEndsWithItsBudget(t *testing.T) {
	s := &scripted{effects: map[string]float64{"leader-churn": math.Log(1.1)}}
	n, err := night(t, s, 15*time.Minute)
	if err != nil || len(n.Runs) != 1 || len(n.Missed) != 1 || n.Missed[0].Why != "takes 10m of 5m0s" {
		t.Fatalf("%v, %+v", err, n)
	}
	got := trend.Of(trend.History{Nights: []trend.Stored{{File: "a", Night: n}}}, n.Ended)
	for _, a := range got.Answers {
		if a.Outcome != trend.Unconfirmed {
			t.Errorf("%s: %s, and no time was left to confirm it", a.Key.Fix, a.Outcome)
		}
	}
}

func TestARunThatFailsIsMissed(t *testing.T) {
	broken := errors.New("no disk")
	n, err := night(t, &scripted{fails: map[string]error{"leader-churn": broken}}, time.Hour)
	if err != nil || len(n.Runs) != 1 || len(n.Missed) != 1 || n.Missed[0].Why != "no disk" {
		t.Errorf("%v, %+v", err, n)
	}
	_, err = night(t, &scripted{fails: map[string]error{"leader-churn": broken, "./mine.yaml": broken}}, time.Hour)
	if err == nil || !strings.Contains(err.Error(), "nothing was measured: leader-churn: no disk") {
		t.Errorf("a night of nothing: %v", err)
	}
}

func TestAnExpectationOfTheWrongKindIsRefused(t *testing.T) {
	c, err := nightly.Read("nightly.yaml", []byte(job))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Night(t.Context(), &scripted{}, results.Environment{}, time.Now, func(string) {})
	if err == nil || !strings.Contains(err.Error(), "fix two is judged on the ratio scale, and expect gives a "+
		"difference (allowed: per cent, such as -40%)") {
		t.Error(err)
	}
}
