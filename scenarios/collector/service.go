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
	"aftershock/scenarios/collector/part"
)

// service is a collector that runs.
type service struct {
	builder Builder
	maps    Maps
	board   Board
	beside  *beside
	scraper *scraper
	spares  *spares
	ticks   *ticks // nil where the scenario asks for none
	leader  *leadership
	remote  *remote // nil without a cluster

	count          part.Count
	underCancelled *atomic.Uint64

	ctx     context.Context
	stop    context.CancelFunc
	running sync.WaitGroup
}

func (w workload) Start(ctx context.Context, env harness.Env) (harness.Service, error) {
	want := env.Settings[SeriesSetting]
	if err := checkSettings(env.Settings, env.Endpoint != ""); err != nil {
		return nil, err
	}
	if (env.Endpoint == "") != (len(env.Metrics) == 0) { // half a cluster would be another load than either
		return nil, fmt.Errorf("the endpoint is %q and there are %d pages of metrics: a cluster gives both, no cluster neither",
			env.Endpoint, len(env.Metrics))
	}
	s := w.prepare(ctx, env, want)
	err := errors.Join(s.beside.log.err, s.fill(env.Capacity))
	if err == nil && s.remote != nil {
		err = s.remote.start()
	}
	if err != nil {
		return nil, errors.Join(err, s.Stop(ctx))
	}
	s.running.Go(func() { s.scraper.run(s.ctx) })
	if share := env.Settings[CancelledSetting]; share > 0 {
		s.leader.cancel() // so that the first batch already meets it
		s.running.Go(func() { s.leader.alternate(share) })
	}
	return s, nil
}

// counting adds to the counters that this trial keeps.
func counting(env harness.Env) part.Count {
	declared := map[string]*atomic.Uint64{}
	for _, name := range env.Counters {
		declared[name] = env.Counter(name)
	}
	return func(counter string, n uint64) {
		if c := declared[counter]; c != nil {
			c.Add(n)
		}
	}
}

func (w workload) prepare(ctx context.Context, env harness.Env, want int) *service {
	count := counting(env)
	s := &service{
		builder: w.seams.Builder, maps: w.seams.Maps, count: count,
		underCancelled: env.Counter(UnderCancelled),
	}
	if b, ok := s.builder.(Counting); ok {
		s.builder = b.Counting(count)
	}
	s.ctx, s.stop = context.WithCancel(ctx)
	s.beside = newBeside(s.ctx, w.seams, env.Settings, env.Seed, count)
	s.leader = newLeadership(s.ctx, env.Signal)
	s.board = w.seams.NewBoard()
	pages := syntheticPages(want)
	if env.Endpoint != "" {
		pages = fetchedPages(env.Metrics, env.TLS)
	}
	s.scraper = newScraper(pages, want, ownRegistry(), env.Counter(ScrapesFailed))
	if env.Endpoint != "" {
		s.remote = &remote{
			ctx: s.ctx, env: env, leader: s.leader, configure: s.scraper.configure, count: count, log: s.beside.log,
			parts: w.asked(env), leasesLost: env.Counter(LeasesLost),
		}
		s.ticks = newTicks(s.ctx, w.seams, env.Settings, s.remote, count)
	}
	return s
}

// asked are the parts with a life that the scenario asks for.
func (w workload) asked(env harness.Env) (all []part.Part) {
	for _, p := range w.seams.parts() {
		if p.New != nil && p.Asked(env.Settings, env.Streams) {
			all = append(all, p)
		}
	}
	return all
}

// fill reads the pages once, and makes room for batches of what they give, of which so many may be built at a time.
// Fewer series than the scenario wants would be another load.
func (s *service) fill(builders int) error {
	// A member that has only just begun to serve may take longer for its first page than for all others.
	ctx, cancel := context.WithTimeout(s.ctx, part.Patience)
	defer cancel()
	if err := s.scraper.scrape(ctx); err != nil {
		return fmt.Errorf("first scrape: %w", err)
	}
	if got, want := len(*s.scraper.newest.Load()), s.scraper.want; got != want {
		return fmt.Errorf("the pages give %d series, the scenario wants %d: lower the workload's setting %q",
			got, want, SeriesSetting)
	}
	// One for each builder, one that hangs on the board, and one that is being sent.
	s.spares = newSpares(builders+2, s.scraper.want)
	return nil
}

// Operation gives what one operation of a stream does.
func (s *service) Operation(stream string) func(*load.Op) {
	switch {
	case stream == BatchStream:
		return func(op *load.Op) {
			var built time.Duration
			built, op.Flags, op.Reason = s.batch()
			op.Aux = int64(built)
		}
	case stream == PublishStream && s.remote != nil:
		return s.publish
	case s.remote != nil:
		return s.remote.operation(stream)
	}
	return nil
}

// Batch does one batch for a capacity window, or one turn of the table's operations where the scenario asks for those.
func (s *service) Batch() bool {
	if s.beside.alone {
		s.beside.access(*s.scraper.newest.Load())
		return true
	}
	_, _, reason := s.batch()
	return reason == ops.NoReason
}

// TableOperations is one a series where the closed loop is about the table.
func (s *service) TableOperations() uint64 {
	if s.beside.alone {
		return uint64(s.scraper.want)
	}
	return 0
}

// batch makes one batch. One that is no tick is built under nothing that could end it.
func (s *service) batch() (built time.Duration, flags ops.Flags, reason ops.Reason) {
	if s.leader.lost() { // asked in both arms, before either does anything
		s.underCancelled.Add(1)
	}
	if s.ticks.due() {
		tick, end := s.ticks.begin()
		defer end()
		return s.batchUnder(tick)
	}
	return s.batchUnder(context.Background())
}

// batchUnder fills a free map with all series and hands it on. It waits for a free one while the board keeps those that
// were handed on before: a service that answers a stall with more memory would only move the cost.
func (s *service) batchUnder(tick context.Context) (built time.Duration, flags ops.Flags, reason ops.Reason) {
	b := s.spares.take()
	series := *s.scraper.newest.Load()
	shared := s.leader.shared()
	stale := shared.Err() != nil
	if stale {
		flags |= ops.Trigger
	}
	b.Values = s.maps.Map(b.Values, len(series)) // not part of building this batch, but of the operation
	began := clock.Now()
	refused := buildUnder(tick, s.builder, shared, b.Values, series)
	b.Want, b.Built = len(series), clock.Now()
	s.beside.do(shared, series, stale)
	built = b.Built.Sub(began)
	switch {
	case refused != nil:
		s.count(BatchesGivenUp, 1)
		reason = ops.Rejected
	case !b.Complete(): // the builder says that it is whole
		flags, reason = flags|ops.Partial, ops.Error
	default:
		if stale {
			s.countUnmarked(b)
		}
		s.spares.put(s.board.HandOn(b))
		return built, flags, ops.NoReason
	}
	s.spares.put(b) // only a complete batch is handed on
	return built, flags, reason
}

// Stop ends everything that the service started.
func (s *service) Stop(ctx context.Context) error {
	s.beside.endRequests()
	s.stop()
	s.running.Wait()
	s.ticks.wait()
	s.scraper.close()
	var err error
	if s.remote != nil {
		err = s.remote.close(ctx)
	}
	s.beside.close() // the log last, for all others write to it
	return err
}
