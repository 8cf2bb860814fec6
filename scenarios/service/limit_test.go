package service

import (
	"strings"
	"testing"
	"time"

	"aftershock/results"
)

// Each limit ends a program that goes beyond it, or refuses it what it asks for, in words of its own.
func TestALimitOfEachKind(t *testing.T) {
	for as, c := range map[string]struct {
		limits Limits
		want   []string
	}{
		"eats": {Limits{Memory: 64 << 20}, []string{
			"the target (before) was killed: it had ", " of memory, more than target.limits.memory allows (64MiB)",
			"its last lines: eating",
		}},
		"burns": {Limits{CPU: time.Second}, []string{
			"was killed: it used more processor time than target.limits.cpu allows (1s)", "its last lines: burning",
		}},
		"leaks": {Limits{Descriptors: 64}, []string{
			"ended with exit code 9", "its last lines: true open /dev/null: too many open files",
		}},
	} {
		t.Run(as, func(t *testing.T) {
			t.Parallel()
			b := newBed(t)
			target := testTarget(as)
			target.Within, target.Limits = time.Minute, c.limits
			_, err := workload{target, results.Before}.Start(t.Context(), b.Env)
			for _, want := range c.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("got  %v\nwant %s", err, want)
				}
			}
			checkNothingLeft(t, b)
		})
	}
}

// Within its limits a program is left alone.
func TestWithinItsLimits(t *testing.T) {
	b := newBed(t)
	target := testTarget("serves")
	s := started(t, target, b)
	if got := outcome(s, "echo", 0, 10*time.Second); got != 0 {
		t.Errorf("%v", got)
	}
	stopped(t, s, b)
}
