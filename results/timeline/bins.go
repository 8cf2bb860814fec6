package timeline

import (
	"slices"
	"time"

	"aftershock/internal/radix"
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

// Room is memory in which bins and spectra are made, one after another. Its zero value is ready.
type Room struct{ times []int64 }

// Bins puts a stream's operations into as many bins as cover the trial. What was due after its end is in the last one,
// and what was due before the epoch in the first, so that nothing vanishes.
func (m *Room) Bins(file *ops.File, stream int, width, length time.Duration) []Bin {
	width = max(width, 1)
	bins := make([]Bin, max(length-1, 0)/width+1)
	binOf := func(r ops.Record) int64 { return min(max(0, r.Intended/int64(width)), int64(len(bins)-1)) }
	for _, r := range file.Records(stream) {
		b := &bins[binOf(r)]
		b.Offered++
		if r.Outcome == ops.OK {
			b.OK++
		}
	}
	next, all := make([]int, len(bins)), 0 // where the next time of a bin goes, and how many there are
	for i, b := range bins {
		next[i] = all
		all += b.Offered
	}
	m.times = slices.Grow(m.times[:0], all)[:all]
	timeout := file.Streams[stream].Timeout
	for _, r := range file.Records(stream) {
		if i := binOf(r); next[i] < all { // a file that changes meanwhile may have any
			m.times[next[i]] = int64(r.Charged(timeout))
			next[i]++
		}
	}
	rest := m.times
	for i := range bins {
		b := &bins[i]
		if b.Offered == 0 {
			continue
		}
		var times []int64
		times, rest = rest[:b.Offered], rest[b.Offered:]
		radix.Sort(times)
		b.Least, b.Middle = time.Duration(times[0]), time.Duration(times[(b.Offered-1)/2])
		b.Most = time.Duration(times[b.Offered-1])
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
