package hlog

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"aftershock/internal/clock"
	"aftershock/results"
	"aftershock/results/ops"
)

// cell is where a second and a phase, or a second and a gap between phases, overlap.
type cell struct {
	phase    string
	from, to clock.Nanos
}

func cellOf(at clock.Nanos, phases []results.Phase) cell {
	c := cell{phase: outside, from: at / interval * interval}
	c.to = c.from + interval
	for _, p := range phases {
		switch {
		case at >= p.To: // a gap begins at its end
			c.from = max(c.from, p.To)
		case at < p.From: // a gap ends at its beginning
			c.to = min(c.to, p.From)
			return c
		default:
			return cell{p.Name, max(c.from, p.From), min(c.to, p.To)}
		}
	}
	return c
}

// cursor walks through a stream's records, leaving out empty slots.
type cursor struct {
	log       *ops.Log
	stream, n int
}

func (c *cursor) peek() (ops.Record, bool) {
	for ; c.n < c.log.Streams[c.stream].Slots; c.n++ {
		if r, filled := c.log.Get(c.stream, c.n); filled {
			return r, true
		}
	}
	return ops.Record{}, false
}

func earliest(cursors []cursor) (at clock.Nanos, found bool) {
	for i := range cursors {
		if r, more := cursors[i].peek(); more && (!found || clock.Nanos(r.Intended) < at) {
			at, found = clock.Nanos(r.Intended), true
		}
	}
	return at, found
}

func check(log *ops.Log, phases []results.Phase, epochWall time.Time) error {
	if epochWall.UnixMilli() < 0 {
		return fmt.Errorf("epoch %v is before 1970, which the format cannot say", epochWall)
	}
	end := clock.Nanos(0)
	for _, p := range phases {
		if p.From < end || p.To <= p.From {
			return fmt.Errorf("phase %q, [%d, %d) ns: phases must be in order, apart, not empty, and not before 0",
				p.Name, p.From, p.To)
		}
		if err := checkName(p.Name); err != nil {
			return fmt.Errorf("phase %q: %w", p.Name, err)
		}
		if p.Name == outside {
			return fmt.Errorf("phase %q is named like what lies outside all phases", p.Name)
		}
		end = p.To
	}
	for i, s := range log.Streams {
		if err := checkName(s.Name); err != nil {
			return fmt.Errorf("stream %q: %w", s.Name, err)
		}
		if err := checkOrder(log, i); err != nil {
			return fmt.Errorf("stream %q: %w", s.Name, err)
		}
	}
	return nil
}

// checkName keeps tags readable: a comma ends a tag for every reader, yet the library's writer lets one pass at a tag's
// end. A dot would make <stream>.<phase> ambiguous.
func checkName(name string) error {
	allowed := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_'
	}
	if name == "" || strings.ContainsFunc(name, func(r rune) bool { return !allowed(r) }) {
		return errors.New("a tag takes letters, digits, - and _ only")
	}
	return nil
}

// latest bounds intended times to a century, which keeps sums of them far from overflowing.
const latest = int64(100 * 365 * 24 * time.Hour)

func checkOrder(log *ops.Log, stream int) error {
	last := int64(0)
	for n, r := range log.Records(stream) {
		if r.Intended < last {
			return fmt.Errorf("operation %d is intended at %d ns, before the one in front of it or before the epoch",
				n, r.Intended)
		}
		if r.Intended > latest {
			return fmt.Errorf("operation %d is intended at %d ns, later than %d", n, r.Intended, latest)
		}
		last = r.Intended
	}
	return nil
}
