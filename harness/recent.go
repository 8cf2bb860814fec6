package harness

import (
	"slices"
	"sync"
	"time"

	"aftershock/internal/clock"
	"aftershock/internal/radix"
	"aftershock/results/ops"
)

// Recent is what became of the batches that were due in the last second or, once a trial is over, in all of it.
type Recent struct {
	OK, Failed int           // Failed holds those that were never sent as well
	P99        time.Duration // of the response, from the intended start; 0 where it is not known
	AtLeast    bool          // P99 is a lower bound: a batch that failed, or that is still under way, decides it
}

// The limits of a look at the batches.
const (
	lookEvery  = clock.Nanos(time.Second)
	lookBack   = clock.Nanos(time.Second)
	mostLooked = 8192 // the newest of the last second; 320 KB of slots
)

// recent looks at a trial's batches while it runs, for the user who waits.
//
// It must not disturb what it shows. The orchestrator has ops.bin mapped since it made it, so that a look asks the
// kernel for nothing and takes no lock that the worker has: it loads slots, and a slot is written once. A look is
// made at most once a second however often the status is asked for, and not at all where nothing shows it. It reads
// 320 KB at most and sorts 8192 numbers, in the orchestrator, which --pin keeps from the worker's cores.
type recent struct {
	mu       sync.Mutex
	table    *ops.Table // nil before the trial has one, and after
	stream   int
	intended []int64
	looked   clock.Nanos // when the latest look was made, from the epoch; 0 before the first
	latest   Recent
	charged  []int64 // of the latest look; its memory is used again
}

// follow begins to look at the primary stream of a trial's table. A trial without it has nothing to show.
func (t *trial) follow(table *ops.Table) error {
	streams := t.streams()
	i := slices.IndexFunc(streams, func(s streamConfig) bool { return s.Name == t.group.primary() })
	if i < 0 {
		return nil
	}
	intended, err := streams[i].Schedule.Intended()
	if err != nil {
		return err
	}
	t.live.recent.open(table, i, intended)
	return nil
}

func (r *recent) open(table *ops.Table, stream int, intended []int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.table, r.stream, r.intended = table, stream, intended
}

// close ends the looks, before the table is unmapped, and counts the whole trial.
func (r *recent) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.table == nil {
		return
	}
	books := r.table.Books(r.stream)
	r.latest = Recent{OK: books.OK, Failed: books.Failed + books.Missed}
	r.table, r.intended = nil, nil
}

// look gives what became of the batches of the second before now, which counts from the epoch.
func (r *recent) look(now clock.Nanos) Recent {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.table == nil || now < 0 || r.looked != 0 && now-r.looked < lookEvery {
		return r.latest
	}
	r.looked = max(1, now)
	from, _ := slices.BinarySearch(r.intended, int64(now-lookBack))
	to, _ := slices.BinarySearch(r.intended, int64(now))
	from = max(from, to-mostLooked)
	r.latest = r.count(from, to, now)
	return r.latest
}

// charge is the response time that a batch is counted with, and whether it is a bound, as one number that sorts by the
// time first.
func charge(response time.Duration, atLeast bool) int64 {
	if atLeast {
		return int64(response)<<1 | 1
	}
	return int64(response) << 1
}

// count counts the batches [from, to). One that is still under way has a response of its age at least: without it, a
// service that stands still would show the P99 of before, or none.
func (r *recent) count(from, to int, now clock.Nanos) (seen Recent) {
	if from >= to {
		return Recent{}
	}
	timeout := r.table.Streams[r.stream].Timeout
	all := r.charged[:0]
	for n := from; n < to; n++ {
		record, done := r.table.Get(r.stream, n)
		switch {
		case !done:
			all = append(all, charge(now.Sub(clock.Nanos(r.intended[n])), true))
			continue
		case record.Outcome == ops.OK:
			seen.OK++
		default:
			seen.Failed++
		}
		all = append(all, charge(record.Charged(timeout), record.Outcome != ops.OK))
	}
	radix.Sort(all)
	decides := all[(99*len(all)+99)/100-1]
	r.charged, seen.P99, seen.AtLeast = all, time.Duration(decides>>1), decides&1 == 1
	return seen
}
