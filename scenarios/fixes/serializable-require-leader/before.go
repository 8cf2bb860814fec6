package serializablerequireleader

import (
	"context"

	"aftershock/scenarios/collector/lookups"
	"aftershock/scenarios/collector/part"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// before asks for a leader that it has no use for.
type before struct {
	on     part.Wire
	client *clientv3.Client
}

func newBefore(on part.Wire) lookups.Reader { return &before{on: on} }

func (b *before) Connect() (err error) {
	b.client, err = b.on.Dial(b.on.Links[:1], nil)
	return err
}

func (b *before) Read(request context.Context) (string, error) {
	request = clientv3.WithRequireLeader(request)
	return lookups.Value(b.client.Get(request, lookups.Key, clientv3.WithSerializable()))
}
