package collector

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// scrapeInterval is how often the pages are read. It lies off the measured path.
const scrapeInterval = time.Second

// scraper reads the members' /metrics pages and this process's registry, and keeps the newest parse of each.
type scraper struct {
	pages    []string // URLs; the member's place among them is its source name
	client   *http.Client
	registry prometheus.Gatherer
	want     int

	samples  map[string][]sample // source -> the newest page that could be read
	memories map[string]*memory
	newest   atomic.Pointer[[]Series]
	failed   *atomic.Uint64
}

func newScraper(pages []string, want int, registry prometheus.Gatherer) *scraper {
	return &scraper{
		pages: pages, client: &http.Client{Timeout: scrapeInterval, Transport: &http.Transport{Proxy: nil}}, registry: registry,
		want: want, samples: map[string][]sample{}, memories: map[string]*memory{},
	}
}

// run scrapes until ctx is done.
func (s *scraper) run(ctx context.Context) {
	tick := time.NewTicker(scrapeInterval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if err := s.scrape(ctx); err != nil && ctx.Err() == nil {
				s.failed.Add(1)
			}
		case <-ctx.Done():
			s.client.CloseIdleConnections()
			return
		}
	}
}

// scrape reads every source once. A source that cannot be read keeps its last page: a member that is down must not make
// the batches smaller, and so faster.
func (s *scraper) scrape(ctx context.Context) error {
	var errs []error
	for i, url := range s.pages {
		families, err := s.fetch(ctx, url)
		errs = append(errs, err, s.keep(fmt.Sprintf("n%d", i+1), families))
	}
	own, err := s.registry.Gather()
	errs = append(errs, err, s.keep("collector", own))

	var all []sample
	for _, source := range slices.Sorted(maps.Keys(s.samples)) {
		all = append(all, s.samples[source]...)
	}
	series := derive(all, s.memories, s.want, scrapeInterval)
	s.newest.Store(&series)
	return errors.Join(errs...)
}

func (s *scraper) fetch(ctx context.Context, url string) ([]*dto.MetricFamily, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := s.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		_, _ = io.Copy(io.Discard, response.Body) // so that the connection can be used again
		return nil, fmt.Errorf("%s: %s", url, response.Status)
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	byName, err := parser.TextToMetricFamilies(response.Body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", url, err)
	}
	families := make([]*dto.MetricFamily, 0, len(byName))
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		families = append(families, byName[name])
	}
	return families, nil
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
