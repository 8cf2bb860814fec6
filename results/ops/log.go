package ops

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"iter"

	"aftershock/internal/regular"
)

// Log is a table that was read and checked in full. It does not change, and may be used by many goroutines.
type Log struct {
	Header
	data   []byte
	layout layout
}

// Read reads the table at path. Every record is checked; an error is a *FormatError that names file and offset, or the
// file system's own. Empty slots are no error: they are what a run that was killed leaves.
func Read(path string) (*Log, error) {
	f, err := regular.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	h, l, err := readHeader(path, f, info.Size())
	if err != nil {
		return nil, err
	}
	data := make([]byte, l.size)
	if _, err := f.ReadAt(data, 0); err != nil && err != io.EOF {
		return nil, err
	}
	return newLog(path, data, h, l)
}

// Parse does what Read does with bytes that are in memory already. Name is what errors call them.
func Parse(name string, data []byte) (*Log, error) {
	h, l, err := readHeader(name, bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	return newLog(name, data, h, l)
}

func newLog(name string, data []byte, h Header, l layout) (*Log, error) {
	log := &Log{Header: h, data: data, layout: l}
	for i, s := range h.Streams {
		for n := range s.Slots {
			if err := checkSlot(log.slot(i, n), i, n); err != nil {
				return nil, wrongSlot(name, s.Name, l.slots[i], n, err)
			}
		}
	}
	return log, nil
}

// wrongSlot is what is wrong with slot n of a stream, whose slots begin at an offset.
func wrongSlot(file, stream string, begin int64, n int, err error) error {
	return wrong(file, begin+recordSize*int64(n), "operation %d of stream %q: %v", n, stream, err)
}

func (l *Log) slot(stream, n int) []byte {
	if n < 0 || n >= l.Streams[stream].Slots {
		panic(fmt.Sprintf("ops: operation %d of stream %q, which has %d", n, l.Streams[stream].Name, l.Streams[stream].Slots))
	}
	return l.data[l.layout.slots[stream]+recordSize*int64(n):][:recordSize:recordSize]
}

// Get gives what is recorded for operation n of a stream, and false when nothing is. Like an index, a stream or n that
// the log does not have panics.
func (l *Log) Get(stream, n int) (Record, bool) {
	r := record(l.slot(stream, n))
	return r, r.Outcome != Empty
}

// Records goes through what is recorded of a stream, in the order of n; empty slots are left out.
func (l *Log) Records(stream int) iter.Seq2[int, Record] {
	return func(yield func(int, Record) bool) {
		for n := range l.Streams[stream].Slots {
			if r, filled := l.Get(stream, n); filled && !yield(n, r) {
				return
			}
		}
	}
}

// Counter gives what a counter stood at.
func (l *Log) Counter(name string) (uint64, error) {
	i, err := l.counter(name)
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint64(l.data[l.layout.counters+8*int64(i):]), nil
}
