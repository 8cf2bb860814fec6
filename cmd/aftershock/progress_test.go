package main

import (
	"bytes"
	"strings"
	"testing"

	"aftershock/harness"
	"aftershock/internal/terminal"
	"aftershock/results"
)

// A cluster without a leader is news while the load runs, and none while it boots or is stopped.
func TestNoLeaderIsToldWhereOneIsExpected(t *testing.T) {
	for _, phase := range []string{
		"boot", results.WarmUp, results.Steady, "capacity", results.InFault, results.Recovery, "drain", "teardown",
	} {
		s := underTrial("g", phase, "")
		if line := describe(s, 200); !strings.Contains(line, "leader n1") {
			t.Errorf("%s: %s", phase, line)
		}
		s.Leader = ""
		want := phase != "boot" && phase != "drain" && phase != "teardown"
		if line := describe(s, 200); strings.Contains(line, "leader none") != want {
			t.Errorf("%s: %s", phase, line)
		}
		s.Members = 0
		if line := describe(s, 200); strings.Contains(line, "leader") {
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

// The line says how many blocks there are, and how many others disturbed.
func TestProgressCountsBlocks(t *testing.T) {
	for want, s := range map[string]harness.Status{
		"judged 3 (1 disturbed)": {Judged: 3, Disturbed: 1}, "judged 2": {Judged: 2},
	} {
		if line := describe(s, 200); !strings.HasSuffix(line, "  "+want) {
			t.Errorf("%q lacks %q", line, want)
		}
	}
	if line := describe(harness.Status{}, 200); strings.Contains(line, "judged") {
		t.Errorf("%q counts what there is not yet", line)
	}
}

// The log of a CI job gets a line a trial, and none for what passes meanwhile.
func TestWithoutATerminalATrialIsALine(t *testing.T) {
	var log bytes.Buffer
	p := newProgress(progressAuto, &log, &log)
	stream := p.streamOf(false)
	asked := 0
	stream.Started(t.TempDir(), results.Run{}, func() harness.Status {
		asked++
		return underTrial("g", results.Steady, "")
	})
	stream.TrialDone(results.Trial{Group: "g", Block: 3, Arm: results.Before})
	stream.TrialDone(results.Trial{Group: "g", Block: 3, Arm: results.After, Invalid: "one\ntwo"})
	stream.Stop()
	p.stop()
	if n := strings.Count(log.String(), "\n"); n != 2 || asked != 2 || strings.Contains(log.String(), "\x1b") {
		t.Errorf("%d lines, the status was asked for %d times:\n%s", n, asked, log.String())
	}
}

// On a terminal there is one line, which fits.
func TestOnATerminalTheLineIsRedrawn(t *testing.T) {
	t.Setenv("TERM", "xterm")
	const columns = 50
	screen, err := terminal.Open(columns)
	if err != nil {
		t.Fatal(err)
	}
	p := newProgress(progressAuto, screen.Theirs, screen.Theirs)
	stream := p.streamOf(false)
	status := func() harness.Status { return underTrial("lock-across-rpc", results.Steady, "") }
	stream.Started(t.TempDir(), results.Run{}, status)
	p.show(status())
	stream.TrialDone(results.Trial{Group: "g", Block: 3, Arm: results.Before})
	p.show(status())
	stream.TrialDone(results.Trial{Group: "g", Block: 3, Arm: results.After, Invalid: "why"})
	stream.Stop()
	p.stop()
	if err := screen.Close(); err != nil {
		t.Fatal(err)
	}
	seen := strings.TrimSuffix(screen.Text(), "\r\n")
	drawn := 0
	for line := range strings.SplitSeq(seen, "\r\x1b[K") {
		if strings.HasSuffix(line, "invalid: why") || line == "" {
			continue
		}
		drawn++
		if !strings.HasPrefix(line, "7m20s left  6/16 lock-across-rpc before") || len(line) >= columns {
			t.Errorf("drawn: %q", line)
		}
	}
	if drawn < 2 || strings.Count(seen, "\n") > 0 || strings.Count(seen, "invalid: why") != 1 {
		t.Errorf("%d lines drawn: %q", drawn, seen)
	}
}
