package main

import (
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"aftershock/internal/slow"
	"aftershock/results"
)

// Ctrl-Z and fg in the middle of a partition: the heal is late by as long, and what the clients went through is not
// what the plan says. The block does not count, both arms, and is run again.
func TestAStoppedRunSpoilsItsBlock(t *testing.T) {
	slow.Boots(t)
	out := t.TempDir()
	p := start(t, "run", "testdata/short.yaml", "--out", out, "--fix", "context-isolation", "--calibration", t.TempDir())
	p.awaitProgress(t, "partition-leader effective")
	if err := p.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	await(t, "the run is stopped", func() bool {
		fields := procStat(p.Process.Pid)
		return len(fields) > 0 && fields[0] == "T"
	})
	const stop = 3 * time.Second
	time.Sleep(stop) // it is to be stopped for so long: there is nothing else to wait for
	if err := p.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if code := p.end(t); code != exitOK {
		t.Errorf("exit %d", code)
	}
	folder := onlyFolder(t, out)
	var spoiled []results.Trial
	for _, slot := range []results.Arm{results.Before, results.After} {
		name := results.TrialDir(results.Slot{Group: "context-isolation", Block: 1, Arm: slot}, 0)
		if trial, err := results.ReadTrial(filepath.Join(folder, name)); err == nil && trial.Spoiled {
			spoiled = append(spoiled, trial)
		}
	}
	if len(spoiled) != 1 || !strings.HasPrefix(spoiled[0].Invalid, "standstill: ") {
		t.Fatalf("spoiled %+v", spoiled)
	}
	if s := spoiled[0].Machine.Standstill; s == nil || s.Longest < stop-100*time.Millisecond {
		t.Errorf("stopped for %v, and the trial says %+v", stop, s)
	}
	table := p.stdout.String()
	for _, want := range []string{"1/1", "the harness itself stood still"} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q:\n%s", want, table)
		}
	}
	if s := readSummary(t, filepath.Join(folder, results.SummaryFile)); len(s.Noise.Standstills) != 1 ||
		!slices.Contains([]results.Arm{results.Before, results.After}, s.Noise.Standstills[0].Arm) {
		t.Errorf("standstills %+v", s.Noise.Standstills)
	}
}
