package collector_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"aftershock/harness"
	"aftershock/scenarios/collector"
)

func TestStartRefuses(t *testing.T) {
	c := boot(t, 1)
	absent := httptest.NewServer(http.NotFoundHandler())
	defer absent.Close()
	for _, k := range []struct {
		name   string
		change func(*surroundings)
		want   string
	}{
		{"no series", func(s *surroundings) { s.Settings = nil },
			`the workload's setting "series" is 0 (allowed: 1 to 1000000)`},
		{"fewer than none", func(s *surroundings) { s.Settings = harness.Settings{"series": -3} },
			`the workload's setting "series" is -3 (allowed: 1 to 1000000)`},
		{"more of the time than there is", func(s *surroundings) { s.Settings["cancelled"] = 101 },
			`the workload's setting "cancelled" is 101 (allowed: 0 to 100)`},
		{"fewer reads than none", func(s *surroundings) { s.Settings["reads"] = -1 },
			`the workload's setting "reads" is -1 (allowed: 0 to 100)`},
		{"a measured table that nothing reads", func(s *surroundings) { s.Settings["table-alone"] = 1 },
			`the workload's setting "table-alone" is 1, and "reads" is 0`},
		{"fewer ticks than none", func(s *surroundings) { s.Settings["ticks"] = -1 },
			`the workload's setting "ticks" is -1 (allowed: 0 to 1000000)`},
		{"ticks without a cluster", func(s *surroundings) { s.Settings["ticks"], s.Endpoint, s.Metrics = 10, "", nil },
			`the workload's setting "ticks" is for a service with a cluster: a tick reads the configuration from it`},
		{"a cancellation beside a leader's loss", func(s *surroundings) { s.Settings["cancelled"] = 50 },
			`the workload's setting "cancelled" is for a service without a cluster: with one, the loss of its leader cancels`},
		{"a registration for too long", func(s *surroundings) { s.Settings["registration"] = 3601 },
			`the workload's setting "registration" is 3601 (allowed: 0 to 3600)`},
		{"a registration without a registry", func(s *surroundings) {
			s.Endpoint, s.Metrics = "", nil
			s.Settings["registration"] = 2
		}, `the workload's setting "registration" is for a service with a cluster: without one, there is no registry`},
		{"more series than there are", func(s *surroundings) { s.Settings = harness.Settings{"series": 1_000_000} },
			`series, the scenario wants 1000000: lower the workload's setting "series"`},
		{"an endpoint without pages", func(s *surroundings) { s.Endpoint, s.Metrics = "127.0.0.1:1", nil },
			`the endpoint is "127.0.0.1:1" and there are 0 pages of metrics: a cluster gives both, no cluster neither`},
		{"pages without an endpoint", func(s *surroundings) { s.Endpoint = "" },
			`the endpoint is "" and there are 1 pages of metrics: a cluster gives both, no cluster neither`},
		{"a page that is absent", func(s *surroundings) { s.Metrics = append(s.Metrics, absent.URL) },
			"first scrape: " + absent.URL + ": 404 Not Found"},
	} {
		t.Run(k.name, func(t *testing.T) {
			s := around(t, c, "n1")
			before := goroutines()
			k.change(s)
			service, err := collector.New(repaired()).Start(t.Context(), s.Env)
			if err == nil || !strings.Contains(err.Error(), k.want) || service != nil {
				t.Errorf("service %v, error %v\nwant the error %s", service, err, k.want)
			}
			eventually(t, "a start that was refused leaves no goroutine", func() bool { return goroutines() <= before })
		})
	}
}

func TestStartGivesUpWithItsContext(t *testing.T) {
	mute, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := around(t, boot(t, 1), "n1")
	before := goroutines()
	s.Endpoint = mute.Addr().String()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var dialled sync.WaitGroup
	dialled.Go(func() {
		if connection, err := mute.Accept(); err == nil {
			cancel() // the caller has waited for an answer for long enough
			connection.Close()
		}
	})
	service, err := collector.New(repaired()).Start(ctx, s.Env)
	if err == nil || err.Error() != "register: context canceled" || service != nil {
		t.Errorf("service %v, error %v", service, err)
	}
	mute.Close()
	dialled.Wait()
	eventually(t, "a start that was given up leaves no goroutine", func() bool { return goroutines() <= before })
}

func TestStopEndsAllThatWasStarted(t *testing.T) {
	c := boot(t, 1)
	s := around(t, c, "n1")
	s.Settings[collector.TicksSetting] = 1
	before := goroutines()
	service, err := collector.New(repaired()).Start(t.Context(), s.Env)
	if err != nil {
		t.Fatal(err)
	}
	if running := goroutines(); running <= before {
		t.Fatalf("%d goroutines before the start and %d after it: this test sees none", before, running)
	}
	if !service.Batch() {
		t.Error("a batch is not complete")
	}
	if err := service.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	eventually(t, "a service that was stopped leaves no goroutine", func() bool { return goroutines() <= before })
}

func TestTheServiceStopsWithTheContextOfItsStart(t *testing.T) {
	c := boot(t, 1)
	before := goroutines()
	ctx, cancel := context.WithCancelCause(t.Context())
	service, err := collector.New(repaired()).Start(ctx, around(t, c, "n1").Env)
	if err != nil {
		t.Fatal(err)
	}
	cancel(errors.New("the pipe to the harness has ended"))
	if err := service.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	eventually(t, "nothing runs on", func() bool { return goroutines() <= before })
}

func TestAScrapeThatFailsIsCounted(t *testing.T) {
	c := boot(t, 1)
	s := around(t, c, "n1")
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "up 1\n")
	}))
	defer page.Close()
	s.Metrics = append(s.Metrics, page.URL)
	service := start(t, s, repaired())
	page.Close()
	eventually(t, "a scrape has failed", func() bool { return s.counters[collector.ScrapesFailed].Load() > 0 })
	if !service.Batch() {
		t.Error("a batch is not complete while a page cannot be read")
	}
}
