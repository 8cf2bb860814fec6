package ambiguousput

import (
	"context"
	"strconv"
	"sync/atomic"

	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/records"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// before appends the record, and appends it again after a time-out.
type before struct {
	client *clientv3.Client
	last   atomic.Int64
}

func newBefore(on part.Wire) records.Writer { return &before{client: on.Client} }

func (b *before) Write(ctx context.Context, record records.Record) error {
	err := b.appendTo(ctx, record)
	for made := 1; err != nil && made < attempts && part.Pause(ctx, pause); made++ {
		err = b.appendTo(ctx, record)
	}
	return err
}

func (b *before) appendTo(ctx context.Context, record records.Record) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	next := strconv.Itoa(int(b.last.Add(1)))
	_, err := b.client.Put(ctx, records.Prefix+next, record.Value)
	return err
}
