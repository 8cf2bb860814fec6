package pertrydeadline

import (
	"context"

	"aftershock/scenarios/collector"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// before gives each try all the time that is left.
type before struct{ client *clientv3.Client }

func newBefore(on collector.Wire) collector.Writer { return before{on.Client} }

func (b before) Write(ctx context.Context, record collector.Record) error {
	for {
		err := b.try(ctx, record)
		if err == nil || !collector.Pause(ctx, pause) {
			return err
		}
	}
}

func (b before) try(ctx context.Context, record collector.Record) error {
	return collector.Create(ctx, b.client, record)
}
