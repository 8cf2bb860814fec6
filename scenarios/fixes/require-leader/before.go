package requireleader

import (
	"context"

	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/records"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// before asks whichever member the client is connected to, whether or not it has a leader.
type before struct{ client *clientv3.Client }

func newBefore(on part.Wire) records.Writer { return before{on.Client} }

func (b before) Write(ctx context.Context, record records.Record) error {
	_, err := b.client.Put(ctx, records.Prefix+record.ID, record.Value)
	return err
}
