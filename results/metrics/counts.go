package metrics

import (
	"time"

	"aftershock/results/ops"
)

// Counts are the operations of one stream in one phase.
type Counts struct {
	OK, Failed, Missed uint64
	Partial            uint64        // among OK
	Buckets            []uint64      // of Bounds and beyond, each alone; nil while nothing was counted
	Sum                time.Duration // of all response times
}

// Count adds an operation and gives its response time as it is charged. An empty slot counts nothing.
func (c *Counts) Count(r ops.Record, timeout time.Duration) (response time.Duration, counted bool) {
	switch r.Outcome {
	case ops.OK:
		c.OK++
		if r.Flags&ops.Partial != 0 {
			c.Partial++
		}
	case ops.Failed:
		c.Failed++
	case ops.Missed:
		c.Missed++
	default:
		return 0, false
	}
	response = r.Charged(timeout)
	if c.Buckets == nil {
		c.Buckets = make([]uint64, len(Bounds)+1)
	}
	c.Buckets[bucket(response)]++
	c.Sum += response
	return response, true
}

// Add adds what others counted.
func (c *Counts) Add(o Counts) {
	c.OK, c.Failed, c.Missed, c.Partial = c.OK+o.OK, c.Failed+o.Failed, c.Missed+o.Missed, c.Partial+o.Partial
	c.Sum += o.Sum
	if c.Buckets == nil {
		c.Buckets = make([]uint64, len(Bounds)+1)
	}
	for i, n := range o.Buckets {
		c.Buckets[i] += n
	}
}

// bucket is the first whose bound is no less.
func bucket(response time.Duration) int {
	for i, bound := range Bounds {
		if response <= bound {
			return i
		}
	}
	return len(Bounds)
}
