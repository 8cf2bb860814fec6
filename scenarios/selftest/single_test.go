package selftest

import (
	"errors"
	"strings"
	"testing"

	"aftershock/results"
	"aftershock/results/stat"
	"aftershock/results/summary"
)

// found is an A/A run that came to a verdict; without one it had no figure.
func found(v stat.Verdict) summary.Fix {
	f := summary.Fix{Verdict: v}
	f.Primary.Change = &summary.Change{Value: 0.2, Low: 0.1, High: 0.3, Pairs: nullPairs}
	return f
}

// The A/A part of the quick form can fail: two alarms in a row are no chance.
func TestQuietTwice(t *testing.T) {
	nothing := summary.Fix{Verdict: stat.Inconclusive, Why: "no valid pair"}
	for name, c := range map[string]struct {
		runs             []summary.Fix
		holds, undecided bool
		says             string
	}{
		"quiet":                      {[]summary.Fix{found(stat.Inconclusive)}, true, false, "inconclusive"},
		"no difference":              {[]summary.Fix{found(stat.NoDifference)}, true, false, "no difference"},
		"an alarm by chance":         {[]summary.Fix{found(stat.Regressed), found(stat.NoDifference)}, true, false, "regressed; once more: "},
		"two alarms":                 {[]summary.Fix{found(stat.Regressed), found(stat.Regressed)}, false, false, "regressed; once more: "},
		"two alarms, either way":     {[]summary.Fix{found(stat.Improved), found(stat.Regressed)}, false, false, "improved; once more: "},
		"too few pairs":              {[]summary.Fix{found(stat.TooFewPairs)}, false, true, "too few pairs"},
		"an alarm, and then too few": {[]summary.Fix{found(stat.Improved), found(stat.TooFewPairs)}, false, true, "improved"},
		"not exercised":              {[]summary.Fix{found(stat.NotExercised)}, false, true, ""},
		"no figure":                  {[]summary.Fix{nothing}, false, true, "no valid pair"},
	} {
		made := 0
		check, err := quietTwice(func() (summary.Fix, error) {
			made++
			return c.runs[made-1], nil
		})
		if err != nil || made != len(c.runs) || check.Holds != c.holds || check.Undecided != c.undecided ||
			!strings.Contains(check.Shown, c.says) {
			t.Errorf("%s: %d runs, %+v, %v", name, made, check, err)
		}
	}
	broken := errors.New("broken")
	if _, err := quietTwice(func() (summary.Fix, error) { return summary.Fix{}, broken }); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

// Too many alarms are never said to hold, whatever the confidence that is asked for them to fail.
func TestTooManyAlarmsDoNotHold(t *testing.T) {
	for alarms := range 61 {
		check, err := rateCheck(results.FalseAlarms{Alarms: alarms, Runs: 60, Pairs: nullPairs, Nominal: level})
		if err != nil {
			t.Fatal(err)
		}
		// By the binomial distribution at 5 %, 7 and more of 60 are seen in 2.97 % of cases, and 8 and more in 0.98 %.
		if check.Holds != (alarms < 7) || check.Undecided != (alarms == 7) {
			t.Errorf("%d of 60: %+v", alarms, check)
		}
	}
}
