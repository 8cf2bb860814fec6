package collector

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"aftershock/scenarios/collector/part"

	"github.com/prometheus/client_golang/prometheus"
)

// told is a page that a test tells: without a network, so that the clock of a bubble can move.
type told func(context.Context) (io.ReadCloser, error)

func (told) String() string                                    { return "told" }
func (t told) open(ctx context.Context) (io.ReadCloser, error) { return t(ctx) }
func (told) close()                                            {}

func TestScrapesAreSpreadOverTheInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var read []string
		at := func(page string) { read = append(read, page+" "+time.Since(began).Round(time.Millisecond).String()) }
		first := told(func(context.Context) (io.ReadCloser, error) {
			at("first")
			return io.NopCloser(strings.NewReader("up 1\n")), nil
		})
		second := told(func(context.Context) (io.ReadCloser, error) {
			at("second")
			return nil, errors.New("down")
		})
		s := newScraper([]page{first, second}, 2, prometheus.NewRegistry(), &atomic.Uint64{})
		ctx, cancel := context.WithTimeout(t.Context(), 2*scrapeInterval+scrapeInterval/6)
		defer cancel()
		s.run(ctx)
		// The third source of three is the collector's own registry.
		want := []string{"first 333ms", "second 667ms", "first 1.333s", "second 1.667s"}
		if !slices.Equal(read, want) {
			t.Errorf("pages were read at %q, want %q", read, want)
		}
		if got := s.failed.Load(); got != 2 {
			t.Errorf("%d scrapes are counted as failed, want 2", got)
		}
		if got, want := lines(*s.newest.Load()), []string{"n1:up:value=1", "n1:up:rate=0"}; !slices.Equal(got, want) {
			t.Errorf("the newest series are %q, want %q", got, want)
		}
	})
}

func TestAScrapeThatIsCutShortByTheEndIsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := newScraper([]page{told(func(ctx context.Context) (io.ReadCloser, error) {
			cancel()
			<-ctx.Done()
			return nil, ctx.Err()
		})}, 1, prometheus.NewRegistry(), &atomic.Uint64{})
		s.run(ctx)
		if got := s.failed.Load(); got != 0 {
			t.Errorf("%d scrapes are counted as failed", got)
		}
	})
}

// waits is a page that can be read once so much time has passed.
func waits(long time.Duration) page {
	return told(func(ctx context.Context) (io.ReadCloser, error) {
		select {
		case <-time.After(long):
			return io.NopCloser(strings.NewReader("up 1\n")), nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
}

func TestAPageThatHangsFailsWithItsInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScraper([]page{waits(time.Hour)}, 1, prometheus.NewRegistry(), &atomic.Uint64{})
		ctx, cancel := context.WithTimeout(t.Context(), scrapeInterval/2+scrapeInterval+scrapeInterval/4)
		defer cancel()
		s.run(ctx)
		if got := s.failed.Load(); got != 1 {
			t.Errorf("%d scrapes are counted as failed, want 1", got)
		}
	})
}

// Members that have just begun, on a machine that does much else, may take seconds for their first page.
func TestTheFirstPageMayTakeLonger(t *testing.T) {
	for _, c := range []struct {
		long time.Duration
		want error
	}{{part.Patience - time.Second, nil}, {part.Patience + time.Second, context.DeadlineExceeded}} {
		synctest.Test(t, func(t *testing.T) {
			s := &service{
				ctx:     t.Context(),
				scraper: newScraper([]page{waits(c.long)}, 1, prometheus.NewRegistry(), &atomic.Uint64{}),
			}
			if err := s.fill(1); !errors.Is(err, c.want) {
				t.Errorf("a first page after %v: %v, want %v", c.long, err, c.want)
			}
		})
	}
}
