package halfopenendpoint

import (
	"context"

	"aftershock/scenarios/collector/lookups"
	"aftershock/scenarios/collector/part"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// before knows all members, and believes in each until its connection breaks.
type before struct {
	on     part.Wire
	client *clientv3.Client
}

func newBefore(on part.Wire) lookups.Reader { return &before{on: on} }

func (b *before) Connect() (err error) {
	b.client, err = b.on.Dial(b.on.Links, nil)
	return err
}

func (b *before) Read(request context.Context) (string, error) {
	return lookups.Value(b.client.Get(request, lookups.Key))
}
