package collector

import (
	"context"
	"errors"
	"strings"
	"sync"

	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results/ops"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// SnapshotKey is where the newest snapshot lies.
const SnapshotKey = prefix + "snapshot"

var snapshotBuffers = sync.Pool{New: func() any { return new([]byte) }}

// publish writes the newest complete batch to etcd. Its deadline is shorter than its period: a snapshot that is late is
// worthless, because the next one replaces it.
func (s *service) publish(op *load.Op) {
	ctx, cancel := context.WithTimeout(s.ctx, op.Deadline.Sub(clock.Now()))
	defer cancel()
	if s.leader.lost() { // asked in both arms, before either does anything
		s.count(PublishesLeaderless, 1)
	}
	reusable, err := s.board.Publish(func(b *Batch) error {
		if err := s.remote.put(ctx, b); err != nil {
			return err
		}
		op.Aux = int64(clock.Now().Sub(b.Built))
		return nil
	})
	s.spares.put(reusable)
	if op.Reason = classify(err); op.Reason == ops.Ambiguous {
		s.count(PublishesOpen, 1)
	}
}

// put writes the snapshot of a batch.
func (r *remote) put(ctx context.Context, b *Batch) error {
	buffer := snapshotBuffers.Get().(*[]byte)
	defer snapshotBuffers.Put(buffer)
	snapshot, err := AppendSnapshot((*buffer)[:0], b.Values)
	*buffer = snapshot
	if err != nil {
		return err
	}
	_, err = r.client.Put(ctx, SnapshotKey, string(snapshot), clientv3.WithLease(clientv3.LeaseID(r.lease.Load())))
	return err
}

// classify says what a failed Put means for the write. A write is ambiguous if it may have been committed although the
// caller was told otherwise. ErrNoSpace is: the quota is looked at again when the write is applied, which puts first
// and refuses afterwards (server/v3 3.7.3, etcdserver/apply/quota.go).
func classify(err error) ops.Reason {
	switch {
	case err == nil:
		return ops.NoReason
	case errors.Is(err, ErrNoBatch):
		return ops.Error
	case Refused(err):
		return ops.Rejected
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), errors.Is(err, rpctypes.ErrNoSpace):
		return ops.Ambiguous
	}
	switch code(err) {
	case codes.Unavailable, codes.DeadlineExceeded, codes.Canceled: // a time-out, or the transport broke
		return ops.Ambiguous
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
	return errors.Is(err, rpctypes.ErrNoLeader) || errors.Is(err, rpctypes.ErrTooManyRequests) || dropped(err)
}

// dropped tells whether raft refused the proposal, which reaches the client as a bare codes.Unknown.
func dropped(err error) bool {
	return err != nil && strings.Contains(err.Error(), "raft proposal dropped")
}
