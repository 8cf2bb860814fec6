package service

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"aftershock/harness"
	"aftershock/harness/load"
	"aftershock/internal/process"
	"aftershock/results"
	"aftershock/results/ops"
)

// The counters of every target.
const (
	statusUnexpected = "status_unexpected" // answers with another status than is expected
	answersWrong     = "answers_wrong"     // answers whose JSON is not what is expected
	answersTooLarge  = "answers_too_large" // of more than a MiB
	stopForced       = "stop_forced"       // programs that did not end at SIGTERM
	processesLeft    = "processes_left"    // that the program had started, and that were there after its end
	descriptorsPeak  = "descriptors_peak"  // open descriptors of the program and what it started
	memoryPeak       = "memory_peak"       // their resident memory
)

// lookEvery is how often descriptors and memory are looked at.
const lookEvery = time.Second

type workload struct {
	target Target
	side   results.Arm
}

func (w workload) Describe() harness.Description {
	return harness.Description{
		Streams: w.target.streams(), Apart: true, Patience: w.target.Within,
		Variables: append([]string{"PATH", "HOME"}, w.target.Variables...),
		Refuses:   func(harness.Settings, bool) error { return w.target.check(os.Getenv) },
		Counters: []ops.Counter{
			{Name: statusUnexpected, Unit: "answers", Better: ops.Lower},
			{Name: answersWrong, Unit: "answers", Better: ops.Lower},
			{Name: answersTooLarge, Unit: "answers", Better: ops.Lower},
			{Name: stopForced, Unit: "programs", Better: ops.Lower},
			{Name: processesLeft, Unit: "processes", Better: ops.Lower},
			{Name: descriptorsPeak, Unit: "descriptors", Better: ops.Lower},
			{Name: memoryPeak, Unit: "MiB", Better: ops.Lower},
		},
	}
}

// check refuses commands that cannot be found, before anything is started.
func (t Target) check(variable func(string) string) error {
	var errs []error
	for _, side := range []results.Arm{results.Before, results.After} {
		if _, err := findProgram(t.program(side).Command[0], variable("PATH")); err != nil {
			errs = append(errs, fmt.Errorf("target.%s: %w", side, err))
		}
	}
	for _, name := range t.Variables {
		if variable(name) == "" {
			errs = append(errs, fmt.Errorf("target.variables: %s is not set in the environment of aftershock", name))
		}
	}
	return errors.Join(errs...)
}

// driven is a program that runs and is driven.
type driven struct {
	*running
	stopIn  time.Duration
	client  *http.Client
	callers map[string]*caller
	env     harness.Env
	over    chan struct{}
	looking sync.WaitGroup
}

func (w workload) Start(ctx context.Context, env harness.Env) (harness.Service, error) {
	program, err := w.target.start(w.target.program(w.side), "the target ("+string(w.side)+")", env)
	if err != nil {
		return nil, harness.ServiceUnready(err)
	}
	d := &driven{
		running: program, stopIn: w.target.Stop, client: newClient(), callers: map[string]*caller{}, env: env,
		over: make(chan struct{}),
	}
	counts := counts{
		status: env.Counter(statusUnexpected), wrong: env.Counter(answersWrong), large: env.Counter(answersTooLarge),
	}
	for stream, request := range w.target.Requests {
		var bad error
		d.callers[stream], bad = newCaller(request, program.port, d.client, env.Seed, counts)
		err = errors.Join(err, bad)
	}
	if err == nil {
		err = program.awaitReady(ctx, d.client, w.target.Ready, w.target.Within)
	}
	if err != nil {
		return nil, errors.Join(harness.ServiceUnready(err), d.Stop(ctx))
	}
	d.looking.Go(d.watch)
	d.looking.Go(d.tellEnd)
	return d, nil
}

// tellEnd tells the orchestrator when the program ends unasked.
func (d *driven) tellEnd() {
	select {
	case <-d.gone:
		d.output.drain()
		d.env.Ended(fmt.Sprintf("%s %s; %s", d.name, d.how(), d.output.lastWords()), d.ended)
	case <-d.over:
	}
}

// watch looks at the program as long as it is driven.
func (d *driven) watch() {
	ticks := time.NewTicker(lookEvery)
	defer ticks.Stop()
	for {
		d.look()
		select {
		case <-ticks.C:
		case <-d.over:
			return
		}
	}
}

// look notes the most descriptors and memory that the program and what it has started had at a time.
func (d *driven) look() {
	var open, resident uint64
	for _, pid := range append(process.Below(d.cmd.Process.Pid), d.cmd.Process.Pid) {
		o, r := process.Holds(pid)
		open, resident = open+o, resident+r
	}
	raise(d.env.Counter(descriptorsPeak), open)
	raise(d.env.Counter(memoryPeak), resident>>20)
}

// raise has one caller at a time.
func raise(peak *atomic.Uint64, to uint64) {
	if peak.Load() < to {
		peak.Store(to)
	}
}

func (d *driven) Operation(stream string) func(*load.Op) {
	if c, ok := d.callers[stream]; ok {
		return c.do
	}
	return nil
}

// Batch is for closed loops, which a scenario with a target does not have.
func (d *driven) Batch() bool { return false }

// TableOperations is 0: there is no table.
func (d *driven) TableOperations() uint64 { return 0 }

// Stop ends the program and all that it has started, within the target's own time, and keeps how that went.
func (d *driven) Stop(context.Context) error {
	close(d.over)
	d.looking.Wait()
	d.look()
	d.client.CloseIdleConnections()
	l := d.stop(d.stopIn)
	if l.forced {
		d.env.Counter(stopForced).Add(1)
	}
	d.env.Counter(processesLeft).Add(uint64(l.processes))
	return d.output.close()
}
