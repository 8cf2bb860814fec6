package service

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/harness/load"
	"aftershock/harness/load/frozen"
	"aftershock/internal/clock"
	"aftershock/internal/process"
	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/ops"
)

// A program that stands still for a known time fixes what is to be measured of it, over each protocol, and at rates and
// for times other than those of the oracle's own trial.
func TestAFrozenProgramIsSeenOverEachProtocol(t *testing.T) {
	slow.Alone(t)
	grpc := overGRPC(GRPC{Message: `{"service": ""}`})
	overHTTP2 := testTarget("serves")
	overHTTP2.Requests["echo"] = Request{Method: "GET", URL: "http://127.0.0.1:{port}/echo?n={{.N}}", Version: 2}
	for _, c := range []struct {
		name   string
		target Target
		rate   float64
		freeze time.Duration
	}{
		{"HTTP/1.1", testTarget("serves"), 60, 1600 * time.Millisecond},
		{"HTTP/2", overHTTP2, 80, 1800 * time.Millisecond},
		{"HTTP/2 over TLS", overTLS(2, "echo?n={{.N}}"), 90, 1500 * time.Millisecond},
		{"gRPC", grpc, 70, 1700 * time.Millisecond},
		{"gRPC over TLS", overGRPCAndTLS(GRPC{Message: `{"service": ""}`}), 65, 1650 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			trial := frozen.Trial{
				Rate: c.rate, Length: 4 * time.Second, At: 700 * time.Millisecond, Freeze: c.freeze,
			}
			var astray error
			for range 5 { // a stall of the machine is a second freeze: such a trial is repeated, and not judged
				var disturbed bool
				if astray, disturbed = freeze(t, c.target, trial); astray == nil || !disturbed {
					break
				}
				t.Logf("repeated: %v", astray)
			}
			if astray != nil {
				t.Error(astray)
			}
		})
	}
}

// freeze drives a program that is stopped for a while, and holds what was measured against what that implies. It tells
// whether the machine let the generator or the program wait besides.
func freeze(t *testing.T, target Target, trial frozen.Trial) (astray error, disturbed bool) {
	t.Helper()
	b := newBed(t)
	s := started(t, target, b)
	defer stopped(t, s, b)
	intended, err := load.Schedule{
		Rate: trial.Rate, Arrival: load.Constant, Windows: []load.Window{{To: clock.Nanos(trial.Length)}},
	}.Intended()
	if err != nil {
		t.Fatal(err)
	}
	timeout := 3 * trial.Freeze
	path := filepath.Join(t.TempDir(), results.OpsFile)
	table, err := ops.Create(path, ops.Header{
		Streams: []ops.Stream{{Name: "echo", Slots: len(intended), Timeout: timeout}},
	})
	if err != nil {
		t.Fatal(err)
	}
	epoch := clock.Now().Add(50 * time.Millisecond)
	stood := make(chan time.Duration, 1)
	go func() { stood <- standStill(t.Context(), s, epoch.Add(trial.At), trial.Freeze) }()
	report, err := load.Drive(t.Context(), epoch, table, []load.Stream{{
		Name: "echo", Intended: intended, Timeout: timeout, Workers: load.Workers(trial.Rate, timeout),
		Do: s.Operation("echo"), Begin: s.(*driven).Begin("echo"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	froze := <-stood
	waited := awaitedCores(t, s.(*driven).cmd.Process.Pid)
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	measured := responsesOf(t, path)
	for _, q := range []float64{0.90, 0.95, 0.99} {
		implied := frozen.Implied(q, froze, trial.Length)
		got := measured[max(0, int(math.Ceil(q*float64(len(measured))))-1)]
		limit := time.Duration(frozen.Tolerance * float64(implied))
		disturbed = disturbed || report.Pacer.LateMax > limit/2 || waited > limit/2
		if astray == nil && (got-implied).Abs() > limit {
			astray = fmt.Errorf("P%g is %v, and a freeze of %v implies %v", 100*q, got, froze, implied)
		}
	}
	return astray, disturbed
}

// standStill stops a program at a moment and for a time, and gives for how long it really was stopped.
func standStill(ctx context.Context, s harness.Service, at clock.Nanos, length time.Duration) time.Duration {
	pid := s.(*driven).cmd.Process.Pid
	if clock.SleepUntil(ctx, at) != nil || syscall.Kill(pid, syscall.SIGSTOP) != nil {
		return 0
	}
	from := clock.Now()
	_ = clock.SleepUntil(ctx, from.Add(length)) // it goes on, whatever happens
	if syscall.Kill(pid, syscall.SIGCONT) != nil {
		process.EndMarked(s.(*driven).folder)
	}
	return clock.Now().Sub(from)
}

// awaitedCores is for how long the thread of a process that had to wait longest was ready to run, and no core was free
// for it: the second number of its schedstat (Documentation/scheduler/sched-stats.rst of Linux). One that is stopped
// waits for none.
func awaitedCores(t *testing.T, pid int) (longest time.Duration) {
	t.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(threads) == 0 {
		t.Fatalf("threads of process %d: %q, %v", pid, threads, err)
	}
	for _, path := range threads {
		var ran, waited time.Duration
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) { // it has ended
			continue
		}
		if _, bad := fmt.Sscan(string(text), &ran, &waited); err != nil || bad != nil {
			t.Fatalf("%s: %q, %v, %v", path, text, err, bad)
		}
		longest = max(longest, waited)
	}
	return longest
}

func responsesOf(t *testing.T, path string) (all []time.Duration) {
	t.Helper()
	log, err := ops.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range log.Records(0) {
		all = append(all, r.Charged(log.Streams[0].Timeout))
	}
	slices.Sort(all)
	return all
}
