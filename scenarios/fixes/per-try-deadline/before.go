package pertrydeadline

import (
	"context"

	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/records"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// before gives each try all the time that is left.
type before struct{ client *clientv3.Client }

func newBefore(on part.Wire) records.Writer { return before{on.Client} }

func (b before) Write(ctx context.Context, record records.Record) error {
	for {
		err := b.try(ctx, record)
		if err == nil || !part.Pause(ctx, pause) {
			return err
		}
	}
}

func (b before) try(ctx context.Context, record records.Record) error {
	return records.Create(ctx, b.client, record)
}
