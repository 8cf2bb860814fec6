package collector

import (
	"context"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// served serves a body under a status, both of which a test may change.
type served struct {
	*httptest.Server
	body   atomic.Value
	status atomic.Int64
}

func servePage(t *testing.T, body string) *served {
	t.Helper()
	p := &served{}
	p.body.Store(body)
	p.status.Store(http.StatusOK)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(int(p.status.Load()))
		_, _ = io.WriteString(w, p.body.Load().(string)) // a scrape that was given up does not listen
	}))
	t.Cleanup(p.Close)
	return p
}

// own is a registry with one gauge.
func own() *prometheus.Registry {
	r := prometheus.NewRegistry()
	queue := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "collector_queue"}, []string{"stream"})
	queue.WithLabelValues("batch").Set(3)
	r.MustRegister(queue)
	return r
}

func scraped(t *testing.T, s *scraper) []string {
	t.Helper()
	if err := s.scrape(t.Context()); err != nil {
		t.Fatal(err)
	}
	return lines(*s.newest.Load())
}

func TestScrapeOfAPageOfEtcd(t *testing.T) {
	text, err := os.ReadFile("testdata/metrics.txt")
	if err != nil {
		t.Fatal(err)
	}
	samples := 0
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			samples++
		}
	}
	s := newScraper(fetchedPages([]string{servePage(t, string(text)).URL}, nil), samples+1, own(), &atomic.Uint64{})
	got := strings.Join(scraped(t, s), "\n") + "\n"
	const golden = "testdata/series.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s(go test ./scenarios/collector -update rewrites it)", got, want)
	}
}

func TestSourcesAreNumberedAsTheirPages(t *testing.T) {
	first, second := servePage(t, "up 1\n"), servePage(t, "up 2\n")
	s := newScraper(fetchedPages([]string{first.URL, second.URL}, nil), 5, own(), &atomic.Uint64{})
	want := []string{
		`collector:collector_queue{stream="batch"}:value=3`, "n1:up:value=1", "n2:up:value=2",
		`collector:collector_queue{stream="batch"}:rate=0`, "n1:up:rate=0",
	}
	if got := scraped(t, s); !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

func TestASourceThatCannotBeReadKeepsItsPage(t *testing.T) {
	for _, c := range []struct {
		name string
		harm func(*served)
		says string
	}{
		{"an error", func(p *served) { p.status.Store(http.StatusServiceUnavailable) }, "503 Service Unavailable"},
		{"no metrics", func(p *served) { p.body.Store("<html>not found</html>\n") }, "text format parsing error"},
		{"half a page", func(p *served) { p.body.Store("up 9\n# TYPE x gau") }, "text format parsing error"},
		{"no server", func(p *served) { p.Close() }, "connection refused"},
	} {
		healthy, sick := servePage(t, "up 1\n"), servePage(t, "up 2\ndown 3\n")
		s := newScraper(fetchedPages([]string{healthy.URL, sick.URL}, nil), 3, prometheus.NewRegistry(), &atomic.Uint64{})
		before := scraped(t, s)
		c.harm(sick)
		healthy.body.Store("up 7\n")
		err := s.scrape(t.Context())
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), sick.URL) {
			t.Errorf("%s: the error is %v, want %q and the page's address", c.name, err, c.says)
		}
		want := []string{"n1:up:value=7", before[1], before[2]}
		if got := lines(*s.newest.Load()); !slices.Equal(got, want) || before[1] != "n2:down:value=3" {
			t.Errorf("%s: got\n%q\nwant\n%q", c.name, got, want)
		}
	}
}

func TestAMetricThatAppearsDoesNotMakeBatchesLarger(t *testing.T) {
	p := servePage(t, "a 1\nb 2\n")
	s := newScraper(fetchedPages([]string{p.URL}, nil), 3, prometheus.NewRegistry(), &atomic.Uint64{})
	if got, want := scraped(t, s), []string{"n1:a:value=1", "n1:b:value=2", "n1:a:rate=0"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	p.body.Store("a 5\naa 9\nb 2\n")
	if got, want := scraped(t, s), []string{"n1:a:value=5", "n1:aa:value=9", "n1:b:value=2"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestScrapeIsCutShortWithItsContext(t *testing.T) {
	s := newScraper(fetchedPages([]string{servePage(t, "up 1\n").URL}, nil), 1, prometheus.NewRegistry(), &atomic.Uint64{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.scrape(ctx); err == nil || !strings.Contains(err.Error(), context.Canceled.Error()) {
		t.Errorf("the error is %v", err)
	}
}
