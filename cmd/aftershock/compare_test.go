package main

import (
	"errors"
	"testing"

	"aftershock/harness"
	"aftershock/results"
	"aftershock/results/summary"
)

// A script that asks for the comparison of a run in which nothing was left must not go on as if there were one.
func TestACompleteRunWithoutAPairIsNoComparison(t *testing.T) {
	one := func(status results.Status, valid ...int) (s summary.Summary) {
		s.Run.Status = status
		for _, n := range valid {
			s.Fixes = append(s.Fixes, summary.Fix{Pairs: summary.Pairs{Valid: n}})
		}
		return s
	}
	for name, c := range map[string]struct {
		s    summary.Summary
		want error
	}{
		"none":    {one(results.Complete, 0, 0), harness.ErrNoValidPair},
		"one":     {one(results.Complete, 0, 1), nil},
		"partial": {one(results.Partial, 0), nil}, // which is said on top, and can be resumed
	} {
		if err := judged(c.s); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if code := exitCode(harness.ErrNoValidPair); code != exitNoVerdict {
		t.Errorf("exit %d", code)
	}
}
