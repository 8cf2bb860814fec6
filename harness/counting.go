package harness

import (
	"sync"
	"time"

	"aftershock/internal/clock"
	"aftershock/results"
	"aftershock/results/ops"
)

// Operation is what became of one operation of a trial.
type Operation struct {
	Group   string
	Arm     results.Arm
	Stream  ops.Stream
	Phase   string // as planned: the trigger is a part of the fault phase until the trial has ended
	Outcome ops.Record
}

// The measures of the counting. A second's operations at one go would keep one of two cores busy for milliseconds, in
// which the worker's operations wait: a few in a thousand, which is just where P99 looks. In pieces of one buffer they
// leave no garbage, whose collection takes both cores.
const (
	countEvery = clock.Nanos(time.Second) / 10 // at most so often; a live view looks at the run five times a second
	atOnce     = 128                           // operations in a piece
)

// counting hands a trial's operations on, each once. Like recent it reads slots that the worker fills, and takes no
// lock that the worker has: a look costs what became known since the last one.
type counting struct {
	mu      sync.Mutex
	give    func([]Operation)
	table   *ops.Table // nil before the trial has one, and after
	of      Operation  // group and arm
	phases  results.Trial
	streams []followed
	looked  clock.Nanos // from the epoch; 0 before the first look
	piece   []Operation // that is handed on next
}

// followed is how far a stream's operations have been handed on.
type followed struct {
	intended []int64
	next     int   // the first that was not due at the last look
	open     []int // those before it of which nothing is recorded yet
}

// count begins to hand on the operations of a trial's table, if anyone wants them.
func (t *trial) count(table *ops.Table) error {
	if t.operations == nil {
		return nil
	}
	var streams []followed
	for _, s := range t.streams() {
		intended, err := s.Schedule.Intended()
		if err != nil {
			return err
		}
		streams = append(streams, followed{intended: intended})
	}
	c := &t.live.counting
	c.mu.Lock()
	defer c.mu.Unlock()
	c.give, c.table, c.streams = t.operations, table, streams
	c.of, c.phases.Phases = Operation{Group: t.slot.Group, Arm: t.slot.Arm}, t.planned()
	return nil
}

// look hands on what became known by now, which counts from the epoch.
func (c *counting) look(now clock.Nanos) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.table == nil || now < 0 || c.looked != 0 && now-c.looked < countEvery {
		return
	}
	c.looked = max(1, now)
	c.handOn(now)
}

// close hands on all that is left, before the table is unmapped: its slots are booked by then.
func (c *counting) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.table == nil {
		return
	}
	c.handOn(1<<63 - 1)
	c.table, c.streams = nil, nil
}

func (c *counting) handOn(now clock.Nanos) {
	for i := range c.streams {
		s := &c.streams[i]
		for ; s.next < len(s.intended) && s.intended[s.next] < int64(now); s.next++ {
			s.open = append(s.open, s.next)
		}
		left := s.open[:0]
		for _, n := range s.open {
			record, done := c.table.Get(i, n)
			if !done {
				left = append(left, n)
				continue
			}
			c.add(i, record)
		}
		s.open = left
	}
	c.flush()
}

// add adds an operation to the piece, which is handed on when it is full.
func (c *counting) add(stream int, record ops.Record) {
	o := c.of
	o.Stream, o.Outcome = c.table.Streams[stream], record
	o.Phase = c.phases.PhaseAt(results.Offset(record.Intended))
	if c.piece = append(c.piece, o); len(c.piece) >= atOnce {
		c.flush()
	}
}

func (c *counting) flush() {
	if len(c.piece) > 0 {
		c.give(c.piece)
		c.piece = c.piece[:0]
	}
}
