package ops

import (
	"encoding/binary"
	"errors"
	"io"
	"iter"
	"math"
	"os"

	"aftershock/internal/regular"
)

// pieceSlots is how many slots are read at once: 40 kB of them.
const pieceSlots = 1024

// File is a table that was checked in full, as Read does it, and stays where it is: its records are read again whenever
// they are asked for, a piece at a time, so that it takes next to no memory. It is for one goroutine, and must be
// closed.
type File struct {
	Header
	layout   layout
	file     *os.File
	counters []byte
	books    []Books
	pieces   [][]piece // of each stream
	buffer   []byte
	err      error // the first one of a read
}

// piece is from the first moment at which any of some slots in a row was intended, to the last at which one ended.
type piece struct{ from, to int64 }

// Scan checks the table at path and leaves it open. Its errors are those of Read.
func Scan(path string) (*File, error) {
	file, err := regular.Open(path)
	if err != nil {
		return nil, err
	}
	f := &File{file: file, buffer: make([]byte, recordSize*pieceSlots)}
	if err := f.scan(path); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return f, nil
}

func (f *File) scan(path string) error {
	info, err := f.file.Stat()
	if err != nil {
		return err
	}
	if f.Header, f.layout, err = readHeader(path, f.file, info.Size()); err != nil {
		return err
	}
	f.counters = make([]byte, 8*len(f.Counters))
	if _, err := f.file.ReadAt(f.counters, f.layout.counters); err != nil && err != io.EOF {
		return err
	}
	f.books, f.pieces = make([]Books, len(f.Streams)), make([][]piece, len(f.Streams))
	for i, s := range f.Streams {
		for first := 0; first < s.Slots; first += pieceSlots {
			p := piece{math.MaxInt64, math.MinInt64}
			slots, err := f.slots(i, first)
			if err != nil {
				return err
			}
			for n := first; len(slots) > 0; n, slots = n+1, slots[recordSize:] {
				if err := checkSlot(slots, i, n); err != nil {
					return wrongSlot(path, s.Name, f.layout.slots[i], n, err)
				}
				r := record(slots)
				f.books[i].Count(r)
				if r.Outcome == Empty {
					continue
				}
				end := r.Intended + int64(r.Response())
				p.from, p.to = min(p.from, r.Intended, end), max(p.to, r.Intended, end)
			}
			f.pieces[i] = append(f.pieces[i], p)
		}
	}
	return nil
}

// slots reads the piece of a stream that begins with a slot.
func (f *File) slots(stream, first int) ([]byte, error) {
	slots := f.buffer[:recordSize*min(pieceSlots, f.Streams[stream].Slots-first)]
	_, err := f.file.ReadAt(slots, f.layout.slots[stream]+recordSize*int64(first))
	return slots, err
}

// Close closes the file, and gives the first error of a read as well: without it, what Records gave was all.
func (f *File) Close() error { return errors.Join(f.err, f.file.Close()) }

// Records goes through what is recorded of a stream, in the order of n; empty slots are left out. What was read is not
// checked again. One loop may not run within another.
func (f *File) Records(stream int) iter.Seq2[int, Record] {
	return f.Within(stream, math.MinInt64, math.MaxInt64)
}

// Within is Records that leaves out what lies wholly outside of a time, in nanoseconds from the trial's epoch: pieces
// in which no operation was intended or ended in it. What it gives may still lie outside.
func (f *File) Within(stream int, from, to int64) iter.Seq2[int, Record] {
	return func(yield func(int, Record) bool) {
		for i, p := range f.pieces[stream] {
			if p.to < from || p.from > to {
				continue
			}
			slots, err := f.slots(stream, i*pieceSlots)
			if err != nil {
				f.err = errors.Join(f.err, err)
				return
			}
			for n := i * pieceSlots; len(slots) >= recordSize; n, slots = n+1, slots[recordSize:] {
				if r := record(slots); r.Outcome != Empty && !yield(n, r) {
					return
				}
			}
		}
	}
}

// Books counts the operations of a stream.
func (f *File) Books(stream int) Books { return f.books[stream] }

// Counter gives what a counter stood at.
func (f *File) Counter(name string) (uint64, error) {
	i, err := f.counter(name)
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint64(f.counters[8*i:]), nil
}
