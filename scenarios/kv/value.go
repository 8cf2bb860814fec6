package kv

import (
	"strconv"
	"strings"
)

// tagSize is the length of a tag in a value.
const tagSize = 16

// tagOf numbers an operation, beyond 0: that of an open loop, or one of a closed loop.
func tagOf(stream int, closed bool, n uint64) uint64 {
	tag := uint64(stream+1)<<48 | n
	if closed {
		tag |= 1 << 47
	}
	return tag
}

// values makes values of one size that each begin with a tag.
type values struct{ rest string }

func newValues(size int) values { return values{strings.Repeat("v", size-tagSize)} }

func (v values) with(tag uint64) string {
	const digits = "0123456789abcdef"
	var head [tagSize]byte
	for i := range head {
		head[tagSize-1-i] = digits[tag>>(4*i)&0xf]
	}
	return string(head[:]) + v.rest
}

// tagIn reads the tag of a value; 0 for a value that has none.
func tagIn(value []byte) uint64 {
	if len(value) < tagSize {
		return 0
	}
	tag, err := strconv.ParseUint(string(value[:tagSize]), 16, 64)
	if err != nil {
		return 0
	}
	return tag
}
