package metrics

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Write writes the history as OpenMetrics text. Families are in the order of their names, metrics in that of their
// labels, and samples in that of time.
func (h *History) Write(w io.Writer) error {
	out := &printer{Writer: bufio.NewWriter(w)}
	for _, f := range Families() {
		head(out, f)
		switch f.Kind {
		case Counter:
			h.counters(out, f)
		case Gauge:
			h.gauges(out, f)
		case Histogram:
			h.histograms(out, f)
		}
	}
	out.line("# EOF\n")
	return errors.Join(out.err, out.Flush())
}

// printer keeps the first error.
type printer struct {
	*bufio.Writer
	err error
}

func (p *printer) line(format string, values ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.Writer, format, values...)
	}
}

func head(out *printer, f Family) {
	out.line("# TYPE %s %s\n", f.Name, f.Kind)
	if f.Unit != "" {
		out.line("# UNIT %s %s\n", f.Name, f.Unit)
	}
	out.line("# HELP %s %s\n", f.Name, f.Help)
}

func (h *History) counters(out *printer, f Family) {
	for _, labels := range of(h.numbers, f) {
		changes, sum := h.numbers[series{f.Name, labels}], 0.0
		for _, at := range samples(changes, h.last) {
			sum += changes[at]
			out.line("%s_total{%s} %s %d\n", f.Name, labels, number(sum), at)
		}
	}
}

// gauges have samples where they were set, and their last one at the end.
func (h *History) gauges(out *printer, f Family) {
	for _, labels := range of(h.numbers, f) {
		set := h.numbers[series{f.Name, labels}]
		last := int64(0)
		for _, at := range slices.Sorted(maps.Keys(set)) {
			out.line("%s{%s} %s %d\n", f.Name, labels, number(set[at]), at)
			last = at
		}
		if last < h.last {
			out.line("%s{%s} %s %d\n", f.Name, labels, number(set[last]), h.last)
		}
	}
}

func (h *History) histograms(out *printer, f Family) {
	for _, labels := range of(h.counts, f) {
		changes, sum := h.counts[series{f.Name, labels}], Counts{Buckets: make([]uint64, len(Bounds)+1)}
		for _, at := range samples(changes, h.last) {
			if c := changes[at]; c != nil {
				sum.Add(*c)
			}
			below := uint64(0)
			for i, n := range sum.Buckets {
				below += n
				out.line("%s_bucket{%s,le=\"%s\"} %d %d\n", f.Name, labels, bound(i), below, at)
			}
			out.line("%s_count{%s} %d %d\n", f.Name, labels, below, at)
			out.line("%s_sum{%s} %s %d\n", f.Name, labels, number(sum.Sum.Seconds()), at)
		}
	}
}

// bound is a bucket's upper end in seconds, as OpenMetrics wants numbers of le: with a point.
func bound(i int) string {
	if i == len(Bounds) {
		return "+Inf"
	}
	text := number(Bounds[i].Seconds())
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return text
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// Second is the end of the second in which a moment lies.
func Second(at time.Time) int64 {
	second := at.Unix()
	if at.Nanosecond() > 0 {
		second++
	}
	return second
}
