package part

import (
	"context"
	"io"
	"time"

	"aftershock/internal/clock"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// Wire is how a seam reaches etcd, and what it reports to. A seam that is made with none must not use it.
type Wire struct {
	// Client is dialled by the part for its seam alone, and observed; nil for readers, which dial themselves.
	Client *clientv3.Client
	// Links are the addresses of the client links: the service's own first, then those of the other clients that the
	// scenario names, in the order of their names.
	Links []string
	// Dial makes another client of the service's, with its user and its certificates, for these links. Change may alter
	// the configuration; nil leaves it alone. The service closes it. It is not connected before its first request
	// (client/v3 3.7.3, client.go): a part asks something when it starts, or a load's first request would carry
	// look-up, connection and handshake.
	Dial  func(links []string, change func(*clientv3.Config)) (*clientv3.Client, error)
	Count Count
	Log   io.Writer // the service's log, which has a reader
	Seed  uint64    // of everything random that a seam does; the same in both arms of a pair
}

// Count adds to a counter that the fix or the collector declares, and outlives a crash. One that is not declared in
// this run is not kept: in the arms of one fix the seams of all others are at work as well.
type Count func(counter string, n uint64)

// Pause waits so long, and tells false when the context has ended meanwhile.
func Pause(ctx context.Context, length time.Duration) bool {
	return clock.Sleep(ctx, length) == nil && ctx.Err() == nil // both may have happened
}
