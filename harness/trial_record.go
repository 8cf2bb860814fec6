package harness

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"aftershock/harness/noise"
	"aftershock/internal/process"
	"aftershock/results"
	"aftershock/results/hlog"
	"aftershock/results/manifest"
	"aftershock/results/ops"
)

// stopWorker ends the worker, and records how it ended. The error says why its trial cannot be judged.
func (t *trial) stopWorker() (process.Exit, error) {
	if t.worker == nil {
		return process.Exit{}, nil
	}
	exit, err := t.worker.stop()
	if t.scenario.Target != nil { // what a worker that died could not end, nor one whose program starts others
		process.EndMarked(t.data)
	}
	done := t.worker.finished
	unasked := !t.worker.through && t.worker.failure == nil && !exit.OK() && !t.worker.killed
	t.record.Worker = results.Worker{
		Exit: t.howItEnded(exit), Stuck: t.end.stuck, Crashed: t.end.stuck || unasked,
		GOMAXPROCS: done.Process.GOMAXPROCS, GOGC: done.Process.GOGC, GCs: done.GCs, GCPause: done.GCPause,
	}
	if t.worker.through {
		t.record.Worker.Vitals, t.record.Evidence = done.Vitals, done.Evidence
	}
	if t.record.Worker.Crashed && !t.end.stuck && t.end.died > t.epoch {
		t.record.Worker.Died = t.end.died - t.epoch
	}
	if end := t.worker.ended; end != nil && !t.record.Worker.Crashed {
		w := &t.record.Worker
		w.Crashed, w.Exit, w.Died = true, end.How, end.At-t.epoch
	}
	t.record.Generator, t.record.Capacity = done.Generator, done.Capacity
	t.record.LoadShare = shareOf(done.Capacity, t.scenario.stream(t.group.primary()).Rate, t.cpus,
		t.workerCPUs)
	if err = errors.Join(t.worker.failure, err); err != nil {
		err = outcomeOf(fmt.Errorf("worker: %w", err))
	}
	return exit, err
}

// howItEnded says how the worker ended, and who ended it.
func (t *trial) howItEnded(exit process.Exit) string {
	switch {
	case t.end.stopped:
		return "it was stopped from outside, and the harness killed it"
	case t.worker.killed && t.end.stuck:
		return "it hung, and the harness killed it"
	case t.worker.killed:
		return "it did not stop when it was told to, and the harness killed it"
	case exit.Signal == syscall.SIGKILL:
		return results.KilledFromOutside + ": it came from outside, or from the kernel for want of memory"
	}
	return exit.String()
}

// book fills the slots that the worker left empty, and sets the windows.
func (t *trial) book(table *ops.Table, interrupted bool) error {
	reason := ops.Interrupted
	if t.record.Worker.Crashed && !interrupted {
		reason = ops.Crashed
	}
	for i, s := range t.streams() {
		intended, err := s.Schedule.Intended()
		if err != nil {
			return err
		}
		if _, err := table.BookMissing(i, intended, reason); err != nil {
			return err
		}
	}
	t.layWindows()
	return nil
}

// account records CPU time, the orchestrator's among it, and elections, once every child is gone.
func (t *trial) account(exit process.Exit, orchestrator time.Duration) {
	t.record.CPU.Orchestrator = orchestrator
	if t.worker != nil {
		t.record.CPU.Generator = t.worker.finished.GeneratorCPU
		t.record.CPU.Workload = exit.CPU - t.record.CPU.Generator
	}
	t.record.Processes = append(t.record.Processes, noise.Self("orchestrator"))
	if t.worker != nil && t.worker.through {
		t.record.Processes = append(t.record.Processes, t.worker.finished.Process)
	}
	if t.cluster == nil {
		return
	}
	for _, s := range t.cluster.Setups() {
		t.record.Processes = append(t.record.Processes,
			results.Process{Role: s.Member, GOMAXPROCS: s.GOMAXPROCS, GOGC: s.GOGC, Cores: s.Cores})
	}
	t.record.CPU.Members = t.cluster.CPU()
	t.record.Elections = countElections(reigns(t.cluster.Observations(), t.booted), t.epoch, t.record.Faults)
}

// measure records what the machine did meanwhile.
func (t *trial) measure(watch *noise.Monitor) error {
	steal, pressure, load, err := watch.Stop()
	m := &t.record.Machine
	m.Steal, m.Pressure, m.Load = steal, pressure, load
	return err
}

// write writes the trial's files, except ops.bin, which exists already. The record comes last, with the digests of all
// the rest. From then on no file of the trial changes.
func (t *trial) write() error {
	err := errors.Join(t.writeHistograms(),
		results.WriteEvents(filepath.Join(t.folder, results.EventsFile), t.events.from(t.epoch)))
	files, unread := manifest.Files(t.folder)
	t.record.Files = files
	unwritten := results.WriteJSON(filepath.Join(t.folder, results.TrialFile), t.record)
	t.written = unwritten == nil
	return errors.Join(err, unread, unwritten)
}

func (t *trial) writeHistograms() (err error) {
	if t.epoch == 0 {
		return nil // it never began, so there is no time line to draw
	}
	log, err := ops.Read(filepath.Join(t.folder, results.OpsFile))
	if err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(t.folder, results.HistogramFile))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return hlog.Write(file, log, histogramPhases(t.record.Phases), t.record.Epoch)
}
