// Package hlog writes a trial's response times as an HdrHistogram interval log (format 1.3, V2 histograms), which
// HdrHistogram's own tools plot and merge.
//
// It is a view: figures come from the operations themselves, which are exact. A line holds one stream, one phase and
// one second; its tag is <stream>.<phase>, and the lines of a tag add up to the phase. A second in which a phase ends
// gives two lines. Seconds without an operation give none.
//
//	Tag=batch.steady       every operation: one that failed or was missed counts at its time-out at least
//	Tag=batch.steady.ok    those that succeeded alone
//	Tag=batch.outside      operations intended in no phase, so that nothing vanishes
//
// An operation belongs to the second and phase in which it was *meant* to start: by its end, all those that a stall
// delayed would count in the second after it. Response times are nanoseconds from the intended start, to three digits
// but no finer than a microsecond, clamped to 1 us to 60 s. Interval_Max is in milliseconds. Time stamps are seconds
// from the trial's epoch, to the millisecond; BaseTime says when that was.
package hlog

import (
	"bufio"
	"fmt"
	"io"
	"time"

	"aftershock/internal/clock"
	"aftershock/results"
	"aftershock/results/ops"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// interval is the length of a line, apart from those that a phase cuts short.
const interval = clock.Nanos(time.Second)

const (
	lowest  = int64(time.Microsecond)
	highest = int64(60 * time.Second)
	digits  = 3
	outside = "outside"
)

// Write writes the log of all streams. Phases are in order and apart; a name may occur again. Slots that are empty, as
// a trial that was killed leaves them, are left out; a comment gives each stream's books.
func Write(w io.Writer, log *ops.Log, phases []results.Phase, epochWall time.Time) error {
	if err := check(log, phases, epochWall); err != nil {
		return fmt.Errorf("hlog: %w", err)
	}
	buffered := bufio.NewWriter(w)
	out := &writer{
		HistogramLogWriter: hdrhistogram.NewHistogramLogWriter(buffered),
		epoch:              epochWall.UnixMilli(),
		all:                hdrhistogram.New(lowest, highest, digits),
		ok:                 hdrhistogram.New(lowest, highest, digits),
	}
	out.SetBaseTime(out.epoch)
	if err := out.head(log); err != nil {
		return err
	}
	if err := out.lines(log, phases); err != nil {
		return err
	}
	return buffered.Flush()
}

type writer struct {
	*hdrhistogram.HistogramLogWriter
	epoch   int64 // milliseconds since 1970
	all, ok *hdrhistogram.Histogram
}

// head writes the head, and each stream's books.
func (w *writer) head(log *ops.Log) error {
	lines := headOf(w.epoch)
	for i, s := range log.Streams {
		b := log.Books(i)
		lines = append(lines, fmt.Sprintf("[Stream %s: offered %d, ok %d, failed %d, missed %d; time-out %v]",
			s.Name, b.Offered, b.OK, b.Failed, b.Missed, s.Timeout))
	}
	for _, line := range lines {
		if err := w.OutputComment(line); err != nil {
			return err
		}
	}
	return w.OutputLegend()
}

// headOf gives StartTime and BaseTime as comments, which is all they are: the library's own OutputStartTime and
// OutputBaseTime cut them to whole seconds, and a reader adds BaseTime to every stamp.
func headOf(base int64) []string {
	return []string{
		"[Response times from the intended start, in nanoseconds; Interval_Max in milliseconds]",
		"[Every line has a tag: a reader of untagged lines, as HistogramLogProcessor of Java is, finds none " +
			"without -tag NAME]",
		"[Histogram log format version " + hdrhistogram.HISTOGRAM_LOG_FORMAT_VERSION + "]",
		fmt.Sprintf("[StartTime: %.3f (seconds since epoch), %s]",
			float64(base)/1000, time.UnixMilli(base).UTC().Format("2006-01-02T15:04:05.000Z07:00")),
		fmt.Sprintf("[BaseTime: %.3f (seconds since epoch)]", float64(base)/1000),
	}
}

// lines goes from cell to cell and not from stream to stream: tools that read a range stop at the first line beyond it,
// so that lines must ascend in time.
func (w *writer) lines(log *ops.Log, phases []results.Phase) error {
	cursors := make([]cursor, len(log.Streams))
	for i := range cursors {
		cursors[i] = cursor{log: log, stream: i}
	}
	for {
		first, found := earliest(cursors)
		if !found {
			return nil
		}
		c := cellOf(first, phases)
		for i := range cursors {
			if err := w.line(&cursors[i], c); err != nil {
				return err
			}
		}
	}
}

// line writes what a stream has in a cell.
func (w *writer) line(from *cursor, c cell) error {
	w.all.Reset()
	w.ok.Reset()
	stream := from.log.Streams[from.stream]
	for r, more := from.peek(); more && r.Intended < int64(c.to); r, more = from.peek() {
		from.n++
		if err := w.all.RecordValue(clamp(r.Charged(stream.Timeout))); err != nil {
			return err
		}
		if r.Outcome == ops.OK {
			if err := w.ok.RecordValue(clamp(r.Response())); err != nil {
				return err
			}
		}
	}
	tag := stream.Name + "." + c.phase
	if err := w.histogram(w.all, tag, c); err != nil {
		return err
	}
	return w.histogram(w.ok, tag+".ok", c)
}

func (w *writer) histogram(h *hdrhistogram.Histogram, tag string, c cell) error {
	if h.TotalCount() == 0 {
		return nil
	}
	h.SetTag(tag)
	h.SetStartTimeMs(w.epoch + int64(c.from)/1e6)
	h.SetEndTimeMs(w.epoch + int64(c.to)/1e6)
	return w.OutputIntervalHistogram(h)
}

func clamp(d time.Duration) int64 { return min(max(int64(d), lowest), highest) }
