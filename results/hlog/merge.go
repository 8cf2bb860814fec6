package hlog

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Merger writes the logs of several trials as one: <prefix>.<tag>, counted from one BaseTime. Histograms are passed on
// as they were written, so that nothing is lost to a second rounding.
type Merger struct {
	out  *bufio.Writer
	log  *hdrhistogram.HistogramLogWriter
	base time.Time

	headed bool // the legend is written, which ends what is said of the file
}

// NewMerger writes the head of a log whose times are counted from base, to the millisecond.
func NewMerger(w io.Writer, base time.Time) (*Merger, error) {
	if base.UnixMilli() < 0 {
		return nil, fmt.Errorf("hlog: base %v is before 1970, which the format cannot say", base)
	}
	buffered := bufio.NewWriter(w)
	m := &Merger{out: buffered, log: hdrhistogram.NewHistogramLogWriter(buffered), base: base.Truncate(time.Millisecond)}
	for _, line := range headOf(m.base.UnixMilli()) {
		if err := m.log.OutputComment(line); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// Comment writes a line that no reader heeds. Comments come before the first log: the reader in C refuses a file that has one
// behind the legend.
func (m *Merger) Comment(text string) error {
	if m.headed {
		return fmt.Errorf("hlog: the comment %q comes behind the legend", text)
	}
	return m.log.OutputComment("[" + strings.Join(strings.Fields(text), " ") + "]")
}

// legend ends the head.
func (m *Merger) legend() error {
	if m.headed {
		return nil
	}
	m.headed = true
	return m.log.OutputLegend()
}

// Add writes a trial's log. Logs are added in the order of their times: tools that read a range stop at the first line
// beyond it. A prefix is names with dots between them. A log that begins before the Merger's base is an error, because
// the format has no negative times; nothing of it is then written.
func (m *Merger) Add(prefix string, log Log) error {
	for name := range strings.SplitSeq(prefix, ".") {
		if err := checkName(name); err != nil {
			return fmt.Errorf("hlog: prefix %q: %w", prefix, err)
		}
	}
	shift := log.Base.Sub(m.base)
	if shift < 0 {
		return fmt.Errorf("hlog: %s begins at %v, before the first, %v", prefix, log.Base, m.base)
	}
	if err := m.legend(); err != nil {
		return err
	}
	for _, l := range log.Lines {
		tag := prefix
		if l.Tag != "" {
			tag += "." + l.Tag
		}
		_, err := fmt.Fprintf(m.out, "Tag=%s,%.6f,%.6f,%s,%s\n", tag, (shift + l.From).Seconds(), l.Length.Seconds(), l.Max,
			l.Histogram)
		if err != nil {
			return err
		}
	}
	return nil
}

// Close writes what is still buffered. The writer below stays open.
func (m *Merger) Close() error {
	if err := m.legend(); err != nil {
		return err
	}
	return m.out.Flush()
}
