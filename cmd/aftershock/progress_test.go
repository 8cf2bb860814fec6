package main

import (
	"strings"
	"testing"

	"aftershock/harness"
	"aftershock/results"
)

// A cluster without a leader is news while the load runs, and none while it boots or is stopped.
func TestNoLeaderIsToldWhereOneIsExpected(t *testing.T) {
	for _, phase := range []string{"boot", results.WarmUp, results.Steady, "capacity", results.InFault, results.Recovery, "drain", "teardown"} {
		want := phase != "boot" && phase != "drain" && phase != "teardown"
		if line := describe(harness.Status{Members: 3, Phase: phase}); strings.Contains(line, "leader none") != want {
			t.Errorf("%s: %s", phase, line)
		}
		if line := describe(harness.Status{Members: 3, Phase: phase, Leader: "n1"}); !strings.Contains(line, "leader n1") {
			t.Errorf("%s: %s", phase, line)
		}
		if line := describe(harness.Status{Phase: phase}); strings.Contains(line, "leader") {
			t.Errorf("%s, without a cluster: %s", phase, line)
		}
	}
}

func TestOneOfAThingIsSaidInTheSingular(t *testing.T) {
	s, err := loadShort(t)
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	announce(&said, s)
	if text := said.String(); !strings.Contains(text, "1 pair of:") || strings.Contains(text, "1 pairs") {
		t.Errorf("%s", text)
	}
}

// loadShort gives the options of a run of one pair.
func loadShort(t *testing.T) (harness.Options, error) {
	t.Helper()
	f := runFlags{cluster: "processes", out: t.TempDir(), pairs: 1, seed: 1}
	f.changed = func(flag string) bool { return flag == "pairs" }
	o, _, err := f.options("testdata/short.yaml")
	return o, err
}

// Who waits sees how many blocks there are, and how many others disturbed.
func TestProgressCountsBlocks(t *testing.T) {
	for want, s := range map[string]harness.Status{
		"judged 3 (1 disturbed)": {Judged: 3, Disturbed: 1}, "judged 2  ": {Judged: 2},
	} {
		if line := describe(s); !strings.Contains(line, want) {
			t.Errorf("%q lacks %q", line, want)
		}
	}
	if line := describe(harness.Status{}); strings.Contains(line, "judged") {
		t.Errorf("%q counts what there is not yet", line)
	}
}
