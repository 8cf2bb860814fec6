package droppedproposal

import (
	"context"

	"aftershock/scenarios/collector"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// before tells the caller whatever the client says.
type before struct{ client *clientv3.Client }

func newBefore(on collector.Wire) collector.Writer { return before{on.Client} }

func (b before) Write(ctx context.Context, record collector.Record) error {
	return collector.Create(ctx, b.client, record)
}
