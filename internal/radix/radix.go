// Package radix sorts many whole numbers by their digits, several times as fast as by comparisons.
package radix

import (
	"math/bits"
	"slices"
)

const (
	digit  = 10 // bits
	values = 1 << digit
	few    = 128 // below which comparisons are faster
)

// Sort sorts numbers in ascending order, in place: by the first digit in which any two differ, then those that share it
// by the next one (P. M. McIlroy, K. Bostic and M. D. McIlroy, Engineering Radix Sort, 1993: American flag sort).
func Sort(numbers []int64) {
	if len(numbers) < few {
		slices.Sort(numbers)
		return
	}
	var differ int64
	for _, v := range numbers {
		differ |= v ^ numbers[0]
	}
	shift := max(0, bits.Len64(uint64(differ))-digit)
	var next, end [values]int // where the next number with a digit goes, and where those of the next digit begin
	for _, v := range numbers {
		end[digitOf(v, shift)]++
	}
	at := 0
	for d, n := range end {
		next[d], at = at, at+n
		end[d] = at
	}
	for d := range values {
		for ; next[d] < end[d]; next[d]++ {
			v := numbers[next[d]]
			for own := digitOf(v, shift); own != d; own = digitOf(v, shift) {
				numbers[next[own]], v = v, numbers[next[own]]
				next[own]++
			}
			numbers[next[d]] = v
		}
	}
	if shift == 0 {
		return
	}
	from := 0
	for _, to := range end {
		Sort(numbers[from:to])
		from = to
	}
}

// digitOf is a digit of a number, of which the sign is turned: negative ones come first.
func digitOf(v int64, shift int) int { return int((uint64(v) ^ 1<<63) >> shift % values) }
