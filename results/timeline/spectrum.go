package timeline

import (
	"time"

	"aftershock/internal/radix"
	"aftershock/results"
	"aftershock/results/ops"
	"aftershock/results/stat"
)

// Shares are those of which a spectrum has the quantiles, evenly along an axis on which each further nine has the same
// room (Gil Tene's HdrHistogram plots).
var Shares = []float64{
	0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.92, 0.94, 0.96, 0.97, 0.98, 0.985, 0.99, 0.992, 0.994,
	0.996, 0.997, 0.998, 0.9985, 0.999, 0.9995, 0.9999,
}

// Quantile is one of a phase of a trial.
type Quantile struct {
	Value time.Duration
	Bound bool // cut off by the time-out: the true value is at least that
	Known bool // enough operations lie beyond it
}

// Spectrum gives the quantiles of what was due in the windows of a phase, one for each of Shares, by the rule of all
// figures: the nearest rank, with stat.FewestBeyond operations beyond it unless it is the median or below. It is nil
// when nothing was due.
func (m *Room) Spectrum(file *ops.File, stream int, of Measure, windows results.Windows) []Quantile {
	timeout := file.Streams[stream].Timeout
	hull, times := windows.Hull(), m.times[:0]
	for _, r := range file.Within(stream, int64(hull.From), int64(hull.To)) {
		if t, ok := of.of(r, timeout); ok && windows.Holds(results.Offset(r.Intended)) {
			times = append(times, int64(t))
		}
	}
	m.times = times
	if len(times) == 0 {
		return nil
	}
	radix.Sort(times)
	all := make([]Quantile, len(Shares))
	for i, share := range Shares {
		value, ok := stat.Quantile(times, share)
		q := Quantile{Value: time.Duration(value)}
		q.Known = ok && (share <= 0.5 || stat.Beyond(len(times), share) >= stat.FewestBeyond)
		if of == Response && q.Value >= timeout {
			q.Value, q.Bound = timeout, true
		}
		all[i] = q
	}
	return all
}
