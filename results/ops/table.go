package ops

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"os"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Table is a table mapped into memory, shared with every other process that mapped it. Puts to different slots may run
// at the same time; each slot has one writer.
type Table struct {
	Header
	data     []byte
	counters []byte
	streams  [][]byte // the slots of each stream
}

// Create makes a new table at path and reserves all its space: a full disk is an error here, and not a SIGBUS in the
// middle of a trial, which is what storing into a sparse file's mapping gives. A file that exists is an error, because
// a recording is never overwritten.
func Create(path string, h Header) (*Table, error) {
	head, l, err := h.encode()
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", path, err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, err
	}
	t, err := create(f, head, h, l)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, errors.Join(fmt.Errorf("create %s: %w", path, err), os.Remove(path))
	}
	return t, nil
}

func create(f *os.File, head []byte, h Header, l layout) (*Table, error) {
	if err := reserve(f, l.size); err != nil {
		return nil, fmt.Errorf("reserve %d bytes: %w", l.size, err)
	}
	if _, err := f.WriteAt(head, 0); err != nil {
		return nil, err
	}
	return mapped(f, h, l)
}

// Open maps the table at path for writing. Its header is checked, its slots are not: Read does that.
func Open(path string) (*Table, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close() // a mapping outlives its file descriptor
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	h, l, err := readHeader(path, f, info.Size())
	if err != nil {
		return nil, err
	}
	t, err := mapped(f, h, l)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return t, nil
}

// littleEndian tells whether this machine stores numbers as the file does; the mapped table relies on it.
var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1 && bits.UintSize == 64

func mapped(f *os.File, h Header, l layout) (*Table, error) {
	if !littleEndian {
		return nil, errors.New("a table is mapped on 64-bit little-endian machines only")
	}
	data, err := unix.Mmap(int(f.Fd()), 0, int(l.size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("map %d bytes: %w", l.size, err)
	}
	// The first store to a page is a fault of about a microsecond on tmpfs and of far more on a disk. Taking all of them
	// now keeps them out of the trial. Kernels before 5.14 do not know the advice, and merely fault later.
	if err := unix.Madvise(data, unix.MADV_POPULATE_WRITE); err != nil && err != unix.EINVAL {
		return nil, errors.Join(fmt.Errorf("populate the mapping: %w", err), unix.Munmap(data))
	}
	t := &Table{Header: h, data: data, counters: data[l.counters:][:8*len(h.Counters)]}
	for i, s := range h.Streams {
		size := recordSize * s.Slots
		t.streams = append(t.streams, data[l.slots[i]:][:size:size])
	}
	return t, nil
}

// Put records what became of operation n of a stream. It takes no lock and allocates nothing. Like an index that is out
// of range, a stream or n that the table does not have panics, and so does a record that Read would not accept, such as
// one with a reason that is not of its outcome: it would make the whole table unreadable.
func (t *Table) Put(stream, n int, r Record) {
	if err := r.check(); err != nil {
		panic("ops: " + err.Error())
	}
	slot := t.slot(stream, n)
	r.putFields(slot)
	// The word goes last: a process killed before this line leaves an empty slot, and never half a record.
	atomicWord(slot).Store(r.word(stream, n))
}

// Get gives what is recorded for operation n of a stream, and false while nothing is.
func (t *Table) Get(stream, n int) (Record, bool) {
	slot := t.slot(stream, n)
	if atomicWord(slot).Load() == 0 {
		return Record{}, false
	}
	return record(slot), true
}

func (t *Table) slot(stream, n int) []byte {
	return t.streams[stream][n*recordSize:][:recordSize:recordSize]
}

// Counter gives a counter that lives in the file, so that what a worker counted before it crashed is kept. The pointer
// is good until Close.
func (t *Table) Counter(name string) (*atomic.Uint64, error) {
	i, err := t.counter(name)
	if err != nil {
		return nil, err
	}
	return atomicWord(t.counters[8*i:]), nil
}

// atomicWord views the first eight bytes as an atomic. Only unsafe can: the bytes are another process's too, so they
// cannot be a Go variable. They are aligned, because mappings begin at a page and all offsets are multiples of eight;
// atomic.Uint64 is a uint64 and nothing else; and the garbage collector neither moves nor frees a mapping.
func atomicWord(b []byte) *atomic.Uint64 {
	return (*atomic.Uint64)(unsafe.Pointer(unsafe.SliceData(b[:8])))
}

// BookMissing fills every empty slot of a stream as missed for that reason, at its time-out, and gives their number.
// Intended holds the schedule, one time a slot. The process that filled the table must have ended.
func (t *Table) BookMissing(stream int, intended []int64, reason Reason) (int, error) {
	s := t.Streams[stream]
	if len(intended) != s.Slots {
		return 0, fmt.Errorf("stream %q has %d slots, and %d operations were scheduled", s.Name, s.Slots, len(intended))
	}
	if reason.Outcome() != Missed {
		return 0, fmt.Errorf("stream %q: %v is no reason to miss an operation", s.Name, reason)
	}
	booked := 0
	for n, at := range intended {
		if _, filled := t.Get(stream, n); !filled {
			t.Put(stream, n, Record{Outcome: Missed, Reason: reason, Intended: at, Lag: s.Timeout})
			booked++
		}
	}
	return booked, nil
}

// Close writes the table to its disk and unmaps it. Nothing of it may be used afterwards.
func (t *Table) Close() error {
	if t.data == nil {
		return nil
	}
	err := errors.Join(unix.Msync(t.data, unix.MS_SYNC), unix.Munmap(t.data))
	t.data, t.counters, t.streams = nil, nil, nil
	return err
}
