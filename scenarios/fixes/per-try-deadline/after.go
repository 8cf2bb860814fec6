package pertrydeadline

import (
	"context"

	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/records"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// after gives each try a deadline of its own.
type after struct{ client *clientv3.Client }

func newAfter(on part.Wire) records.Writer { return after{on.Client} }

func (a after) Write(ctx context.Context, record records.Record) error {
	for {
		err := a.try(ctx, record)
		if err == nil || !part.Pause(ctx, pause) {
			return err
		}
	}
}

func (a after) try(ctx context.Context, record records.Record) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return records.Create(ctx, a.client, record)
}
