package etcderr

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"aftershock/results/ops"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestClassify(t *testing.T) {
	for _, c := range []struct {
		err  error
		want ops.Reason
	}{
		{nil, ops.NoReason},
		// It was never sent, or the server said what is wrong with it.
		{errors.New("series n1:up is a string, not a float64"), ops.Error},
		{rpctypes.ErrLeaseNotFound, ops.Error},
		{rpctypes.ErrRequestTooLarge, ops.Error},
		{rpctypes.ErrCorrupt, ops.Error},
		{status.Error(codes.Internal, "a panic"), ops.Error},
		{status.Error(codes.Unknown, "anything else"), ops.Error},
		// The server refused it before anything was proposed.
		{rpctypes.ErrNoLeader, ops.Rejected},
		{rpctypes.ErrTooManyRequests, ops.Rejected},
		{status.Error(codes.Unknown, "raft proposal dropped"), ops.Rejected},
		// It may have been committed although the caller was told otherwise.
		{context.DeadlineExceeded, ops.Ambiguous},
		{context.Canceled, ops.Ambiguous},
		{rpctypes.ErrTimeout, ops.Ambiguous},
		{rpctypes.ErrTimeoutDueToLeaderFail, ops.Ambiguous},
		{rpctypes.ErrTimeoutDueToConnectionLost, ops.Ambiguous},
		{rpctypes.ErrStopped, ops.Ambiguous},
		{rpctypes.Error(rpctypes.ErrGRPCTimeoutWaitAppliedIndex), ops.Ambiguous},
		{rpctypes.ErrLeaderChanged, ops.Ambiguous},
		{rpctypes.ErrNoSpace, ops.Ambiguous},
		{rpctypes.Error(rpctypes.ErrGRPCNoSpace), ops.Ambiguous},
		{status.Error(codes.Unavailable, "error reading from server: EOF"), ops.Ambiguous},
		{status.Error(codes.DeadlineExceeded, "context deadline exceeded"), ops.Ambiguous},
		{status.Error(codes.Canceled, "context canceled"), ops.Ambiguous},
		{status.FromContextError(context.DeadlineExceeded).Err(), ops.Ambiguous},
	} {
		if got := ClassifyWrite(c.err); got != c.want {
			t.Errorf("%T %v is %v, want %v", c.err, c.err, got, c.want)
		}
		if c.err == nil {
			continue
		}
		if got := ClassifyWrite(fmt.Errorf("publish: %w", c.err)); got != c.want {
			t.Errorf("%T %v wrapped is %v, want %v", c.err, c.err, got, c.want)
		}
	}
	if got := ClassifyWrite(io.ErrUnexpectedEOF); got != ops.Error {
		t.Errorf("an error of no RPC is %v", got)
	}
}
