package collector

import (
	"context"
	"time"
)

// Seams are the parts of the service that a fix replaces. Each is one small interface; a fix's two arms implement one of
// them twice, and every other seam holds its repaired form in both arms.
type Seams struct {
	Builder Builder
	// NewBoard makes the board of one service. It reports to held how long it kept its lock while a message was sent.
	NewBoard func(held func(time.Duration)) Board
}

// Builder makes the content of a batch.
type Builder interface {
	// Build puts every series into an empty map. The watch handler cancels shared when the cluster has lost its leader:
	// from then on every value carries the stale marker, so that a reader can tell a batch from before the loss.
	Build(shared context.Context, into map[string]any, series []Series)
}

// Board is where the newest complete batch hangs for the publisher. Its methods are called by many goroutines.
type Board interface {
	// HandOn hangs up a batch, and returns the one that may be filled again: the one that hung there, or nil while it is
	// being sent.
	HandOn(*Batch) (reusable *Batch)
	// Publish sends the newest batch, and returns a batch that may be filled again, if sending it was all that kept it.
	Publish(send func(*Batch) error) (reusable *Batch, err error)
}
