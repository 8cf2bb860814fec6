package kv

import (
	"context"

	"aftershock/results/ops"
	"aftershock/scenarios/etcderr"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// ranging reads a key and those that follow it. What a member answers by itself, a serializable read, may be old, and
// is not held against what is known.
func (s *service) ranging(span int, serializable bool) func(context.Context, operation) ops.Reason {
	var how []clientv3.OpOption
	if serializable {
		how = append(how, clientv3.WithSerializable())
	}
	if span > 1 {
		how = append(how, clientv3.WithRange(clientv3.GetPrefixRangeEnd(Prefix)), clientv3.WithLimit(int64(span)))
	}
	return func(ctx context.Context, o operation) ops.Reason {
		key := s.keys.pick(o.tag, 0)
		began, before := s.ledger.begin(), s.ledger.of(key)
		answer, err := o.client.Get(ctx, s.names[key], how...)
		if err != nil {
			return etcderr.ClassifyRead(err)
		}
		if !serializable {
			s.ledger.answered(began, answer.Header.GetRevision(), false)
			s.ledger.read(before, first(answer.Kvs))
		}
		return ops.NoReason
	}
}

func first(found []*mvccpb.KeyValue) *mvccpb.KeyValue {
	if len(found) == 0 {
		return nil
	}
	return found[0]
}
