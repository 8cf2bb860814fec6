package collector

import (
	"context"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

func TestConfigureSetsTheScrapeInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reads := 0
		first := told(func(context.Context) (io.ReadCloser, error) {
			reads++
			return io.NopCloser(strings.NewReader("up 1\n")), nil
		})
		s := newScraper([]page{first}, 1, prometheus.NewRegistry(), &atomic.Uint64{})
		for _, value := range []string{"200ms", "250ms", "often", "-1s", "1us", "2h", ""} { // only the first two can be used
			s.configure(value)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second+10*time.Millisecond)
		defer cancel()
		s.run(ctx)
		if reads != 4 { // a page and the own registry in turns, each every 250 ms
			t.Errorf("%d reads in a second, want 4", reads)
		}
	})
}
