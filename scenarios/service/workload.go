package service

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"aftershock/harness"
	"aftershock/harness/load"
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
	stopIn  time.Duration
	client  *http.Client // for all that is asked of it besides the operations
	http2   sender
	target  Target
	callers map[string]doer
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
		running: program, stopIn: w.target.Stop, client: newClient(1, w.target.trusted()),
		http2:   standard{newClient(2, w.target.trusted()), w.target.Limits.Answer},
		callers: map[string]doer{}, env: env, over: make(chan struct{}), target: w.target,
	}
	counts := counts{
		status: env.Counter(statusUnexpected), wrong: env.Counter(answersWrong), large: env.Counter(answersTooLarge),
	}
	if err = program.awaitReady(ctx, d.client, w.target.Ready, w.target.Within); err == nil {
		err = d.prepare(ctx, counts)
	}
	if err != nil {
		return nil, errors.Join(harness.ServiceUnready(redact.err(err)), d.Stop(ctx))
	}
	d.collect("start")
	d.looking.Go(d.watch)
	d.looking.Go(d.tellEnd)
	return d, nil
}

// doer does the operations of a stream. It is closed when nothing is under way any more.
type doer interface {
	do(op *load.Op)
	close() error
}

// prepare makes what sends the requests of each stream.
func (d *driven) prepare(ctx context.Context, counts counts) (err error) {
	ctx, cancel := context.WithTimeout(ctx, d.target.Within)
	defer cancel()
	for stream, request := range d.target.Requests {
		if request.GRPC != nil {
			c, bad := newGRPCCaller(ctx, request, d.port, d.target, d.env.Seed, counts)
			if err = errors.Join(err, bad); bad == nil {
				d.callers[stream] = c
			}
			continue
		}
		c, bad := newCaller(request, d.port, d.speaks(request), d.env.Seed, counts)
		if err = errors.Join(err, bad); bad == nil {
			d.callers[stream] = c
		}
	}
	return err
}

// speaks is what speaks a request's version of HTTP.
func (d *driven) speaks(r Request) sender {
	switch {
	case r.Version == 2:
		return d.http2
	case strings.HasPrefix(r.URL, HTTPS):
		return standard{d.client, d.target.Limits.Answer}
	}
	return newLines(d.target.Limits.Answer)
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

func (d *driven) Operation(stream string) func(*load.Op) {
	if c, ok := d.callers[stream]; ok {
		return c.do
	}
	return nil
}

// Begin is what begins an operation of a stream; nil where all of them are waited for.
func (d *driven) Begin(stream string) func(op *load.Op, ended func()) bool {
	if c, ok := d.callers[stream].(*caller); ok && c.lines != nil {
		return c.begin
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
	d.collect("end")
	d.client.CloseIdleConnections()
	for _, c := range d.callers {
		_ = c.close()
	}
	l := d.stop(d.stopIn)
	if l.forced {
		d.env.Counter(stopForced).Add(1)
	}
	d.env.Counter(processesLeft).Add(uint64(l.processes))
	return d.output.close()
}
