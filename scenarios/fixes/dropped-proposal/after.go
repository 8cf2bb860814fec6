package droppedproposal

import (
	"context"
	"errors"
	"strings"

	"aftershock/scenarios/collector"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// after tells the caller what is final, and writes again what passes.
type after struct{ client *clientv3.Client }

func newAfter(on collector.Wire) collector.Writer { return after{on.Client} }

func (a after) Write(ctx context.Context, record collector.Record) error {
	for {
		err := collector.Create(ctx, a.client, record)
		if !refused(err) && !open(err) || !collector.Pause(ctx, pause) {
			return err
		}
	}
}

// refused tells whether a write was certainly not proposed, and so may be written again whatever it is.
func refused(err error) bool {
	return errors.Is(err, rpctypes.ErrNoLeader) || errors.Is(err, rpctypes.ErrTooManyRequests) ||
		err != nil && strings.Contains(err.Error(), "raft proposal dropped")
}

// open tells whether a write may or may not have been committed, and so may be written again only if that does no harm.
func open(err error) bool {
	var known rpctypes.EtcdError // of which status.Code knows nothing
	if errors.As(err, &known) {
		return known.Code() == codes.Unavailable
	}
	return status.Code(err) == codes.Unavailable
}
