// Package etcderr says what an error of a client of etcd means for who asked: whether a write may have been committed
// all the same, and whether it may be repeated.
package etcderr

import (
	"context"
	"errors"
	"strings"

	"aftershock/results/ops"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// ClassifyWrite says what a failed write means. It is ambiguous if it may have been committed although the caller was
// told otherwise. ErrNoSpace is: the quota is looked at again when the write is applied, which puts first and refuses
// afterwards (server/v3 3.7.3, etcdserver/apply/quota.go).
func ClassifyWrite(err error) ops.Reason {
	switch {
	case err == nil:
		return ops.NoReason
	case Refused(err):
		return ops.Rejected
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled),
		errors.Is(err, rpctypes.ErrNoSpace):
		return ops.Ambiguous
	}
	switch code(err) {
	case codes.Unavailable, codes.DeadlineExceeded, codes.Canceled: // a time-out, or the transport broke
		return ops.Ambiguous
	default:
		return ops.Error
	}
}

// ClassifyRead says what became of a read. None is ambiguous: one that failed has changed nothing.
func ClassifyRead(err error) ops.Reason {
	switch {
	case err == nil:
		return ops.NoReason
	case errors.Is(err, context.DeadlineExceeded):
		return ops.Timeout
	case Unavailable(err):
		return ops.Rejected
	default:
		return ops.Error
	}
}

// code gives an error's gRPC code. The client turns the server's own errors into rpctypes.EtcdError, of which
// status.Code knows nothing.
func code(err error) codes.Code {
	var known rpctypes.EtcdError
	if errors.As(err, &known) {
		return known.Code()
	}
	return status.Code(err)
}

// Refused tells whether a write was certainly not proposed, so that any write can be repeated: the member had no
// leader, or too many waiting proposals, or a leader that was handing over.
func Refused(err error) bool {
	return errors.Is(err, rpctypes.ErrNoLeader) || errors.Is(err, rpctypes.ErrTooManyRequests) || Dropped(err)
}

// Dropped tells whether raft refused the proposal, which reaches the client as a bare codes.Unknown.
func Dropped(err error) bool {
	return err != nil && strings.Contains(err.Error(), "raft proposal dropped")
}

// Unavailable tells whether an error says that it may pass, such as that the member has no leader
// (rpctypes.ErrNoLeader), or that a connection broke. It is what etcd's client itself repeats reads for (client/v3
// retry.go).
func Unavailable(err error) bool { return code(err) == codes.Unavailable }
