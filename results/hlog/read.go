package hlog

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Log is an interval log as it stands in its file. The library's reader rounds time stamps and forgets comments, so
// that what it read cannot be written again.
type Log struct {
	Base  time.Time // what the lines' times are counted from
	Lines []Line
}

// Line is one interval of one tag. Times are to the microsecond, as the format has them.
type Line struct {
	Tag       string
	From      time.Duration // since Base
	Length    time.Duration
	Max       string // as written, in the unit that the log's own comment names
	Histogram string // V2, compressed, base64
}

// longestLine bounds a line: a histogram of ours has some 18,000 counters, which compress to a few kilobytes.
const longestLine = 1 << 20

// Read reads a log whose times are relative to a BaseTime, as Write's are. Every histogram is decoded once, so that a
// truncated log is an error, with its line, and not a histogram with fewer operations.
func Read(r io.Reader) (Log, error) {
	var log Log
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, longestLine)
	n, based := 0, false
	for scanner.Scan() {
		n++
		text := scanner.Text()
		switch base, isBase := strings.CutPrefix(text, "#[BaseTime: "); {
		case isBase:
			number, _, whole := strings.Cut(base, " (seconds since epoch)]")
			at, err := seconds(number)
			if err == nil && !whole {
				err = errors.New("the line is truncated")
			}
			if err != nil {
				return Log{}, fmt.Errorf("hlog: line %d: BaseTime: %w", n, err)
			}
			log.Base, based = time.UnixMicro(at.Microseconds()).UTC(), true
		case text == "" || text[0] == '#' || text[0] == '"':
		case !based:
			return Log{}, fmt.Errorf("hlog: line %d: an interval before a BaseTime", n)
		default:
			line, err := parse(text)
			if err != nil {
				return Log{}, fmt.Errorf("hlog: line %d: %w", n, err)
			}
			log.Lines = append(log.Lines, line)
		}
	}
	if err := scanner.Err(); err != nil {
		return Log{}, fmt.Errorf("hlog: line %d: %w", n+1, err)
	}
	if !based {
		return Log{}, errors.New("hlog: no BaseTime: it is not an interval log of relative times, or it is truncated")
	}
	return log, nil
}

// parse reads [Tag=<tag>,]<start>,<length>,<max>,<histogram>.
func parse(text string) (line Line, err error) {
	fields := strings.Split(text, ",")
	if tag, tagged := strings.CutPrefix(fields[0], "Tag="); tagged {
		line.Tag, fields = tag, fields[1:]
	}
	if len(fields) != 4 {
		return Line{}, fmt.Errorf("%d fields beside the tag (4 are a start, a length, a maximum and a histogram)", len(fields))
	}
	if line.From, err = seconds(fields[0]); err != nil {
		return Line{}, fmt.Errorf("start: %w", err)
	}
	if line.Length, err = seconds(fields[1]); err != nil {
		return Line{}, fmt.Errorf("length: %w", err)
	}
	if _, err := seconds(fields[2]); err != nil {
		return Line{}, fmt.Errorf("maximum: %w", err)
	}
	if _, err := hdrhistogram.Decode([]byte(fields[3])); err != nil {
		return Line{}, fmt.Errorf("histogram: %w", err)
	}
	if strings.ContainsFunc(line.Tag, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return Line{}, fmt.Errorf("tag %q: a tag holds no blank", line.Tag)
	}
	line.Max, line.Histogram = fields[2], fields[3]
	return line, nil
}

// seconds reads a number that is not negative and, from 1970, not beyond the year 2096, so that no sum of two overflows.
func seconds(text string) (time.Duration, error) {
	const most = 4e9
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= 0 && v < most) || strings.Trim(text, "0123456789.") != "" {
		return 0, fmt.Errorf("%q is not a number of seconds (allowed: decimals from 0 to below %g)", text, most)
	}
	return time.Duration(math.Round(v*1e6)) * time.Microsecond, nil
}
