package harness

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"aftershock/harness/cluster"
	"aftershock/harness/evidence"
	"aftershock/harness/load"
	"aftershock/harness/noise"
	"aftershock/harness/vitals"
	"aftershock/internal/clock"
	"aftershock/internal/process"
	"aftershock/results"
	"aftershock/results/ops"

	"golang.org/x/sync/errgroup"
)

const workerRole = "worker"

// workerConfig is all that a worker has to know before the trial's epoch.
type workerConfig struct {
	Target   json.RawMessage   `json:"target,omitempty"`
	Fix      string            `json:"fix"`
	Side     results.Arm       `json:"side"`
	Endpoint string            `json:"endpoint"`
	TLS      *cluster.TLSFiles `json:"tls,omitempty"`
	Metrics  []string          `json:"metrics"`
	Links    map[string]string `json:"links,omitempty"`   // client -> where it finds its member
	Clients  []string          `json:"clients,omitempty"` // the names of Links, in the plan's order
	Members  []string          `json:"members,omitempty"` // client URLs past all links
	User     string            `json:"user"`
	// the worker's standard input is the one place that it is written to
	Password string   `json:"password"`
	Lease    int64    `json:"lease,omitempty"` // that keys on an external cluster are written under
	Settings Settings `json:"settings"`
	Seed     uint64   `json:"seed"` // the workload's
	Ops      string   `json:"ops"`  // the path of ops.bin
	Log      string   `json:"log"`  // the trial's folder
	// Temporary is a folder that goes with the trial; empty without a cluster and a target.
	Temporary string            `json:"temporary,omitempty"`
	Built     string            `json:"built,omitempty"`     // the folder of what the arms were built to
	Variables map[string]string `json:"variables,omitempty"` // of the orchestrator's environment
	Secrets   map[string]string `json:"secrets,omitempty"`   // of the scenario
	Streams   []streamConfig    `json:"streams"`
	Capacity  []capacityConfig  `json:"capacity"`
	Watched   load.Window       `json:"watched"`            // from the epoch, while the process's vitals are sampled
	Evidence  *evidence.Config  `json:"evidence,omitempty"` // nil without --profile
	Joins     *joins            `json:"joins,omitempty"`    // nil for the worker that starts the service
}

// streamConfig is one stream and its schedule.
type streamConfig struct {
	Stream
	Schedule load.Schedule `json:"schedule"`
}

// capacityConfig is one closed-loop window.
type capacityConfig struct {
	Name   string      `json:"name"`
	Window load.Window `json:"window"`
}

// workerStart is the one command that follows the configuration.
type workerStart struct {
	Epoch clock.Nanos `json:"epoch"`
}

// workerReport is a line from the worker: one of the five.
type workerReport struct {
	Ready  bool          `json:"ready,omitempty"`
	Signal *workerSignal `json:"signal,omitempty"`
	Done   *workerDone   `json:"done,omitempty"`
	Failed string        `json:"failed,omitempty"`
	// Service tells that Failed is of a service that the scenario brings.
	Service bool `json:"service,omitempty"`
	// Noise tells that a busy machine may be why it failed.
	Noise bool        `json:"noise,omitempty"`
	Ended *serviceEnd `json:"ended,omitempty"`
}

// serviceEnd is the end of a service that is a program of its own, before it was told to end.
type serviceEnd struct {
	How string      `json:"how"`
	At  clock.Nanos `json:"at"`
}

type workerSignal struct {
	What Signal      `json:"what"`
	At   clock.Nanos `json:"at"`
}

// workerDone is what only the worker knows once the schedule has finished; all else is in ops.bin.
type workerDone struct {
	Generator    results.Generator  `json:"generator"`
	GeneratorCPU time.Duration      `json:"generator_cpu_ns"`
	Capacity     []results.Capacity `json:"capacity"`
	Process      results.Process    `json:"process"`
	GCs          uint32             `json:"gcs"`
	GCPause      time.Duration      `json:"gc_pause_ns"`
	Vitals       *results.Vitals    `json:"vitals"` // nil where the worker is not the service
	Evidence     *results.Evidence  `json:"evidence,omitempty"`
}

// worker is the main of a worker child: load generator and workload, for one trial.
func worker(r Registry) int {
	child := process.Connect()
	var config workerConfig
	if ok, err := child.Receive(&config); !ok || err != nil {
		fmt.Fprintln(os.Stderr, "worker: no configuration:", err)
		return 2
	}
	if err := work(child, r, config); err != nil {
		fmt.Fprintln(os.Stderr, "worker:", err)
		// The parent may be gone; the log has it as well.
		_ = child.Report(failed(err))
		return 1
	}
	return 0
}

