package serializablerequireleader

import (
	"context"

	"aftershock/scenarios/collector/lookups"
	"aftershock/scenarios/collector/part"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// after asks for the member's own answer, and for nothing else.
type after struct {
	on     part.Wire
	client *clientv3.Client
}

func newAfter(on part.Wire) lookups.Reader { return &after{on: on} }

func (a *after) Connect() (err error) {
	a.client, err = a.on.Dial(a.on.Links[:1], nil)
	return err
}

func (a *after) Read(request context.Context) (string, error) {
	return lookups.Value(a.client.Get(request, lookups.Key, clientv3.WithSerializable()))
}
