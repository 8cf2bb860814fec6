package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"aftershock/harness"
	"aftershock/internal/slow"

	"github.com/spf13/pflag"
)

// A CI system sets variables to nothing for what it leaves open. It must get the defaults.
func TestAnEmptyVariableIsNone(t *testing.T) {
	_, want, _ := aftershock("plan", "leader-churn")
	for _, name := range variables(newRoot(io.Discard, io.Discard)) {
		t.Setenv(name, "")
	}
	t.Setenv("AFTERSHOCK_PAIR", "")
	if code, got, stderr := aftershock("plan", "leader-churn"); code != exitOK || got != want {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

func TestVariablesAreChecked(t *testing.T) {
	for name, c := range map[string]struct{ variable, value, want string }{
		"misspelt": {"AFTERSHOCK_PAIR", "3",
			`unknown environment variable "AFTERSHOCK_PAIR"; did you mean "AFTERSHOCK_PAIRS"?`},
		"answer": {"AFTERSHOCK_QUICK", "yes",
			`AFTERSHOCK_QUICK: "yes" is neither true nor false (allowed: true, false, 1, 0)`},
		"number": {"AFTERSHOCK_PAIRS", "1e3", `AFTERSHOCK_PAIRS: "1e3" is not a whole number`},
		"octal number": {"AFTERSHOCK_SEED", "010",
			`AFTERSHOCK_SEED: "010" is not a whole number of 0 and more: write it without the leading zero`},
		"duration": {"AFTERSHOCK_BUDGET", "10", "AFTERSHOCK_BUDGET: 10 has no unit: write 10ms or 10s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(c.variable, c.value)
			code, stdout, stderr := aftershock("run", "./none.yaml")
			if code != exitUsage || stdout != "" || !strings.Contains(stderr, c.want) {
				t.Errorf("exit %d, want %q: %s%s", code, c.want, stdout, stderr)
			}
		})
	}
}

// A variable may be meant for another verb than the one that runs.
func TestVariablesOfOtherVerbsAreLeftAlone(t *testing.T) {
	t.Setenv("AFTERSHOCK_POLICY", "release")
	t.Setenv("AFTERSHOCK_USER", "root")
	t.Setenv("AFTERSHOCK_COMPARE_PROFILE", "true")
	if code, _, stderr := aftershock("version"); code != exitOK {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

// sameMeaning are flags that several verbs have, and that mean one thing in all of them, whatever their help says.
var sameMeaning = []string{"budget", "calibration", "json", "load", "pairs", "policy", "quick", "seed", "serve"}

// A variable that two verbs read differently cannot be set for a job that calls both.
func TestNoVariableMeansTwoThings(t *testing.T) {
	means := map[string]string{}
	for _, verb := range everyCommand(newRoot(io.Discard, io.Discard)) {
		verb.Flags().VisitAll(func(f *pflag.Flag) {
			name := variableOf(f)
			if slices.Contains(sameMeaning, f.Name) {
				return
			}
			if was, twice := means[name]; twice && was != f.Usage {
				t.Errorf("%s is %q and, for %s, %q", name, was, verb.Name(), f.Usage)
			}
			means[name] = f.Usage
		})
	}
	for _, own := range []string{
		"AFTERSHOCK_REPORT_OUT", "AFTERSHOCK_COMPARE_PROFILE", "AFTERSHOCK_SELFTEST_OUT", "AFTERSHOCK_SELFTEST_RESUME",
		"AFTERSHOCK_ARTICLE_RUN_RESUME", "AFTERSHOCK_ARTICLE_PAGE_OUT",
	} {
		if !strings.Contains(means[own], own) {
			t.Errorf("%s is not in the help", own)
		}
	}
}

// The folder of runs is not to become a report, and a run is compared arm by arm although runs are profiled.
func TestAVariableOfRunIsNoneOfReport(t *testing.T) {
	slow.Alone(t)
	folder := copyOf(t, one)
	out := filepath.Join(t.TempDir(), "runs")
	t.Setenv("AFTERSHOCK_OUT", out)
	t.Setenv("AFTERSHOCK_PROFILE", "true")
	if code, stdout, stderr := aftershock("report", folder); code != exitOK || stdout == "" {
		t.Errorf("exit %d: %s", code, stderr)
	}
	if code, stdout, stderr := aftershock("compare", folder); code != exitOK || !strings.Contains(stdout, "again:") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	if _, err := os.Lstat(out); err == nil {
		t.Error("report wrote to the folder of runs")
	}
	t.Setenv("AFTERSHOCK_REPORT_OUT", out)
	if code, stdout, stderr := aftershock("report", folder); code != exitOK || stdout != "" {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
}

// Which arguments there may be depends on flags, and so on variables.
func TestResumeCanBeGivenByItsVariable(t *testing.T) {
	t.Setenv("AFTERSHOCK_RESUME", "./nowhere")
	if code, _, stderr := aftershock("run"); code != exitUsage || !strings.Contains(stderr, "is not a run's folder") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

// The children's variables begin with the same word, and reach them alone.
func TestChildrenReadTheirOwnVariables(t *testing.T) {
	t.Setenv("AFTERSHOCK_CHILD", "")
	harness.Child(harness.Registry{}) // or it would not come back
}

func TestFlagsWithoutAValueAreRefused(t *testing.T) {
	for flag, args := range map[string][]string{
		"fix": {"run", "leader-churn", "--fix", ""}, "plan": {"run", "leader-churn", "--plan="}, "out": {"report", "x", "--out", ""},
		"policy": {"gate", "x", "--policy", ""}, "endpoints": {"run", "calm", "--endpoints="},
	} {
		code, stdout, stderr := aftershock(args...)
		want := "--" + flag + " is empty: give it a value, or leave it out"
		if code != exitUsage || stdout != "" || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit %d: %s%s", args, code, stdout, stderr)
		}
	}
}

func TestQuantitiesOfFlagsAreReadAsThoseOfFiles(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"run leader-churn --pairs 1e3", `--pairs: "1e3" is not a whole number: write digits alone`},
		{"run leader-churn --pairs 010", `--pairs: "010" is not a whole number: write it without the leading zero`},
		{"run leader-churn --pairs 0x10", `--pairs: "0x10" is not a whole number`},
		{"run leader-churn --budget 9999999h", "--budget: 9999999h is too long a duration"},
		{"run leader-churn --quick=maybe", `--quick: "maybe" is neither true nor false`},
		{"plan leader-churn --seed -1", `--seed: "-1" is not a whole number of 0 and more`},
		{"selftest --runs five", `--runs: "five" is not a whole number`},
	} {
		code, stdout, stderr := aftershock(strings.Fields(c.args)...)
		if code != exitUsage || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit %d: %s%s", c.args, code, stdout, stderr)
		}
	}
}

func TestHelp(t *testing.T) {
	code, stdout, stderr := aftershock("help", "rnu")
	if code != exitUsage || stdout != "" || !strings.Contains(stderr, `unknown command "rnu"; did you mean "run"?`) {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
	for _, args := range [][]string{{"help", "run"}, {"run", "--help"}} {
		code, stdout, _ := aftershock(args...)
		if code != exitOK || !strings.Contains(stdout, "--max-pairs int") || !strings.Contains(stdout, "(default 40)") {
			t.Errorf("%v: exit %d: %s", args, code, stdout)
		}
	}
	if code, stdout, _ := aftershock("help"); code != exitOK || !strings.Contains(stdout, "Exit codes:") {
		t.Errorf("exit %d: %s", code, stdout)
	}
}
