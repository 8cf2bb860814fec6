package collector

import (
	"context"
	"sync"

	"aftershock/harness/load"
	"aftershock/internal/clock"
	"aftershock/results/ops"
	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/etcderr"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// SnapshotKey is where the newest snapshot lies.
const SnapshotKey = part.Prefix + "snapshot"

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
	if op.Reason = etcderr.ClassifyWrite(err); op.Reason == ops.Ambiguous {
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
