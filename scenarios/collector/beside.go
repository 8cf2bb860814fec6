package collector

import (
	"context"
	"sync/atomic"
	"time"

	"aftershock/harness"
	"aftershock/internal/clock"
	"aftershock/results"
	"aftershock/scenarios/collector/part"
)

// beside is what a batch does besides building: reading and writing a table that all builders share, asking sources,
// looking something up, reporting that its values are stale. A scenario says how much of each; the default is none.
type beside struct {
	reads    int
	alone    bool          // whether a turn of the closed loop is the table's operations, and builds nothing
	turn     atomic.Uint64 // of reading and writing the table; the first is drawn from the seed
	requests int
	hang     time.Duration

	table     Table
	reporter  Reporter
	refresher Refresher
	sources   Requests

	ids           atomic.Uint64
	log           *log
	parent        context.Context // of all requests
	cancelParent  context.CancelFunc
	dependency    context.Context // ends when the dependency is gone, and with it every lookup
	endDependency context.CancelFunc
	count         part.Count
}

func newBeside(ctx context.Context, seams Seams, settings harness.Settings, seed uint64, count part.Count) *beside {
	series := settings[SeriesSetting]
	b := &beside{
		reads: settings[ReadsSetting], alone: settings[TableAloneSetting] > 0, requests: settings[RequestsSetting],
		hang:  time.Duration(settings[HangSetting]) * time.Millisecond,
		table: seams.NewTable(series), sources: seams.NewRequests(), log: openLog(count), count: count,
	}
	b.turn.Store(seed % places)
	b.parent, b.cancelParent = context.WithCancel(ctx)
	b.dependency, b.endDependency = context.WithCancel(ctx)
	b.reporter, b.refresher = seams.NewReporter(b.log), seams.NewRefresher(b.lookUp)
	return b
}

// requestID is the key of a batch's number in its context.
type requestID struct{}

// RequestID gives the number of the batch that a context belongs to, as a log handler looks it up; 0 for none.
func RequestID(ctx context.Context) uint64 {
	id, _ := ctx.Value(requestID{}).(uint64)
	return id
}

// do does this work for one batch.
func (b *beside) do(shared context.Context, series []Series, stale bool) {
	if stale {
		b.reporter.Stale(context.WithValue(shared, requestID{}, b.ids.Add(1)), series)
	}
	if b.reads > 0 {
		b.access(series)
	}
	if b.requests > 0 {
		b.ask()
	}
	if b.hang > 0 {
		request, cancel := context.WithCancel(shared)
		b.refresher.Tick(request)
		cancel() // a request's context ends with it, and what it began in the background must not
	}
}

// places is the number of turns after which each series has been written as often as the share of reads says.
const places = 100

// access reads or writes the table once for each series. The series' place, spread evenly, and the number of the turn
// decide which. By its place alone a series would always be read or always be written, and no read would find anything.
func (b *beside) access(series []Series) {
	var reads, hits uint64
	shift := b.turn.Add(1) * 37
	for i := range series {
		if (uint64(i)*61+shift)%places >= uint64(b.reads) {
			b.table.Store(series[i].Key, series[i].Value)
			continue
		}
		reads++
		if _, ok := b.table.Load(series[i].Key); ok {
			hits++
		}
	}
	b.count(results.TableReads, reads)
	b.count(results.TableHits, hits)
}

// ask begins requests and ends them, all of one batch at the same time.
func (b *beside) ask() {
	last := b.ids.Add(uint64(b.requests))
	for n := range uint64(b.requests) {
		b.sources.Begin(b.parent, last-n)
	}
	for n := range uint64(b.requests) {
		b.sources.End(last - n)
	}
}

// lookUp waits for the dependency's answer.
func (b *beside) lookUp(ctx context.Context) error {
	b.count(DependencyLookups, 1)
	answer := time.NewTimer(b.hang)
	defer answer.Stop()
	select {
	case <-answer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-b.dependency.Done():
		return context.Cause(b.dependency)
	}
}

// endRequests cancels the context under which all requests were begun, and counts how long that takes: each child that
// was not taken out of it is visited, under its lock.
func (b *beside) endRequests() {
	began := clock.Now()
	b.cancelParent()
	b.count(CancelParent, uint64(clock.Now().Sub(began)))
	b.sources.Wait()
}

// close ends the rest. It is called after the last batch.
func (b *beside) close() {
	b.endDependency()
	b.refresher.Wait()
	b.log.close()
}
