package timeline

import (
	"slices"
	"time"

	"aftershock/results"
	"aftershock/results/ops"
)

// Bin is what was due in one stretch of time. Times are responses as they are charged, and 0 where nothing was due.
type Bin struct {
	Offered, OK         int
	Least, Middle, Most time.Duration
}

// widths are those that a person can count with; a bin takes the first that is wide enough, or a multiple of the last.
var widths = []time.Duration{
	50 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond, 500 * time.Millisecond, time.Second,
	2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute,
}

// Width is how wide bins are so that no more than so many cover a length.
func Width(length time.Duration, most int) time.Duration {
	most = max(1, most)
	for _, w := range widths {
		if int64(length) <= int64(w)*int64(most) {
			return w
		}
	}
	last := widths[len(widths)-1]
	times := int64(length)/int64(last)/int64(most) + 1
	return time.Duration(times * int64(last))
}

// Length is from a trial's epoch to the end of its last phase.
func Length(t results.Trial) (length time.Duration) {
	for _, p := range t.Phases {
		length = max(length, p.To.Sub(0))
	}
	return length
}

// Bins puts a stream's operations into as many bins as cover the trial. What was due after its end is in the last one,
// and what was due before the epoch in the first, so that nothing vanishes.
func Bins(log *ops.Log, stream int, width, length time.Duration) []Bin {
	width = max(width, 1)
	bins := make([]Bin, max(length-1, 0)/width+1)
	times := make([][]time.Duration, len(bins))
	timeout := log.Streams[stream].Timeout
	for _, r := range log.Records(stream) {
		i := min(max(0, r.Intended/int64(width)), int64(len(bins)-1))
		bins[i].Offered++
		if r.Outcome == ops.OK {
			bins[i].OK++
		}
		times[i] = append(times[i], r.Charged(timeout))
	}
	for i, all := range times {
		if len(all) == 0 {
			continue
		}
		slices.Sort(all)
		bins[i].Least, bins[i].Middle, bins[i].Most = all[0], all[(len(all)-1)/2], all[len(all)-1]
	}
	return bins
}

// Merge puts each so many bins in a row together. Their middle is not known any more, and is 0.
func Merge(bins []Bin, each int) (merged []Bin) {
	for some := range slices.Chunk(bins, max(1, each)) {
		var m Bin
		for _, b := range some {
			if b.Offered == 0 {
				continue
			}
			if m.Offered == 0 || b.Least < m.Least {
				m.Least = b.Least
			}
			m.Most = max(m.Most, b.Most)
			m.Offered += b.Offered
			m.OK += b.OK
		}
		merged = append(merged, m)
	}
	return merged
}
