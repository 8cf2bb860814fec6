package collector_test

import (
	"context"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"aftershock/harness"
	"aftershock/harness/cluster"
	"aftershock/internal/clock"
	"aftershock/internal/slow"
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/scenarios/collector"
	"aftershock/scenarios/fixes"
	"aftershock/scenarios/fixes/null"
)

const series = 500

// boot starts a cluster in this process.
func boot(t *testing.T, members int) *cluster.Embedded {
	t.Helper()
	slow.Alone(t)
	c, err := cluster.StartEmbedded(t.Context(), cluster.Config{
		Members: members, Tick: 10 * time.Millisecond, Election: 100 * time.Millisecond, DataRoot: t.TempDir(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// surroundings are what the harness would give the service, kept in memory.
type surroundings struct {
	harness.Env
	counters map[string]*atomic.Uint64
	signals  chan harness.Signal
}

// around surrounds a service whose client is pinned to a member.
func around(t *testing.T, c *cluster.Embedded, member string) *surroundings {
	t.Helper()
	s := alone(t)
	var err error
	if s.Endpoint, err = c.Pin("collector", member); err != nil {
		t.Fatal(err)
	}
	s.Links = map[string]string{"collector": s.Endpoint}
	for _, e := range c.Endpoints() {
		s.Metrics, s.Members = append(s.Metrics, e.MetricsURL), append(s.Members, e.ClientURL)
	}
	return s
}

// alone surrounds a service without a cluster.
func alone(t *testing.T) *surroundings {
	s := &surroundings{counters: map[string]*atomic.Uint64{}, signals: make(chan harness.Signal, 64)}
	s.Env = harness.Env{
		Settings: harness.Settings{collector.SeriesSetting: series}, Capacity: 8,
		Counter: func(name string) *atomic.Uint64 {
			counter, known := s.counters[name]
			if !known { // a table of operations has no room for it
				t.Errorf("counter %q is not described", name)
				return &atomic.Uint64{}
			}
			return counter
		},
		Signal: func(what harness.Signal, _ clock.Nanos) { s.signals <- what },
	}
	s.declare(collector.New(repaired()).Describe().Counters)
	return s
}

// declare makes room for counters.
func (s *surroundings) declare(counters []ops.Counter) {
	for _, c := range counters {
		s.counters[c.Name] = &atomic.Uint64{}
		s.Counters = append(s.Counters, c.Name)
	}
}

// repaired are the seams without any defect.
func repaired() collector.Seams { return fixes.Seams(null.Fix, results.After) }

func start(t *testing.T, s *surroundings, seams collector.Seams, counters ...ops.Counter) harness.Service {
	t.Helper()
	service, err := collector.New(seams, counters...).Start(t.Context(), s.Env)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := service.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return service
}

// watched is a board that has every batch looked at before it is handed on.
type watched struct {
	collector.Board
	look func(*collector.Batch)
}

func (w watched) HandOn(b *collector.Batch) *collector.Batch {
	w.look(b)
	return w.Board.HandOn(b)
}

func watch(seams collector.Seams, look func(*collector.Batch)) collector.Seams {
	newBoard := seams.NewBoard
	seams.NewBoard = func() collector.Board { return watched{newBoard(), look} }
	return seams
}

// eventually waits until a condition holds that is not announced.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	for deadline := time.Now().Add(20 * time.Second); !holds(); <-poll.C {
		if time.Now().After(deadline) {
			t.Fatalf("not in 20 s: %s", what)
		}
	}
}

// goroutines counts those of the service, of its etcd client and of its HTTP connections.
func goroutines() int {
	buffer := make([]byte, 16<<20) // a few hundred stacks; one that did not fit would be missing
	buffer = buffer[:runtime.Stack(buffer, true)]
	count := 0
	for stack := range strings.SplitSeq(string(buffer), "\n\n") {
		for _, of := range []string{
			"aftershock/scenarios/collector.", "go.etcd.io/etcd/client/v3.", "net/http.(*persistConn)",
			"grpc/internal/transport.(*http2Client)", "google.golang.org/grpc.(*ClientConn)",
		} {
			if strings.Contains(stack, of) {
				count++
				break
			}
		}
	}
	return count
}
