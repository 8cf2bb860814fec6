package ops

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"aftershock/internal/nearest"

	"github.com/cespare/xxhash/v2"
)

const (
	magic      = "AFTSHOPS"
	version    = 1
	prefixSize = 24 // magic, version, length, digest
	pageSize   = 4096
	recordSize = 40

	maxHeader   = 1 << 20
	maxStreams  = 1 << 10
	maxCounters = 1 << 12
	maxSlots    = 200_000_000 // of all streams together: 8 GB
)

// Header says what a table holds.
type Header struct {
	Streams  []Stream  `json:"streams"`
	Counters []Counter `json:"counters"`
}

// Stream is one stream of operations and has one slot for each of them.
type Stream struct {
	Name    string        `json:"name"`
	Slots   int           `json:"slots"`
	Timeout time.Duration `json:"timeout_ns"`
	Aux     string        `json:"aux,omitempty"`  // what Record.Aux means here; empty when it means nothing
	Role    Role          `json:"role,omitempty"` // none in files from before there were roles
}

// Counter is a number that survives the crash of the process that counts.
type Counter struct {
	Name   string `json:"name"`
	Unit   string `json:"unit"`             // what is counted, such as leases; ns for a sum of times
	Better Better `json:"better,omitempty"` // none for one that is only shown, and for all in files from before there was this
	// Cut names the counter of how many of the times that this one adds up were still running at the trial's end:
	// where that is not 0, the sum is a bound, and the true one is at least that. Empty for a sum that nothing cuts
	// off.
	Cut string `json:"cut,omitempty"`
}

// Better says which direction of a counter is the good one.
type Better string

// The directions. A counter without one says what a trial met, such as a trigger: no arm is better for it.
const (
	OnlyShown Better = ""
	Lower     Better = "lower"
	Higher    Better = "higher"
)

// Stream gives the index of the stream of that name.
func (h Header) Stream(name string) (int, error) {
	names := make([]string, len(h.Streams))
	for i, s := range h.Streams {
		if s.Name == name {
			return i, nil
		}
		names[i] = s.Name
	}
	return 0, nearest.Unknown("stream", name, names)
}

func (h Header) counter(name string) (int, error) {
	names := make([]string, len(h.Counters))
	for i, c := range h.Counters {
		if c.Name == name {
			return i, nil
		}
		names[i] = c.Name
	}
	return 0, nearest.Unknown("counter", name, names)
}

// check tells what is wrong with the header, if anything.
func (h Header) check() error {
	if len(h.Streams) == 0 || len(h.Streams) > maxStreams {
		return fmt.Errorf("%d streams (allowed: 1 to %d)", len(h.Streams), maxStreams)
	}
	if len(h.Counters) > maxCounters {
		return fmt.Errorf("%d counters (allowed: up to %d)", len(h.Counters), maxCounters)
	}
	seen, slots := map[string]bool{}, 0
	for i, s := range h.Streams {
		switch {
		case !nameable(s.Name) || seen[s.Name]:
			return fmt.Errorf("stream %d is named %q: %s", i, s.Name, nameRule)
		case !utf8.ValidString(s.Aux):
			return fmt.Errorf("stream %q has aux %q: it must be UTF-8", s.Name, s.Aux)
		case s.Slots < 0 || s.Slots > maxSlots-slots:
			return fmt.Errorf("stream %q has %d slots (allowed: 0 to %d in all streams)", s.Name, s.Slots, maxSlots)
		case s.Timeout <= 0:
			return fmt.Errorf("stream %q has time-out %v: it must be above 0", s.Name, s.Timeout)
		}
		seen[s.Name] = true
		slots += s.Slots
	}
	clear(seen)
	for i, c := range h.Counters {
		if !nameable(c.Name) || seen[c.Name] || !utf8.ValidString(c.Unit) {
			return fmt.Errorf("counter %d is named %q, in %q: %s", i, c.Name, c.Unit, nameRule)
		}
		if c.Better != OnlyShown && c.Better != Lower && c.Better != Higher {
			return fmt.Errorf("counter %q is better %q (allowed: %s, %s, or none)", c.Name, c.Better, Lower, Higher)
		}
		seen[c.Name] = true
	}
	return errors.Join(h.checkRoles(), h.checkCuts())
}

// checkCuts refuses a sum whose end no counter holds.
func (h Header) checkCuts() error {
	for _, c := range h.Counters {
		if c.Cut == "" {
			continue
		}
		if _, err := h.counter(c.Cut); err != nil {
			return fmt.Errorf("counter %q is cut off where another says: %w", c.Name, err)
		}
	}
	return nil
}

const nameRule = "names must be UTF-8, must not be empty, and must not occur twice"

// Size is how many bytes the table's file takes.
func (h Header) Size() (int64, error) {
	_, l, err := h.encode()
	return l.size, err
}

// nameable refuses what JSON would not give back: it writes bytes that are no UTF-8 as U+FFFD.
func nameable(name string) bool { return name != "" && utf8.ValidString(name) }

// layout is where the parts of a table lie, as offsets into the file.
type layout struct {
	counters int64
	slots    []int64 // the first slot of each stream
	size     int64
}

func (h Header) layout(jsonLength int) layout {
	l := layout{counters: align(prefixSize + int64(jsonLength))}
	at := align(l.counters + 8*int64(len(h.Counters)))
	for _, s := range h.Streams {
		l.slots = append(l.slots, at)
		at += recordSize * int64(s.Slots)
	}
	l.size = at
	return l
}

func align(n int64) int64 { return (n + pageSize - 1) / pageSize * pageSize }

// encode gives the bytes before the padding, and the layout that follows from them.
func (h Header) encode() ([]byte, layout, error) {
	if err := h.check(); err != nil {
		return nil, layout{}, err
	}
	text, err := json.Marshal(h)
	if err != nil {
		return nil, layout{}, err
	}
	if len(text) > maxHeader {
		return nil, layout{}, fmt.Errorf("the header takes %d bytes (allowed: up to %d)", len(text), maxHeader)
	}
	out := append(make([]byte, 0, prefixSize+len(text)), magic...)
	out = binary.LittleEndian.AppendUint32(out, version)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(text)))
	out = binary.LittleEndian.AppendUint64(out, xxhash.Sum64(text))
	return append(out, text...), h.layout(len(text)), nil
}
