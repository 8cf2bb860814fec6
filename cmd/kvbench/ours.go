package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"aftershock/internal/process"
	"aftershock/results"
	"aftershock/results/ops"
)

//go:embed puts.yaml
var scenario string

const (
	connections = 3 // one to each member, as etcd's benchmark deals them out
	keys        = 100
	keySize     = 32
	valueSize   = 256
)

// ours drives members by aftershock, for one trial of puts. In a closed loop the figures are those of its window; an
// open loop has those of the whole worker, its start and its checks included.
func (b *bench) ours(ctx context.Context, w way) (d did, err error) {
	folder, err := os.MkdirTemp("", "kvbench")
	if err != nil {
		return did{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	file := filepath.Join(folder, "puts.yaml")
	rate, steady, capacity := 1000, "2s", "capacity: "+b.length.String()
	if w.rate > 0 {
		rate, steady, capacity = w.rate, b.length.String(), "capacity: 100ms"
	}
	text := strings.NewReplacer("CLIENTS", strconv.Itoa(w.callers), "RATE", strconv.Itoa(rate), "STEADY", steady,
		"capacity: LENGTH", capacity).Replace(scenario)
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return did{}, err
	}
	run := exec.CommandContext(ctx, b.aftershock, "run", file, "--pairs", "1", "--out", folder, "--name", "run",
		"--progress", "none")
	if _, d.memory, err = watched(run, func() []int { return workersOf(run.Process.Pid) }); err != nil {
		return did{}, err
	}
	trials, err := filepath.Glob(filepath.Join(folder, "run", results.TrialsDir, "*", "*"))
	if err != nil {
		return did{}, err
	}
	if len(trials) != 1 {
		return did{}, fmt.Errorf("%d trials, want one", len(trials))
	}
	return d, d.read(trials[0], w)
}

func (d *did) read(folder string, w way) error {
	trial, err := results.ReadTrial(folder)
	if err != nil {
		return err
	}
	if w.rate == 0 {
		c := trial.Capacity[0]
		if c.Incomplete > 0 || c.Complete == 0 {
			return fmt.Errorf("%d puts failed and %d did not", c.Incomplete, c.Complete)
		}
		d.rate, d.cpu = float64(c.Complete)/c.Window.Seconds(), c.CPU/time.Duration(c.Complete)
		return nil
	}
	log, err := ops.Read(filepath.Join(folder, results.OpsFile))
	if err != nil {
		return err
	}
	done := 0
	for _, op := range log.Records(0) {
		if op.Outcome == ops.OK {
			done++
		}
	}
	if done < log.Streams[0].Slots*99/100 {
		return fmt.Errorf("%d of %d puts were done", done, log.Streams[0].Slots)
	}
	d.cpu = (trial.CPU.Generator + trial.CPU.Workload) / time.Duration(done)
	return nil
}

// workersOf are the workers of a run.
func workersOf(run int) (pids []int) {
	for _, pid := range process.Below(run) {
		name, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if err == nil && strings.HasPrefix(string(name), "aftershock-worker") {
			pids = append(pids, pid)
		}
	}
	return pids
}
