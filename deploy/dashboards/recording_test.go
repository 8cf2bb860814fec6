package dashboards

import (
	"fmt"
	"maps"
	"math"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// dump gives all samples of some metrics in the language of PromQL's own tests. Scrapes are a second apart, and are
// written as if they were exactly that.
func (p server) dump(t *testing.T, metrics map[string]bool) []byte {
	t.Helper()
	span := time.Since(p.from) + time.Second
	var r result
	p.get(t, "/api/v1/query", url.Values{"query": {fmt.Sprintf("{__name__=~%q}[%ds]",
		strings.Join(slices.Sorted(maps.Keys(metrics)), "|"), int(span.Seconds())+1)}}, &r)
	var lines []string
	for _, s := range r.Result {
		var of []string
		for _, name := range slices.Sorted(maps.Keys(s.Metric)) {
			if name != "__name__" {
				of = append(of, fmt.Sprintf("%s=%q", name, s.Metric[name]))
			}
		}
		first, samples := number(t, s.Values[0][0]), map[int]string{}
		for _, v := range s.Values {
			at := math.Floor(first) - float64(p.from.Unix()) + math.Round(number(t, v[0])-first)
			samples[int(at)] = fmt.Sprint(v[1])
		}
		lines = append(lines, fmt.Sprintf("  %s{%s} %s\n", s.Metric["__name__"], strings.Join(of, ","),
			spelt(samples, int(span.Seconds()))))
	}
	slices.Sort(lines)
	return []byte("# A run of watched.yaml as Debian's Prometheus scraped it: go test -run TestALiveRun -record .\n" +
		"load 1s\n" + strings.Join(lines, ""))
}

// spelt writes samples by their seconds. What comes again is counted, and a series that ends before the run is stale
// from then on.
func spelt(samples map[int]string, seconds int) string {
	last := slices.Max(slices.Collect(maps.Keys(samples)))
	var words []string
	for at := 0; at <= last; {
		value, again := samples[at], 0
		for at++; at <= last && samples[at] == value; at++ {
			again++
		}
		switch {
		case value == "":
			value = fmt.Sprintf("_x%d", again+1)
		case again > 0:
			value += fmt.Sprintf("x%d", again)
		}
		words = append(words, value)
	}
	if last+2 < seconds {
		words = append(words, "stale")
	}
	return strings.Join(words, " ")
}
