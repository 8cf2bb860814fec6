package droppedproposal

import (
	"context"

	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/records"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// before tells the caller whatever the client says.
type before struct{ client *clientv3.Client }

func newBefore(on part.Wire) records.Writer { return before{on.Client} }

func (b before) Write(ctx context.Context, record records.Record) error {
	return records.Create(ctx, b.client, record)
}
