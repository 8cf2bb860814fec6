package network

import (
	"math"
	"time"
)

// shaping is all shapes of a link at one time. It does not change: a link whose shapes change gets another one. At rest
// a link has none, and nil is good for all methods.
type shaping struct {
	shapes  []*Shape
	changed chan struct{} // closed when the link has another shaping
}

func (g *shaping) all() []*Shape {
	if g == nil {
		return nil
	}
	return g.shapes
}

// changes is closed when the shaping does not count any more; nil for a link at rest, where no byte waits.
func (g *shaping) changes() <-chan struct{} {
	if g == nil {
		return nil
	}
	return g.changed
}

// delay is how long after it was read a piece is due.
func (g *shaping) delay(connection, piece uint64) (d time.Duration) {
	for _, s := range g.all() {
		d += s.Latency + s.jitter(connection, piece)
	}
	return d
}

// rate is the lowest rate, or 0 when none is given.
func (g *shaping) rate() (lowest int64) {
	for _, s := range g.all() {
		if s.Rate > 0 && (lowest == 0 || s.Rate < lowest) {
			lowest = s.Rate
		}
	}
	return lowest
}

// slice is how much of n bytes a connection of this age passes on at a time: what takes 5 ms, so that a low rate is a
// trickle and not a lump of 64 KiB now and then. It is n when there is no limit.
func (g *shaping) slice(age time.Duration, n int) int {
	const inSecond = 200
	allowed := int64(n)
	if rate := g.rate(); rate > 0 {
		allowed = min(allowed, rate/inSecond)
	}
	for _, s := range g.all() {
		if s.Start > 0 {
			allowed = min(allowed, int64(s.startRate(age)/inSecond))
		}
	}
	return int(max(1, allowed))
}

// slowStart is how long a connection of this age takes for n bytes, by the slowest of the slow starts.
func (g *shaping) slowStart(age time.Duration, n int) (longest time.Duration) {
	for _, s := range g.all() {
		if s.Start > 0 {
			longest = max(longest, s.startTime(age, n))
		}
	}
	return longest
}

// startRate is the bytes per second of a connection's slow start at an age.
func (s Shape) startRate(age time.Duration) float64 {
	steps := max(0, age) / s.Doubling
	return min(float64(s.fastest()), math.Ldexp(float64(s.Start), int(min(steps, 64))))
}

// startTime is how long n bytes take from an age on, through as many doublings as it needs.
func (s Shape) startTime(age time.Duration, n int) (took time.Duration) {
	age = max(0, age)
	left := float64(n)
	for {
		rate := s.startRate(age)
		need, step := seconds(left/rate), s.Doubling-age%s.Doubling
		if need <= step || rate >= float64(s.fastest()) {
			return took + need
		}
		left -= rate * step.Seconds()
		age, took = age+step, took+step
	}
}

// transferTime is how long n bytes take at a rate.
func transferTime(n int, rate int64) time.Duration { return seconds(float64(n) / float64(rate)) }

// seconds rounds up: a byte may come late and not early.
func seconds(s float64) time.Duration { return time.Duration(math.Ceil(s * float64(time.Second))) }
