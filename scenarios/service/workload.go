package service

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"aftershock/harness"
	"aftershock/internal/process"
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/build"
)

// The counters of every target.
const (
	statusUnexpected = "status_unexpected" // answers with another status than is expected
	answersWrong     = "answers_wrong"     // answers whose JSON is not what is expected
	answersTooLarge  = "answers_too_large" // of more than the limit
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
		Streams: w.target.streams(), Apart: true, Patience: w.target.Within, Workers: w.target.Workers,
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
		name := t.program(side).Command[0]
		if strings.Contains(name, build.Folder) {
			continue // it is not there before it was built
		}
		if _, err := findProgram(name, variable("PATH")); err != nil {
			errs = append(errs, fmt.Errorf("target.%s: %w", t.field(side), err))
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
	*requests
	stopIn  time.Duration
	env     harness.Env
	over    chan struct{}
	looking sync.WaitGroup
}

func (w workload) Start(ctx context.Context, env harness.Env) (harness.Service, error) {
	var err error
	if w.target, err = w.target.reveal(env.Secrets); err != nil {
		return nil, harness.ServiceUnready(err)
	}
	redact := newRedactor(w.target.Redact, w.target.secrets(env))
	program, err := w.target.start(w.target.program(w.side), "the target ("+string(w.side)+")", env)
	if err != nil {
		return nil, harness.ServiceUnready(redact.err(err))
	}
	d := &driven{
		running: program, requests: newRequests(w.target, program.port), stopIn: w.target.Stop, env: env,
		over: make(chan struct{}),
	}
	if err = program.awaitReady(ctx, d.client, w.target.Ready, w.target.Within); err == nil {
		err = d.prepare(ctx, env)
	}
	if err != nil {
		return nil, errors.Join(harness.ServiceUnready(redact.err(err)), d.Stop(ctx))
	}
	d.collect("start")
	d.looking.Go(d.watch)
	d.looking.Go(d.tellEnd)
	return d, nil
}

// At is the port at which the program listens.
func (workload) At(started harness.Service) string {
	return strconv.Itoa(started.(*driven).requests.port)
}

// tellEnd tells the orchestrator when the program ends unasked.
func (d *driven) tellEnd() {
	select {
	case <-d.gone:
		d.output.drain()
		how := fmt.Sprintf("%s %s; %s", d.name, d.how(), d.output.lastWords())
		d.env.Ended(d.redact.text(how), d.ended)
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

// Stop ends the program and all that it has started, within the target's own time, and keeps how that went.
func (d *driven) Stop(context.Context) error {
	close(d.over)
	d.looking.Wait()
	d.look()
	d.collect("end")
	d.close()
	l := d.stop(d.stopIn)
	if l.forced {
		d.env.Counter(stopForced).Add(1)
	}
	d.env.Counter(processesLeft).Add(uint64(l.processes))
	return d.output.close()
}
