package collector

import (
	"context"
	"io"
)

// Seams are the parts of the service that a fix replaces. Each is one small interface; a fix's two arms implement one of
// them twice, and every other seam holds its repaired form in both arms.
type Seams struct {
	Builder Builder
	Maps    Maps
	// NewBoard makes the board of one service.
	NewBoard func() Board
	// NewTable makes a table with room for so many keys.
	NewTable func(room int) Table
	// NewReporter makes a reporter that writes to a log.
	NewReporter func(log io.Writer) Reporter
	// NewRefresher makes a refresher of what a dependency tells, which may take long, and ends with its context.
	NewRefresher func(lookup func(context.Context) error) Refresher
	NewRequests  func() Requests
	// NewTicker makes what ticks begin with. Service ends with the service; read brings the configuration up to date, may take
	// as long as its context lasts, and is called by any number at a time.
	NewTicker func(service context.Context, read func(context.Context) error) Ticker
	// NewRegistrar makes a registrar of an entry in the registry, which reaches etcd by the client on its wire.
	NewRegistrar func(on Wire) Registrar
	// NewWriter makes a writer of records, on the wire that it is given.
	NewWriter func(on Wire) Writer
	// NewFollower makes one of many followers, on the wire that it is given. No two of a service have the same seed.
	NewFollower func(on Wire, seed uint64) Follower
	// NewReader makes a reader that reaches etcd over a wire of its own.
	NewReader func(on Wire) Reader
}

// Count adds to a counter that the fix or the collector declares, and outlives a crash. One that is not declared in
// this run is not kept: in the arms of one fix the seams of all others are at work as well.
type Count func(counter string, n uint64)

// Builder makes the content of a batch.
type Builder interface {
	// Build puts every series into a map that has none of them yet: an empty one, but for a tick that is built in parts. The
	// watch handler cancels shared when the cluster has lost its leader: from then on every value carries the stale marker, so
	// that a reader can tell a batch from before the loss.
	Build(shared context.Context, into map[string]any, series []Series)
}

// Whole is a builder that makes a batch whole or not at all, and says which.
type Whole interface {
	Builder
	// BuildWhole is Build, or gives an error. What is in the map then is worth nothing: the batch is given up, and
	// readers keep the one that was handed on before.
	BuildWhole(shared context.Context, into map[string]any, series []Series) error
}

// Counting is a builder that counts what it goes through. The service calls it once, and builds with what it returns.
type Counting interface {
	Counting(Count) Builder
}

// Maps gives each batch the map that it is built into.
type Maps interface {
	// Map gives an empty map for so many series. Old is what the batch held before, which is not needed any more.
	Map(old map[string]any, series int) map[string]any
}

// Board is where the newest complete batch hangs for the publisher. Its methods are called by many goroutines.
type Board interface {
	// HandOn hangs up a batch, and returns the one that may be filled again: the one that hung there, or nil while it is
	// being sent.
	HandOn(*Batch) (reusable *Batch)
	// Publish sends the newest batch, and returns a batch that may be filled again, if sending it was all that kept it.
	Publish(send func(*Batch) error) (reusable *Batch, err error)
}

// Table holds the newest value of each series for all builders together. Its methods are called by many goroutines.
type Table interface {
	Store(key string, value any)
	Load(key string) (value any, ok bool)
}

// Reporter tells those who operate the service that a batch cannot be trusted. It is called by many goroutines.
type Reporter interface {
	// Stale reports that the series are stale. The request is the batch's own context, with its id (see RequestID), and is
	// cancelled already, for that is why they are.
	Stale(request context.Context, series []Series)
}

// Refresher keeps up to date what a dependency tells. Its methods are called by many goroutines.
type Refresher interface {
	// Tick asks for a refresh, and does not wait for it. The request ends when its batch does.
	Tick(request context.Context)
	// Wait returns when no lookup is under way. It is called after the last tick, when the dependency has gone.
	Wait()
}

// Requests follows the requests that batches make of their sources. Each has a context of its own under the parent. Its
// methods are called by many goroutines.
type Requests interface {
	Begin(parent context.Context, id uint64)
	// End is called when the caller does not wait for the answer any more.
	End(id uint64)
	// Wait returns when nothing of any request runs on. The parent has been cancelled.
	Wait()
}

// Ticker begins ticks: batches that need the service's configuration. Its methods are called by many goroutines.
type Ticker interface {
	// Begin returns when the tick has its configuration, whichever that is. Its batch is then built under the context,
	// and lacks what has not been built when that is done. End is called when the batch has finished.
	Begin() (tick context.Context, end context.CancelFunc)
	// Wait returns when nothing of any tick runs on. It is called after the last tick has begun, when service has
	// ended.
	Wait()
}
