package harness_test

import (
	"context"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"aftershock/chaos/faults"
	"aftershock/chaos/plan"
	"aftershock/harness"
	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results"
	"aftershock/results/ops"
)

// The test binary is its own members, workers and reapers.
func TestMain(m *testing.M) {
	harness.Child(registry)
	// These tests share their machine with others.
	harness.MostLate, harness.Disturbed = 10*time.Second, 1
	os.Exit(m.Run())
}

var registry = harness.Registry{Fixes: []harness.Fix{
	{Fix: results.Fix{Name: "steady"}, Workload: func(results.Arm) harness.Workload { return sleeper{} }},
	{Fix: results.Fix{Name: "crashing"}, Workload: func(arm results.Arm) harness.Workload {
		return sleeper{crashes: arm == results.Before}
	}},
	{Fix: results.Fix{Name: "hanging"}, Workload: func(arm results.Arm) harness.Workload {
		return sleeper{hangs: arm == results.Before}
	}},
	{Fix: results.Fix{Name: "stopping"}, Workload: func(results.Arm) harness.Workload { return sleeper{stops: true} }},
	{Fix: results.Fix{Name: "talking"}, Workload: func(results.Arm) harness.Workload { return talker{} }},
	{Fix: results.Fix{Name: "refusing"},
		Workload: func(results.Arm) harness.Workload { return sleeper{refuses: true} }},
	keeping, forgetting,
}}

// sleeper is the smallest workload: an operation takes a tenth of a millisecond.
type sleeper struct {
	crashes bool // the process kills itself in mid-trial
	hangs   bool // an operation in mid-trial never ends, and nothing stops it
	stops   bool // a signal stops the process in mid-trial
	refuses bool // it cannot be started
}

const (
	done      = "operations_done"
	seeded    = "seed"
	sized     = "size_given" // a counter of what the setting was
	size      = "size"       // a setting
	crashAt   = 100          // the batch in which a crashing workload dies
	batchRate = 200
)

func (s sleeper) Describe() harness.Description {
	return harness.Description{
		Client: "collector",
		Streams: []harness.Served{{Name: "batch", Role: ops.Primary},
			{Name: "publish", Role: ops.Snapshots, Clustered: true}},
		Settings: []string{size},
		Counters: []ops.Counter{{Name: done, Unit: "operations"}, {Name: seeded, Unit: "seed"},
			{Name: sized, Unit: "size"}},
	}
}

func (s sleeper) Start(_ context.Context, env harness.Env) (harness.Service, error) {
	if s.refuses {
		return nil, os.ErrPermission
	}
	env.Counter(seeded).Store(env.Seed)
	env.Counter(sized).Store(uint64(env.Settings[size]))
	env.Signal(harness.LeaderGone, clock.Now()) // before the fault window: it must not count
	return &sleeping{sleeper: s, done: env.Counter(done)}, nil
}

type sleeping struct {
	sleeper
	done *atomic.Uint64
}

func (s *sleeping) Operation(stream string) func(*load.Op) {
	return func(op *load.Op) {
		if s.crashes && stream == "batch" && op.N == crashAt {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // nothing more is recorded
		}
		if s.stops && stream == "batch" && op.N == crashAt {
			_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
		}
		if s.hangs && stream == "batch" && op.N == crashAt {
			select {}
		}
		s.Batch()
	}
}

func (s *sleeping) Batch() bool {
	time.Sleep(100 * time.Microsecond)
	s.done.Add(1)
	return true
}

func (s *sleeping) TableOperations() uint64 { return 0 }

func (s *sleeping) Stop(context.Context) error { return nil }

// scenario is short: elections of 250 ms, one transfer and one isolation.
func scenario() harness.Scenario {
	phases := harness.Phases{
		WarmUp: 100 * time.Millisecond, Steady: 500 * time.Millisecond, Capacity: 100 * time.Millisecond,
		Fault: 2600 * time.Millisecond, Recovery: 300 * time.Millisecond, Drain: 50 * time.Millisecond,
	}
	return harness.Scenario{
		Name: "short", Asks: "Does it run?", Pairs: 1, Margin: 0.1, Phases: phases,
		Cluster: harness.ClusterSpec{Members: 3, Tick: 25 * time.Millisecond, Election: 250 * time.Millisecond,
			Data: harness.Tmpfs},
		Streams: []harness.Stream{
			{Name: "batch", Rate: batchRate, Arrival: load.Constant, Timeout: 500 * time.Millisecond},
			{Name: "publish", Rate: 10, Arrival: load.Poisson, Timeout: 100 * time.Millisecond},
		},
		// No reserve: a block that others disturb is run again.
		Budget: harness.Budget{Boot: 2 * time.Second, Run: time.Minute},
		Faults: plan.Spec{
			Members: 3, Clients: []plan.ClientSpec{{Name: "collector", Pin: "follower"}},
			Faults: []plan.FaultSpec{
				{Fault: "leader-transfer", Target: "leader", To: "client.collector", At: phases.FaultStart()},
				{Fault: "partition-leader", Target: "client.collector", At: phases.FaultStart() + 300*time.Millisecond,
					For: 2 * time.Second},
			},
		},
	}
}

func options(t *testing.T, fix string) harness.Options {
	t.Helper()
	f, err := registry.Find(fix)
	if err != nil {
		t.Fatal(err)
	}
	s := scenario()
	return harness.Options{
		Scenario: s, Fixes: []harness.Fix{f}, Plans: plan.ExpandAll(s.Name, s.Faults, faults.Rules(), 7, s.Pairs),
		Seed: 7,
		Out:  t.TempDir(), Runtime: harness.Runtimes()[0], Command: []string{"again"},
	}
}

// witness is an observer that remembers.
type witness struct {
	mu     sync.Mutex
	trials []results.Trial
	fixes  []string
	load   results.Load
	status func() harness.Status
	began  chan struct{} // closed when the run has started

	trialDone func(done int) // may be nil
}

func newWitness() *witness { return &witness{began: make(chan struct{})} }

func (w *witness) Started(_ string, _ results.Run, status func() harness.Status) {
	w.status = status
	close(w.began)
}

func (w *witness) Loaded(l results.Load) { w.load = l }

func (w *witness) TrialDone(t results.Trial) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trials = append(w.trials, t)
	if w.trialDone != nil {
		w.trialDone(len(w.trials))
	}
}

func (w *witness) FixDone(fix string) { w.fixes = append(w.fixes, fix) }
