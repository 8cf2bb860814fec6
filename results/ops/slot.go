package ops

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"github.com/cespare/xxhash/v2"
)

// A slot's first word: outcome, reason, flags and check in one, so that one store commits them all.

func (r Record) word(stream, n int) uint64 {
	var slot [recordSize]byte
	r.putFields(slot[:])
	return wordOf(uint64(r.Outcome)|uint64(r.Reason)<<8|uint64(r.Flags)<<16, slot[:], stream, n)
}

// wordOf is the word of a slot that begins with head, and holds the fields behind it.
func wordOf(head uint64, slot []byte, stream, n int) uint64 {
	var b [recordSize + 8]byte
	binary.LittleEndian.PutUint64(b[0:], head)
	copy(b[8:], slot[8:recordSize])
	binary.LittleEndian.PutUint32(b[40:], uint32(stream))
	binary.LittleEndian.PutUint32(b[44:], uint32(n))
	return head | xxhash.Sum64(b[:])<<32
}

// putFields stores everything but the word.
func (r Record) putFields(slot []byte) {
	_ = slot[recordSize-1]
	binary.LittleEndian.PutUint64(slot[8:], uint64(r.Intended))
	binary.LittleEndian.PutUint64(slot[16:], uint64(r.Lag))
	binary.LittleEndian.PutUint64(slot[24:], uint64(r.Service))
	binary.LittleEndian.PutUint64(slot[32:], uint64(r.Aux))
}

func record(slot []byte) Record {
	_ = slot[recordSize-1]
	return Record{
		Outcome:  Outcome(slot[0]),
		Reason:   Reason(slot[1]),
		Flags:    Flags(binary.LittleEndian.Uint16(slot[2:])),
		Intended: int64(binary.LittleEndian.Uint64(slot[8:])),
		Lag:      time.Duration(binary.LittleEndian.Uint64(slot[16:])),
		Service:  time.Duration(binary.LittleEndian.Uint64(slot[24:])),
		Aux:      int64(binary.LittleEndian.Uint64(slot[32:])),
	}
}

// checkSlot tells what is wrong with a slot, if anything. An empty slot may hold fields: its writer was killed between
// them and the word.
func checkSlot(slot []byte, stream, n int) error {
	word := binary.LittleEndian.Uint64(slot)
	if word == 0 {
		return nil
	}
	if want := wordOf(word&math.MaxUint32, slot, stream, n); want != word {
		return fmt.Errorf("corrupted: its check is %08x, not %08x", word>>32, want>>32)
	}
	return record(slot).check()
}

// check tells what is wrong with a record, if anything.
func (r Record) check() error {
	switch {
	case r.Outcome == Empty || r.Outcome > Missed:
		return fmt.Errorf("%v is none that can be recorded", r.Outcome)
	case r.Reason.Outcome() != r.Outcome:
		return fmt.Errorf("outcome %v with reason %v", r.Outcome, r.Reason)
	case r.Flags&^knownFlags != 0:
		return fmt.Errorf("flags %#x, of which only %#x are known", uint16(r.Flags), uint16(knownFlags))
	}
	return nil
}
