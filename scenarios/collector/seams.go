package collector

import (
	"context"

	"aftershock/scenarios/collector/part"
)

// Builder makes the content of a batch.
type Builder interface {
	// Build puts every series into a map that has none of them yet: an empty one, but for a tick that is built in
	// parts. The watch handler cancels shared when the cluster has lost its leader: from then on every value carries
	// the stale marker, so that a reader can tell a batch from before the loss.
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
	Counting(part.Count) Builder
}

// Maps gives each batch the map that it is built into.
type Maps interface {
	// Map gives an empty map for so many series. Old is what the batch held before, which is not needed any more.
	Map(old map[string]any, series int) map[string]any
}

// Board is where the newest complete batch hangs for the publisher. Its methods are called by many goroutines.
type Board interface {
	// HandOn hangs up a batch, and returns the one that may be filled again: the one that hung there, or nil while it
	// is being sent.
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
	// Stale reports that the series are stale. The request is the batch's own context, with its id (see RequestID), and
	// is cancelled already, for that is why they are.
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
