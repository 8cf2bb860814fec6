package halfopenendpoint

import (
	"context"
	"errors"
	"time"

	"aftershock/scenarios/collector/lookups"
	"aftershock/scenarios/collector/part"

	clientv3 "go.etcd.io/etcd/client/v3"
)

const (
	patience         = 100 * time.Millisecond // with one attempt: far above what a read takes, far below a request's deadline
	keepAliveTime    = 10 * time.Second       // the least that gRPC allows
	keepAliveTimeout = 2 * time.Second
)

// after waits for no member for long.
type after struct {
	on     part.Wire
	client *clientv3.Client
}

func newAfter(on part.Wire) lookups.Reader { return &after{on: on} }

func (a *after) Connect() (err error) {
	a.client, err = a.on.Dial(a.on.Links, func(c *clientv3.Config) {
		c.DialKeepAliveTime, c.DialKeepAliveTimeout = keepAliveTime, keepAliveTimeout
	})
	return err
}

func (a *after) Read(request context.Context) (string, error) {
	for {
		attempt, cancel := context.WithTimeout(request, patience)
		value, err := lookups.Value(a.client.Get(attempt, lookups.Key))
		cancel()
		if request.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
			return value, err
		}
	}
}
