// Package collector is the service under test: a metrics collector that builds Go maps and talks to etcd.
//
// Once a second, off the measured path, it reads the members' /metrics pages and its own registry. An operation of the
// stream "batch" fills a reused map with every series and hands it on; one of the stream "publish" writes the newest
// complete batch to etcd under a lease. Beside them a registration is kept alive and the configuration is watched.
package collector

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"aftershock/harness"
	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results/ops"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

// The streams that the collector serves.
const (
	BatchStream   = "batch"
	PublishStream = "publish"
)

// The counters that the collector keeps beside latency.
const (
	UnderCancelled = "batches_under_cancelled_context"
	HeldAcrossRPC  = "lock_held_across_rpc_leaderless"
	LeasesLost     = "leases_lost"
	ScrapesFailed  = "scrapes_failed"
)

// The settings that a scenario gives.
const (
	SeriesSetting = "series" // how many series a batch has
)

// prefix is where all of the collector's keys lie.
const prefix = "collector/"

// New makes the collector with the given seams.
func New(seams Seams) harness.Workload { return workload{seams} }

type workload struct{ seams Seams }

func (workload) Describe() harness.Description {
	return harness.Description{
		Streams:  map[string]string{BatchStream: "build time", PublishStream: "age of the snapshot when it was acknowledged"},
		Settings: []string{SeriesSetting},
		Counters: []ops.Counter{
			{Name: UnderCancelled, Unit: "batches"}, {Name: HeldAcrossRPC, Unit: "ns"},
			{Name: LeasesLost, Unit: "leases"}, {Name: ScrapesFailed, Unit: "scrapes"},
		},
	}
}

// service is a collector that runs.
type service struct {
	seams   Seams
	board   Board
	env     harness.Env
	client  *clientv3.Client
	scraper *scraper
	spares  *spares

	shared         atomic.Pointer[sharedContext]
	lease          atomic.Int64 // the clientv3.LeaseID under which everything is written
	underCancelled *atomic.Uint64
	heldAcrossRPC  *atomic.Uint64
	leasesLost     *atomic.Uint64

	ctx     context.Context
	stop    context.CancelFunc
	running sync.WaitGroup
}

// sharedContext is the context that the watch handler shares with map building.
type sharedContext struct {
	ctx    context.Context
	cancel context.CancelFunc
}

func (w workload) Start(ctx context.Context, env harness.Env) (harness.Service, error) {
	s, err := w.prepare(ctx, env)
	if err != nil {
		return nil, err
	}
	if err = s.fill(); err == nil {
		err = s.connect()
	}
	if err != nil {
		return nil, errors.Join(err, s.Stop(ctx))
	}
	return s, nil
}

func (w workload) prepare(ctx context.Context, env harness.Env) (*service, error) {
	want := env.Settings[SeriesSetting]
	if want < 1 {
		return nil, fmt.Errorf("the workload's setting %q is %d, it must be at least 1", SeriesSetting, want)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	s := &service{
		seams: w.seams, env: env, scraper: newScraper(env.Metrics, want, registry),
		underCancelled: env.Counter(UnderCancelled), heldAcrossRPC: env.Counter(HeldAcrossRPC),
		leasesLost: env.Counter(LeasesLost),
	}
	s.scraper.failed = env.Counter(ScrapesFailed)
	s.board = w.seams.NewBoard(s.held)
	s.ctx, s.stop = context.WithCancel(ctx)
	s.renewShared()
	return s, nil
}

// fill reads the pages once, and makes room for batches of what they give. Fewer series than the scenario wants would
// be another load.
func (s *service) fill() error {
	if err := s.scraper.scrape(s.ctx); err != nil {
		return fmt.Errorf("first scrape: %w", err)
	}
	if got, want := len(*s.scraper.newest.Load()), s.scraper.want; got != want {
		return fmt.Errorf("the pages give %d series, the scenario wants %d: lower the workload's setting %q",
			got, want, SeriesSetting)
	}
	// As many as can be built at a time, one that hangs on the board, and one that is being sent.
	s.spares = newSpares(s.env.Capacity+2, s.scraper.want)
	return nil
}

func (s *service) connect() (err error) {
	s.client, err = clientv3.New(clientv3.Config{
		Endpoints: []string{s.env.Endpoint}, DialTimeout: 5 * time.Second, Context: s.ctx, Logger: zap.NewNop(),
	})
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	if err := s.register(s.ctx); err != nil {
		return err
	}
	watching := make(chan struct{})
	s.running.Go(func() { s.watch(sync.OnceFunc(func() { close(watching) })) })
	s.running.Go(s.keepRegistered)
	s.running.Go(func() { s.scraper.run(s.ctx) })
	select {
	case <-watching:
		return nil
	case <-time.After(5 * time.Second):
		return errors.New("the configuration cannot be watched")
	}
}

// Operation gives what one operation of a stream does.
func (s *service) Operation(stream string) func(*load.Op) {
	switch stream {
	case BatchStream:
		return func(op *load.Op) {
			built, flags := s.batch()
			op.Aux, op.Flags = int64(built), flags
			if flags&ops.Partial != 0 {
				op.Reason = ops.Error
			}
		}
	case PublishStream:
		return s.publish
	}
	return nil
}

// Batch does one batch for a capacity window.
func (s *service) Batch() bool {
	_, flags := s.batch()
	return flags&ops.Partial == 0
}

// batch fills a free map with all series and hands it on. It waits for a free one while the board keeps those that were
// handed on before: a service that answers a stall with more memory would only move the cost.
func (s *service) batch() (built time.Duration, flags ops.Flags) {
	b := s.spares.take()
	series := *s.scraper.newest.Load()
	shared := s.shared.Load().ctx
	if shared.Err() != nil { // asked in both arms, so that both are known to have met the same condition
		s.underCancelled.Add(1)
		flags |= ops.Trigger
	}
	clear(b.Values) // of what the batch held before: not part of building this one
	began := clock.Now()
	s.seams.Builder.Build(shared, b.Values, series)
	b.Want, b.Built = len(series), clock.Now()
	if !b.Complete() {
		flags |= ops.Partial
		s.spares.put(b) // an incomplete batch is not handed on
		return b.Built.Sub(began), flags
	}
	built = b.Built.Sub(began)
	s.spares.put(s.board.HandOn(b))
	return built, flags
}

// held counts how long the board's lock was held across an RPC, while the cluster had no leader: with one, an RPC takes
// milliseconds, and a trial whose fault never bit would seem to have exercised the defect.
func (s *service) held(d time.Duration) {
	if s.leaderless() {
		s.heldAcrossRPC.Add(uint64(d))
	}
}

// Stop ends everything that the service started. What it wrote is left to its lease: giving that back would have to
// wait for a leader.
func (s *service) Stop(context.Context) error {
	s.stop()
	s.running.Wait()
	s.scraper.client.CloseIdleConnections()
	if s.client == nil {
		return nil
	}
	if err := s.client.Close(); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("close the client: %w", err)
	}
	return nil
}
