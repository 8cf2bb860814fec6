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

//go:embed operation.yaml
var scenario string

// ours drives members by aftershock, for one trial. In a closed loop the figures are those of its window; an open loop
// has those of the whole worker, its start and its checks included.
func (b *bench) ours(ctx context.Context, w way) (d did, err error) {
	rate, steady, capacity := 1000, 2*time.Second, b.length
	if w.rate > 0 {
		rate, steady, capacity = w.rate, b.length, 100*time.Millisecond
	}
	o := w.operation()
	words := []string{
		"CLIENTS", strconv.Itoa(w.callers), "OPERATION", o.name + o.stream, "RATE", strconv.Itoa(rate),
		"STEADY", steady.String(), "CAPACITY", capacity.String(),
	}
	err = b.trial(ctx, scenario, words, &d.memory, func(trial results.Trial, log *ops.Log) error {
		return d.read(trial, log, w)
	})
	return d, err
}

// trial lets aftershock run one trial of a scenario in which words are replaced, and reads what it has left. Memory
// becomes the most that its worker had.
func (b *bench) trial(ctx context.Context, scenario string, words []string, memory *int64,
	read func(results.Trial, *ops.Log) error,
) (err error) {
	folder, err := os.MkdirTemp("", "kvbench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	file := filepath.Join(folder, "scenario.yaml")
	if err := os.WriteFile(file, []byte(strings.NewReplacer(words...).Replace(scenario)), 0o644); err != nil {
		return err
	}
	run := exec.CommandContext(ctx, b.aftershock, "run", file, "--pairs", "1", "--out", folder, "--name", "run",
		"--progress", "none")
	workers := onceFound(func() []int { return process.BelowAs(run.Process.Pid, "worker") })
	if _, *memory, err = watched(run, workers); err != nil {
		return err
	}
	trials, err := filepath.Glob(filepath.Join(folder, "run", results.TrialsDir, "*", "*"))
	if err != nil {
		return err
	}
	if len(trials) != 1 {
		return fmt.Errorf("%d trials, want one", len(trials))
	}
	trial, err := results.ReadTrial(trials[0])
	if err != nil {
		return err
	}
	log, err := ops.Read(filepath.Join(trials[0], results.OpsFile))
	if err != nil {
		return err
	}
	return read(trial, log)
}

func (d *did) read(trial results.Trial, log *ops.Log, w way) error {
	if w.rate == 0 {
		c := trial.Capacity[0]
		if c.Incomplete > 0 || c.Complete == 0 {
			return fmt.Errorf("%d operations failed and %d did not", c.Incomplete, c.Complete)
		}
		d.count, d.rate = int(c.Complete), float64(c.Complete)/c.Window.Seconds()
		d.cpu = c.CPU / time.Duration(c.Complete)
		return nil
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

// onceFound looks for processes until there are some. To look through all of a run takes milliseconds of the cores on
// which its operations are measured, and etcd's benchmark has no such neighbour.
func onceFound(look func() []int) func() []int {
	var found []int
	return func() []int {
		if len(found) == 0 {
			found = look()
		}
		return found
	}
}