// failed is the report of an error: of the worker's own, or of another worker that it has started.
func failed(err error) workerReport {
	var unready serviceUnready
	var other *process.Unstarted
	started := errors.As(err, &other)
	return workerReport{
		Failed: err.Error(), Service: errors.As(err, &unready) || started && other.Who == theService,
		Noise: started && other.Noise,
	}
}

func work(child *process.Child, r Registry, config workerConfig) (err error) {
	fix, err := r.find(config.Target, config.Fix)
	if err != nil {
		return err
	}
	workload := fix.Workload(config.Side)
	description := workload.Describe()
	farewell := time.Second + description.Farewell
	table, err := ops.Open(config.Ops)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, table.Close()) }()

	ctx, stop := context.WithCancelCause(context.Background())
	defer stop(nil)
	debug.SetGCPercent(gcPercent)
	callers := cmp.Or(description.Callers, 2*runtime.GOMAXPROCS(0))
	if description.Callers == 0 {
		addSpareProcessors()
	}
	given, err := env(child, table, config, callers)
	if err != nil {
		return err
	}
	service, err := config.enter(ctx, workload, given)
	if err != nil {
		return err
	}
	defer func() {
		stopping, cancel := context.WithTimeout(context.Background(), farewell)
		defer cancel()
		err = errors.Join(err, service.Stop(stopping))
	}()
	recorder := evidence.New(config.Evidence)
	streams, err := config.streams(table, service, recorder, description.Workers)
	if err != nil {
		return err
	}
	others, err := config.startOthers(ctx, workload, service)
	defer func() { err = errors.Join(err, others.stop()) }()
	if err != nil {
		return err
	}
	if err := child.Report(workerReport{Ready: true}); err != nil {
		return err
	}
	var start workerStart
	if ok, err := child.Receive(&start); !ok || err != nil {
		return errors.Join(errors.New("no start command"), err)
	}
	go func() { // the end of the pipe means stop: what has not been sent is booked as interrupted
		for ok := true; ok; {
			ok, _ = child.Receive(&struct{}{})
		}
		stop(nil)
		others.tellEnd()
	}()
	others.watch(ctx, func(how error) {
		// A parent that is gone wants to know nothing.
		_ = child.Report(workerReport{Ended: &serviceEnd{How: how.Error(), At: clock.Now()}})
		stop(errLost)
		others.tellEnd()
	})
	if err := others.start(start.Epoch); err != nil {
		return err
	}
	recorder.Start(ctx, start.Epoch)
	var seen results.Vitals
	var watching sync.WaitGroup
	watching.Go(func() {
		seen = vitals.Watch(ctx, start.Epoch+config.Watched.From, start.Epoch+config.Watched.To,
			load.Goroutines)
	})
	done, err := drive(ctx, start.Epoch, table, streams, config.Capacity, callers, service)
	if err != nil {
		stop(nil) // there is no window's end to wait for
	}
	watching.Wait()
	done.Evidence = recorder.Stop()
	if err == nil {
		others.await()
	}
	if errors.Is(context.Cause(ctx), errLost) {
		return nil // it was told
	}
	if err != nil {
		return err
	}
	others.addTo(&done)
	if !description.Apart {
		done.Vitals = &seen
		seen.HeapEnd = vitals.Live() // nothing is measured any more
	}
	return child.Report(workerReport{Done: &done})
}

// errLost ends a worker when another one is lost that drives the same service.
var errLost = errors.New("a worker is lost")

// gcPercent is the worker's GOGC. At Go's default of 100, parsing the pages starts a dozen collections a trial, and
// they slow map assignments for about 1 % of the time, which is just where P99 looks: its value would tell where a few
// collections fell. At 400 it is a quarter of that. Both arms run under the same.
const gcPercent = 400

// spareProcessors is how many of Go's processors the worker has beyond its cores: one for the pacer and one for what
// the workload does off the measured path. Each keeps a processor while it sleeps in a system call or waits for a core;
// what the pacer has just released would wait until the runtime takes it away, which can last 10 ms. A workload with
// callers of its own computes next to nothing and waits: its processors are seldom all taken, and threads that look for
// work on spare ones would take an eighth of its CPU time (make bench-kv).
const spareProcessors = 2

func addSpareProcessors() { runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + spareProcessors) }

