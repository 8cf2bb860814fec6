package collector

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"os"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

// readings are the text of a page, each time that it is read.
func readings(t *testing.T, p page, times int) [][]byte {
	t.Helper()
	var all [][]byte
	for range times {
		text, err := p.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		read, err := io.ReadAll(text)
		if err = errors.Join(err, text.Close()); err != nil {
			t.Fatal(err)
		}
		all = append(all, read)
	}
	return all
}

func TestASyntheticPageIsAlwaysTheSame(t *testing.T) {
	pages := syntheticPages(1)
	got := bytes.Join(readings(t, pages[1], 2), []byte("\n# read again\n"))
	const golden = "testdata/synthetic.txt"
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s(go test ./scenarios/collector -update rewrites it)", got, want)
	}
}

func TestSyntheticPagesAreOfTheSizeOfTheBatch(t *testing.T) {
	for series, want := range map[int]int{1: 32, 164: 32, 165: 64, 1000: 224, 8000: 1600} {
		pages := syntheticPages(series)
		samples := 0
		for line := range bytes.Lines(readings(t, pages[0], 1)[0]) {
			if line[0] != '#' {
				samples++
			}
		}
		if samples != want || len(pages) != 3 {
			t.Errorf("for %d series there are %d pages of %d samples, want 3 of %d", series, len(pages), samples, want)
		}
	}
}

// Prometheus takes a page apart without looking whether its histograms add up.
func TestSyntheticHistogramsAddUp(t *testing.T) {
	for _, p := range syntheticPages(500) {
		histograms := 0
		for range 5 {
			families, err := parse(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			for _, family := range families {
				for _, m := range family.GetMetric() {
					if m.Histogram == nil {
						continue
					}
					histograms++
					last := uint64(0)
					for _, bucket := range m.Histogram.GetBucket() {
						if bucket.GetCumulativeCount() < last {
							t.Errorf("%s: %s", p, m)
						}
						last = bucket.GetCumulativeCount()
					}
					if b := m.Histogram.GetBucket(); last != m.Histogram.GetSampleCount() || !math.IsInf(b[len(b)-1].GetUpperBound(), 1) {
						t.Errorf("%s: the buckets hold %d of %d", p, last, m.Histogram.GetSampleCount())
					}
				}
			}
		}
		if histograms == 0 {
			t.Errorf("%s has no histogram", p)
		}
	}
}

func TestSyntheticSeriesMove(t *testing.T) {
	const series = 2000
	s := newScraper(syntheticPages(series), series, prometheus.NewRegistry(), &atomic.Uint64{})
	first := scraped(t, s)
	for range 3 {
		before := *s.newest.Load()
		scraped(t, s)
		still := 0
		for i, now := range *s.newest.Load() {
			if now.Key != before[i].Key {
				t.Fatalf("series %d was %s, and is %s", i, before[i].Key, now.Key)
			}
			if bytes.HasSuffix([]byte(now.Key), []byte(":value")) && now.Value == before[i].Value {
				still++
			}
		}
		if still > 0 {
			t.Errorf("%d values are what they were", still)
		}
	}
	rates := map[any]bool{}
	for _, now := range *s.newest.Load() {
		if bytes.HasSuffix([]byte(now.Key), []byte(":rate")) {
			rates[now.Value] = true
		}
	}
	if len(rates) < 50 {
		t.Errorf("there are %d different rates only", len(rates))
	}
	another := newScraper(syntheticPages(series), series, prometheus.NewRegistry(), &atomic.Uint64{})
	if again := scraped(t, another); !slices.Equal(again, first) {
		t.Error("another scraper reads something else")
	}
}

func TestASyntheticPageIsCutShortWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := parse(ctx, syntheticPages(1)[2]); !errors.Is(err, context.Canceled) || err.Error() != "synthetic page 3: context canceled" {
		t.Errorf("the error is %v", err)
	}
}
