package pertrydeadline

import (
	"context"

	"aftershock/scenarios/collector"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// after gives each try a deadline of its own.
type after struct{ client *clientv3.Client }

func newAfter(on collector.Wire) collector.Writer { return after{on.Client} }

func (a after) Write(ctx context.Context, record collector.Record) error {
	for {
		err := a.try(ctx, record)
		if err == nil || !collector.Pause(ctx, pause) {
			return err
		}
	}
}

func (a after) try(ctx context.Context, record collector.Record) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return collector.Create(ctx, a.client, record)
}
