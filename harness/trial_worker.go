package harness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"aftershock/internal/clock"
	"aftershock/internal/process"
)

// theWorker is the worker's name in errors.
const theWorker = "the worker"

// theService is the name of a service that a scenario brings, in errors: its own words say which arm's.
const theService = ""

// workerProcess is the orchestrator's end of a worker child.
type workerProcess struct {
	*process.Process
	log      *os.File
	ready    chan struct{}
	signal   func(workerSignal)
	finished workerDone // set before the process is done
	through  bool
	failure  error
	killed   bool // by us, because it did not stop
	// ended is set where the service is a program of its own and has ended before its time.
	ended   *serviceEnd
	service bool // failure is of a service that the scenario brings
	noise   bool // failure may be of a busy machine
}

// startWorker starts a worker: this program, or the file of another build of it.
func startWorker(program string, config workerConfig, cores []int, logName string, signal func(workerSignal),
) (*workerProcess, error) {
	log, err := os.Create(logName)
	if err != nil {
		return nil, err
	}
	w := &workerProcess{log: log, ready: make(chan struct{}, 1), signal: signal}
	w.Process, err = process.Start(process.Spec{
		Role: workerRole, Program: program, Config: config, Cores: cores, Log: log, Report: w.hear,
		Programs: config.Target != nil,
	})
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return w, nil
}

func (w *workerProcess) hear(line json.RawMessage) {
	var report workerReport
	if err := json.Unmarshal(line, &report); err != nil {
		w.failure = fmt.Errorf("the worker sent a report that cannot be read: %w", err)
		return
	}
	switch {
	case report.Ready:
		w.ready <- struct{}{}
	case report.Signal != nil:
		w.signal(*report.Signal)
	case report.Done != nil:
		w.finished, w.through = *report.Done, true
	case report.Ended != nil:
		w.ended = report.Ended
	case report.Failed != "":
		w.failure, w.service, w.noise = errors.New(report.Failed), report.Service, report.Noise
	}
}

// awaitReady waits until the worker could be driven. Its service may take so long beyond what a worker needs.
func (w *workerProcess) awaitReady(ctx context.Context, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second+patience)
	defer cancel()
	select {
	case <-w.ready:
		return nil
	case <-w.Done():
		exit, err := w.Exit()
		cause := errors.Join(fmt.Errorf("ended before it was ready (%v)", exit), w.failure, err)
		if w.service {
			return &process.Unstarted{Who: theService, Cause: w.failure}
		}
		if w.failure != nil && !w.noise { // the workload refused in its own words, which is its arm's doing
			return fmt.Errorf("the worker %w", cause)
		}
		return process.Unready(theWorker, cause, w.log.Name(), w.noise)
	case <-ctx.Done():
		return process.Unready(theWorker, fmt.Errorf("is not ready: %w", context.Cause(ctx)), w.log.Name(), true)
	}
}

func (w *workerProcess) start(epoch clock.Nanos) error { return w.Send(workerStart{Epoch: epoch}) }

// stop lets a worker that has not finished stop by itself, and kills one that does not.
func (w *workerProcess) stop() (process.Exit, error) {
	w.CloseStdin()
	timer := time.NewTimer(3 * time.Second)
	defer timer.Stop()
	select {
	case <-w.Done():
	case <-timer.C:
		w.killed = true
		w.Kill()
	}
	exit, err := w.Exit()
	return exit, errors.Join(err, w.log.Close())
}
