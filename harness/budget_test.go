package harness_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"aftershock/harness"
)

// Trials of 11.7 s: 4 arms in 8 blocks and 1 in reserve make 36 of them.
var budgeted = harness.Scenario{Phases: phases, Budget: harness.Budget{Boot: 1500 * ms, Teardown: 200 * ms, Reserve: 1}}

func TestRunTime(t *testing.T) {
	for name, c := range map[string]struct{ got, want time.Duration }{
		"trial":        {budgeted.TrialTime(), 11700 * ms},
		"run":          {budgeted.RunTime(4, 8), 32 * 11700 * ms},
		"with reserve": {budgeted.WithReserve(4, 8), 36 * 11700 * ms},
		"overflow":     {budgeted.RunTime(1000, math.MaxInt32*1000), math.MaxInt64},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %v, want %v", name, c.got, c.want)
		}
	}
}

func TestCheckBudget(t *testing.T) {
	for _, c := range []struct {
		name  string
		pairs int
		limit time.Duration
		want  string
	}{
		{"fits exactly", 8, 36 * 11700 * ms, ""},
		{"1 ns short", 8, 36*11700*ms - 1, "the run does not fit its budget: it would take 7m1.2s of 7m1.199999999s " +
			"(pairs a fix: 8 and 1 in reserve, different arms: 4, each trial 11.7s); pass --pairs 7 or --budget 7m2s"},
		{"not even one pair", 3, time.Minute, "the run does not fit its budget: it would take 3m7.2s of 1m " +
			"(pairs a fix: 3 and 1 in reserve, different arms: 4, each trial 11.7s); pass --budget 3m8s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := budgeted.CheckBudget(4, c.pairs, 0, c.limit)
			if (err == nil) != (c.want == "") || (err != nil && err.Error() != c.want) {
				t.Errorf("got\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}

// What a run does before its first trial is a part of it.
func TestCheckBudgetCountsWhatComesBefore(t *testing.T) {
	if err := budgeted.CheckBudget(4, 8, 5*time.Second, 36*11700*ms+5*time.Second); err != nil {
		t.Error(err)
	}
	err := budgeted.CheckBudget(4, 8, 5*time.Second, 36*11700*ms)
	if err == nil || !strings.Contains(err.Error(), "it would take 7m6.2s of 7m1.2s") {
		t.Error(err)
	}
}

// What the error suggests must fit, and one pair more must not.
func TestCheckBudgetSuggestsTheMostThatFits(t *testing.T) {
	for most := 1; most < 40; most++ {
		limit := budgeted.WithReserve(3, most) + 5*time.Second
		if err := budgeted.CheckBudget(3, most, 0, limit); err != nil {
			t.Errorf("%d pairs: %v", most, err)
		}
		if err := budgeted.CheckBudget(3, most+1, 0, limit); err == nil {
			t.Errorf("%d pairs fit into %v", most+1, limit)
		}
	}
	if err := budgeted.CheckBudget(2, math.MaxInt, 0, time.Hour); err == nil {
		t.Error("a run of 2^63 pairs fits into an hour")
	}
}