func env(child *process.Child, table *ops.Table, config workerConfig, capacity int) (Env, error) {
	tls, err := config.TLS.Config()
	if err != nil {
		return Env{}, fmt.Errorf("certificate of the workload's client: %w", err)
	}
	return Env{
		TLS: tls, TLSFiles: config.TLS,
		Endpoint: config.Endpoint, Metrics: config.Metrics, Links: config.Links, Clients: config.Clients,
		Members: config.Members, Variables: config.Variables, Secrets: config.Secrets, Log: config.Log,
		Temporary: config.Temporary, Built: config.Built,
		User: config.User, Password: Secret(config.Password), Dial: cluster.Leased(config.Lease),
		Settings: config.Settings, Streams: config.streamNames(),
		Capacity: capacity, Seed: config.Seed, Counters: counterNames(table),
		Counter: func(name string) *atomic.Uint64 {
			counter, err := table.Counter(name)
			if err != nil { // the orchestrator made the table from the same Description
				panic(err)
			}
			return counter
		},
		Signal: func(what Signal, at clock.Nanos) {
			// A parent that is gone wants none.
			_ = child.Report(workerReport{Signal: &workerSignal{What: what, At: at}})
		},
		Ended: func(how string, at clock.Nanos) {
			_ = child.Report(workerReport{Ended: &serviceEnd{How: how, At: at}})
		},
	}, nil
}

func counterNames(table *ops.Table) (names []string) {
	for _, c := range table.Counters {
		names = append(names, c.Name)
	}
	return names
}

func (c workerConfig) streamNames() (names []string) {
	for _, s := range c.Streams {
		names = append(names, s.Name)
	}
	return names
}

// streams are what one of so many workers drives.
func (c workerConfig) streams(table *ops.Table, service Service, recorder *evidence.Recorder, workers int,
) ([]load.Stream, error) {
	workers = max(1, workers)
	var streams []load.Stream
	for _, s := range c.Streams {
		index, err := table.Stream(s.Name)
		if err != nil {
			return nil, err
		}
		do := service.Operation(s.Name)
		if do == nil {
			return nil, fmt.Errorf("the workload has no operation for stream %q", s.Name)
		}
		var begin func(*load.Op, func()) bool
		if b, ok := service.(beginner); ok {
			begin = b.Begin(s.Name)
		}
		if table.Streams[index].Role == ops.Primary && recorder != nil {
			do, begin = watchedBy(recorder, do), nil
		}
		intended, err := s.Schedule.Intended()
		if err != nil {
			return nil, fmt.Errorf("stream %q: %w", s.Name, err)
		}
		streams = append(streams, load.Stream{
			Name: s.Name, Index: index, Intended: intended, Timeout: s.Timeout,
			Workers: load.Workers(s.Rate/float64(workers), s.Timeout), Do: do, Begin: begin,
			First: c.Joins.number(), Every: workers,
		})
	}
	return streams, nil
}

// beginner is a service that can begin operations without a goroutine that waits for each; see load.Stream. Begin
// returns nil for a stream whose operations it only does.
type beginner interface {
	Begin(stream string) func(op *load.Op, ended func()) bool
}

// watchedBy tells the recorder of each operation that ends.
func watchedBy(recorder *evidence.Recorder, do func(*load.Op)) func(*load.Op) {
	return func(op *load.Op) {
		do(op)
		recorder.Ended(op.Intended)
	}
}

// drive runs the open loop and, at the same time, the closed-loop windows, in which the schedule pauses the
// primary stream.
func drive(ctx context.Context, epoch clock.Nanos, table *ops.Table, streams []load.Stream, windows []capacityConfig,
	workers int, service Service,
) (workerDone, error) {
	var measured []results.Capacity
	var closedLoop errgroup.Group
	closedLoop.Go(func() (err error) {
		measured, err = capacity(ctx, epoch, windows, workers, service)
		return err
	})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	report, err := load.Drive(ctx, epoch, table, streams)
	err = errors.Join(err, closedLoop.Wait())
	runtime.ReadMemStats(&after)
	return workerDone{
		Generator: results.Generator{
			Method: report.Pacer.Method, LatenessP50: report.Pacer.LateP50, LatenessP99: report.Pacer.LateP99,
			LatenessMax: report.Pacer.LateMax,
		},
		GeneratorCPU: report.Pacer.CPU, Capacity: measured, Process: noise.Self("worker"),
		GCs: after.NumGC - before.NumGC, GCPause: time.Duration(after.PauseTotalNs - before.PauseTotalNs),
	}, err
}

func capacity(ctx context.Context, epoch clock.Nanos, windows []capacityConfig, workers int, service Service,
) ([]results.Capacity, error) {
	var measured []results.Capacity
	for _, w := range windows {
		absolute := load.Window{From: epoch + w.Window.From, To: epoch + w.Window.To}
		c, err := load.Capacity(ctx, absolute, workers, func(int) bool { return service.Batch() })
		if err != nil {
			return measured, err
		}
		measured = append(measured, results.Capacity{
			Name: w.Name, From: w.Window.From, To: w.Window.To, Workers: c.Workers,
			Complete: c.Complete, Incomplete: c.Incomplete, Window: c.Window, CPU: c.CPU,
			TableOperations: service.TableOperations(),
		})
	}
	return measured, nil
}
