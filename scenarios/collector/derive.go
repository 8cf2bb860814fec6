package collector

import "time"

// sample is one line of a parsed page.
type sample struct {
	key   string // source, name and labels
	value float64
}

// memory is what has been seen of one sample over all scrapes.
type memory struct {
	first, last, previous float64
	least, most, sum      float64
	seen                  int
	keys                  []string // of its derivations
}

func (m *memory) take(v float64) {
	if m.seen == 0 {
		m.first, m.last, m.least, m.most = v, v, v, v
	}
	m.previous, m.last = m.last, v
	m.least, m.most = min(m.least, v), max(m.most, v)
	m.sum += v
	m.seen++
}

// key is the full name of one of the sample's derivations, made once: keys made anew with each scrape would be garbage
// to collect, and spread over a memory that every batch has to walk.
func (m *memory) key(of string, derivation int) string {
	for len(m.keys) <= derivation {
		m.keys = append(m.keys, of+":"+derivations[len(m.keys)].name)
	}
	return m.keys[derivation]
}

// derivations are the series that a collector keeps of each sample, the plain value first.
var derivations = []struct {
	name string
	of   func(m *memory, interval time.Duration) float64
}{
	{"value", func(m *memory, _ time.Duration) float64 { return m.last }},
	{"rate", func(m *memory, interval time.Duration) float64 { return (m.last - m.previous) / interval.Seconds() }},
	{"increase", func(m *memory, _ time.Duration) float64 { return m.last - m.first }},
	{"min", func(m *memory, _ time.Duration) float64 { return m.least }},
	{"max", func(m *memory, _ time.Duration) float64 { return m.most }},
	{"mean", func(m *memory, _ time.Duration) float64 { return m.sum / float64(m.seen) }},
}

// derive returns exactly want series: every sample's value, then every sample's rate, and so on. A fixed number keeps
// the cost of a batch the same when a member starts to export a metric in mid-trial. It returns fewer only if all
// derivations of all samples do not suffice.
func derive(samples []sample, memories map[string]*memory, want int, interval time.Duration) []Series {
	series := make([]Series, 0, want)
	for i, d := range derivations {
		for _, s := range samples {
			if len(series) == want {
				return series
			}
			m := memories[s.key]
			series = append(series, Series{Key: m.key(s.key, i), Value: d.of(m, interval)})
		}
	}
	return series
}
