package main

import (
	"regexp"
	"strings"
	"testing"

	"aftershock/internal/slow"
)

// A run that is there serves as the pilot, and tells how its pairs spread and not what they showed.
func TestPlanDetectReadsAPilot(t *testing.T) {
	slow.Boots(t)
	folder := copyOf(t, one)
	code, stdout, stderr := aftershock("plan", "testdata/free.yaml", "--detect", "20%", "--pilot", folder)
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	for _, want := range []string{
		`control  build P50 steady  -20\.0 %  2 pairs  \d+ \(\d+ to (over )?\d+\)  `,
		`to find each with 90 %: two-sided at 5 %`,
		`The range is that of four in five such pilots`, `The budget of 1m allows \d+ pairs`,
		`again: aftershock run testdata/free\.yaml `,
	} {
		if !regexp.MustCompile(want).MatchString(stdout) {
			t.Errorf("%q is not in\n%s", want, stdout)
		}
	}
}

func TestPlanDetectRefuses(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"leader-churn --detect ten", `--detect: "ten"`},
		{"leader-churn --detect 5%", "--detect is 5% (allowed: from the scenario's margin of 10%, below which"},
		{"leader-churn --detect 100%", "--detect is 100% (allowed: "},
		{"leader-churn --detect 10% --pairs 3", "--pairs says how many plans to print"},
		{"leader-churn --pilot x", "--pilot is for --detect, and there is none"},
		{"leader-churn --budget 1h", "--budget is for --detect, and there is none"},
		{"leader-churn --detect 10% --pilot x --pilot-time 1m", "--pilot-time is for a pilot that is still to be run"},
		{"leader-churn --detect 10% --pilot ./nowhere", "./nowhere is not a run's folder"},
		{"leader-churn --detect 10% --pilot-time 1m",
			"--pilot-time is 1m, and the fewest pairs that show a spread, 3, take "},
		{"leader-chrun --detect 10%", `did you mean "leader-churn"?`},
	} {
		code, stdout, stderr := aftershock(append([]string{"plan"}, strings.Fields(c.args)...)...)
		if code != exitUsage || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit %d, want %q: %s%s", c.args, code, c.want, stdout, stderr)
		}
	}
}

func TestPlanDetectWantsAPilotOfItsScenario(t *testing.T) {
	slow.Boots(t)
	folder := copyOf(t, one)
	code, stdout, stderr := aftershock("plan", "leader-churn", "--detect", "10%", "--pilot", folder)
	want := `is a run of scenario "free", and not of "leader-churn"`
	if code != exitUsage || stdout != "" || !strings.Contains(stderr, want) {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
}
