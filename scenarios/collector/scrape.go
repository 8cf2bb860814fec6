package collector

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"golang.org/x/sys/unix"
)

// scrapeInterval is how often the pages are read, unless the configuration says otherwise. It lies off the measured
// path.
const scrapeInterval = time.Second

// scrapeNice is the scraper's nice value: the kernel then gives a core to a batch first.
const scrapeNice = 15

// The scrape intervals that a configuration may ask for.
const (
	shortestInterval = 100 * time.Millisecond
	longestInterval  = time.Minute
)

// scraper reads the pages and this process's registry, and keeps the newest parse of each.
type scraper struct {
	pages    []page // a page's place among them is its source name
	registry prometheus.Gatherer
	want     int

	interval  time.Duration
	intervals chan time.Duration // what the configuration says it should be from now on

	samples  map[string][]sample // source -> the newest page that could be read
	memories map[string]*memory
	newest   atomic.Pointer[[]Series]
	failed   *atomic.Uint64
}

func newScraper(pages []page, want int, registry prometheus.Gatherer, failed *atomic.Uint64) *scraper {
	return &scraper{
		pages: pages, registry: registry, want: want, samples: map[string][]sample{}, memories: map[string]*memory{},
		interval: scrapeInterval, intervals: make(chan time.Duration, 1), failed: failed,
	}
}

// ownRegistry holds what this process tells of itself.
func ownRegistry() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

// run reads each source once an interval until ctx is done, one after the other and spread over the interval, as
// Prometheus spreads its targets: all at once would take both cores of a small machine for as long as batches take 2 %
// of their time, which is just where P99 looks.
//
// It has a thread of its own at a low priority: parsing is what can wait. The thread ends with the goroutine, because
// it is never unlocked.
func (s *scraper) run(ctx context.Context) {
	runtime.LockOSThread()
	_ = unix.Setpriority(unix.PRIO_PROCESS, unix.Gettid(), scrapeNice) // refused, it is merely not as far off the path
	sources := s.sources()
	tick := time.NewTicker(s.interval / time.Duration(len(sources)))
	defer tick.Stop()
	for n := 0; ; {
		select {
		case <-tick.C:
		case s.interval = <-s.intervals:
			tick.Reset(s.interval / time.Duration(len(sources)))
			continue
		case <-ctx.Done():
			return
		}
		if err := bounded(ctx, sources[n]); err != nil && ctx.Err() == nil {
			s.failed.Add(1)
		}
		if n++; n == len(sources) {
			n = 0
			s.publish()
		}
	}
}

// bounded reads a source for as long as the next turn of it takes to come.
func bounded(ctx context.Context, read func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, scrapeInterval)
	defer cancel()
	return read(ctx)
}

// scrape reads every source once, and gives what there is to the batches.
func (s *scraper) scrape(ctx context.Context) error {
	var errs []error
	for _, read := range s.sources() {
		errs = append(errs, read(ctx))
	}
	s.publish()
	return errors.Join(errs...)
}

// sources are the readers of the pages and of this process's registry. A source that cannot be read keeps its last
// page: a member that is down must not make the batches smaller, and so faster.
func (s *scraper) sources() []func(context.Context) error {
	var sources []func(context.Context) error
	for i, p := range s.pages {
		sources = append(sources, func(ctx context.Context) error {
			families, err := parse(ctx, p)
			return errors.Join(err, s.keep(fmt.Sprintf("n%d", i+1), families))
		})
	}
	return append(sources, func(context.Context) error {
		families, err := s.registry.Gather()
		return errors.Join(err, s.keep("collector", families))
	})
}

// publish makes the newest samples the content of the next batches.
func (s *scraper) publish() {
	var all []sample
	for _, source := range slices.Sorted(maps.Keys(s.samples)) {
		all = append(all, s.samples[source]...)
	}
	series := derive(all, s.memories, s.want, s.interval)
	s.newest.Store(&series)
}

func (s *scraper) keep(source string, families []*dto.MetricFamily) error {
	if len(families) == 0 {
		return nil
	}
	vector, err := expfmt.ExtractSamples(&expfmt.DecodeOptions{Timestamp: model.Now()}, families...)
	if err != nil {
		return fmt.Errorf("page of %s: %w", source, err)
	}
	samples := make([]sample, 0, len(vector))
	for _, v := range vector {
		one := sample{key: source + ":" + v.Metric.String(), value: float64(v.Value)}
		m, ok := s.memories[one.key]
		if !ok {
			m = &memory{}
			s.memories[one.key] = m
		}
		m.take(one.value)
		samples = append(samples, one)
	}
	s.samples[source] = samples
	return nil
}

// configure sets a new scrape interval. An invalid one changes nothing: a service must not fall over because of a bad
// value in etcd.
func (s *scraper) configure(value string) {
	interval, err := time.ParseDuration(value)
	if err != nil || interval < shortestInterval || interval > longestInterval {
		return
	}
	select {
	case <-s.intervals: // the newest counts
	default:
	}
	s.intervals <- interval
}

// close releases the pages, once no scrape reads them any more.
func (s *scraper) close() {
	for _, p := range s.pages {
		p.close()
	}
}
