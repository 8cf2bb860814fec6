package retryamplification

import (
	"context"

	"aftershock/scenarios/collector/lookups"
	"aftershock/scenarios/collector/part"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// before has the client as it comes, with the log that it comes with.
type before struct {
	on     part.Wire
	client *clientv3.Client
}

func newBefore(on part.Wire) lookups.Reader { return &before{on: on} }

func (b *before) Connect() (err error) {
	b.client, err = b.on.Dial(b.on.Links[:1], func(c *clientv3.Config) {
		c.Logger = logger(b.on.Log, defaultSampling)
	})
	return err
}

func (b *before) Read(request context.Context) (string, error) {
	return lookups.Value(b.client.Get(clientv3.WithRequireLeader(request), lookups.Key))
}
