package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"aftershock/internal/process"
	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/ops"
)

// missedIn counts the operations that no worker of a trial has sent.
func missedIn(t *testing.T, folder string) (missed int) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(folder, "worker-2.log")); err != nil {
		t.Error(err)
	}
	log, err := ops.Read(filepath.Join(folder, results.OpsFile))
	if err != nil {
		t.Fatal(err)
	}
	for stream := range log.Streams {
		missed += log.Books(stream).Missed
	}
	return missed
}

// One of two workers that ends before its time is a crash, which ends its trial. It is named, and nothing is left.
func TestAWorkerOfSeveralEnds(t *testing.T) {
	slow.Boots(t)
	out := t.TempDir()
	p := start(t, "run", targetFile(t, "serves", "serves"), "--out", out, "--seed", "3")
	p.awaitProgress(t, "  steady  ")
	var first, second int
	await(t, "two workers run", func() bool {
		for _, pid := range workersBelow(p.Process.Pid) {
			if below := workersBelow(pid); len(below) == 1 {
				first, second = pid, below[0]
			}
		}
		return second != 0
	})
	if err := syscall.Kill(second, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	p.end(t)
	folder := onlyFolder(t, out)
	noneLeft(t, folder)
	if alive(first) || alive(second) {
		t.Error("a worker is left")
	}
	var crashed []results.Worker
	trials, err := filepath.Glob(filepath.Join(folder, results.TrialsDir, "*", "*", results.TrialFile))
	if err != nil || len(trials) < 2 {
		t.Fatalf("trials %v, %v", trials, err)
	}
	for _, file := range trials {
		trial, err := results.ReadTrial(filepath.Dir(file))
		if err != nil {
			t.Fatal(err)
		}
		if trial.Worker.Crashed {
			crashed = append(crashed, trial.Worker)
		}
	}
	want := "worker 2: ended before it was through (killed by SIGKILL)"
	if len(crashed) != 1 || crashed[0].Exit != want || crashed[0].Died <= 0 ||
		crashed[0].Died > results.Offset(6*time.Second) {
		t.Errorf("crashed: %+v", crashed)
	}
}

// workersBelow lists the workers that a process has started, and those that they have.
func workersBelow(pid int) []int { return process.BelowAs(pid, "worker") }
