package collector

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// transport answers without a network, so that the clock of a bubble can move.
type transport func(*http.Request) (*http.Response, error)

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

func TestScrapesAreSpreadOverTheInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var read []string
		s := newScraper([]string{"http://first/metrics", "http://second/metrics"}, 2, prometheus.NewRegistry())
		s.failed = &atomic.Uint64{}
		s.client.Transport = transport(func(r *http.Request) (*http.Response, error) {
			at := time.Since(began).Round(time.Millisecond).String()
			read = append(read, r.URL.Host+" "+at)
			if r.URL.Host == "second" {
				return nil, errors.New("down")
			}
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader("up 1\n"))}, nil
		})
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
		s := newScraper([]string{"http://first/metrics"}, 1, prometheus.NewRegistry())
		s.failed = &atomic.Uint64{}
		ctx, cancel := context.WithCancel(t.Context())
		s.client.Transport = transport(func(r *http.Request) (*http.Response, error) {
			cancel()
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		s.run(ctx)
		if got := s.failed.Load(); got != 0 {
			t.Errorf("%d scrapes are counted as failed", got)
		}
	})
}
