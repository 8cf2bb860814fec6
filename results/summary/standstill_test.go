package summary_test

import (
	"reflect"
	"testing"
	"time"

	"aftershock/results"
	"aftershock/results/summary"
)

// stood makes a trial in which the harness's timer woke so late.
func stood(late time.Duration) step {
	return machine(results.Machine{Standstill: &results.Standstill{Longest: late, Limit: results.MostLate}})
}

// A harness that was stopped spoils blocks; which arm ran then is chance, unless one has more of them than chance
// gives.
func TestStandstillsByArm(t *testing.T) {
	const stop, once = 4 * time.Second, 600 * ms
	for _, c := range []struct {
		name          string
		before, after []time.Duration
		want          []summary.Standstill
		uneven, said  bool
	}{
		{"none", repeated(30*ms, 8), repeated(180*ms, 8), nil, false, false},
		{"once", append(repeated(30*ms, 7), stop), repeated(30*ms, 8), []summary.Standstill{
			{Group: "repair", Arm: results.Before, Stood: 1, Trials: 8, Worst: stop},
		}, false, true},
		{"in both alike", append(repeated(30*ms, 4), repeated(once, 4)...), append(repeated(30*ms, 5), repeated(once, 3)...),
			[]summary.Standstill{
				{Group: "repair", Arm: results.After, Stood: 3, Trials: 8, Worst: once},
				{Group: "repair", Arm: results.Before, Stood: 4, Trials: 8, Worst: once},
			}, false, true},
		{"five times in one arm is chance in 6 runs of 100", append(repeated(30*ms, 3), repeated(once, 5)...), repeated(30*ms, 8),
			[]summary.Standstill{{Group: "repair", Arm: results.Before, Stood: 5, Trials: 8, Worst: once}}, false, true},
		{"six times is not", repeated(30*ms, 8), append(repeated(30*ms, 2), repeated(once, 6)...),
			[]summary.Standstill{{Group: "repair", Arm: results.After, Stood: 6, Trials: 8, Worst: once, Uneven: true}}, true, true},
	} {
		w := newWorld(t, repair)
		for i := range c.before {
			w.trial(i+1, results.Before, stood(c.before[i]))
			w.trial(i+1, results.After, stood(c.after[i]))
		}
		s := w.compute()
		if !reflect.DeepEqual(s.Noise.Standstills, c.want) {
			t.Errorf("%s: %+v, want %+v", c.name, s.Noise.Standstills, c.want)
		}
		if got := warned(s.Warnings, "the harness itself stood still"); got != c.said {
			t.Errorf("%s: %+v", c.name, s.Warnings)
		}
		if got := warned(s.Warnings, "more than chance gives one arm"); got != c.uneven {
			t.Errorf("%s: %+v", c.name, s.Warnings)
		}
	}
}

func repeated(d time.Duration, n int) []time.Duration {
	var all []time.Duration
	for range n {
		all = append(all, d)
	}
	return all
}
