package kv

import (
	"context"

	"aftershock/results/ops"
	"aftershock/scenarios/etcderr"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
)

// put writes one key.
func (s *service) put(ctx context.Context, o operation) ops.Reason {
	return s.putKey(ctx, o, s.keys.pick(o.tag, 0))
}

func (s *service) putKey(ctx context.Context, o operation, key int) ops.Reason {
	began := s.ledger.begin()
	answer, err := o.client.Put(ctx, s.names[key], s.values.with(o.tag))
	if err != nil {
		return etcderr.ClassifyWrite(err)
	}
	s.ledger.answered(began, answer.Header.GetRevision(), true)
	s.ledger.wrote(key, answer.Header.GetRevision(), o.tag)
	return ops.NoReason
}

// txnPutting writes several keys in one transaction. Etcd refuses one that writes a key twice, so with a skew it may
// write fewer.
func (s *service) txnPutting(keys int) func(context.Context, operation) ops.Reason {
	return func(ctx context.Context, o operation) ops.Reason {
		chosen := s.choose(o, keys)
		var puts []clientv3.Op
		for _, key := range chosen {
			puts = append(puts, clientv3.OpPut(s.names[key], s.values.with(o.tag)))
		}
		return s.commit(o, chosen, func() (*clientv3.TxnResponse, error) {
			return o.client.Txn(ctx).Then(puts...).Commit()
		})
	}
}

// commit does a transaction that writes these keys.
func (s *service) commit(o operation, keys []int, do func() (*clientv3.TxnResponse, error)) ops.Reason {
	began := s.ledger.begin()
	answer, err := do()
	if err != nil {
		return etcderr.ClassifyWrite(err)
	}
	s.ledger.answered(began, answer.Header.GetRevision(), true)
	for _, key := range keys {
		s.ledger.wrote(key, answer.Header.GetRevision(), o.tag)
	}
	return ops.NoReason
}

// choose draws so many keys, and gives those that differ.
func (s *service) choose(o operation, n int) (keys []int) {
	seen := make(map[int]bool, n)
	for i := range n {
		if key := s.keys.pick(o.tag, uint64(i)); !seen[key] {
			seen[key] = true
			keys = append(keys, key)
		}
	}
	return keys
}

// txnMixing reads a key in a transaction, or writes one: reads is the share of those that read.
func (s *service) txnMixing(reads float64) func(context.Context, operation) ops.Reason {
	const chooses = 1 << 32 // a draw apart from those of keys
	put := s.txnPutting(1)
	return func(ctx context.Context, o operation) ops.Reason {
		if unit(s.keys.seed, o.tag, chooses) >= reads {
			return put(ctx, o)
		}
		key := s.keys.pick(o.tag, 0)
		began, before := s.ledger.begin(), s.ledger.of(key)
		answer, err := o.client.Txn(ctx).Then(clientv3.OpGet(s.names[key])).Commit()
		if err != nil {
			return etcderr.ClassifyRead(err)
		}
		s.ledger.answered(began, answer.Header.GetRevision(), false)
		s.ledger.read(before, first(answer.Responses[0].GetResponseRange().Kvs))
		return ops.NoReason
	}
}

// transacting reads keys and writes them, and does both again when another has written one meanwhile: what
// clientv3/concurrency calls a software transaction, at its default isolation.
func (s *service) transacting(keys int) func(context.Context, operation) ops.Reason {
	return func(ctx context.Context, o operation) ops.Reason {
		chosen := s.choose(o, keys)
		return s.commit(o, chosen, func() (*clientv3.TxnResponse, error) {
			return concurrency.NewSTM(o.client, func(m concurrency.STM) error {
				for _, key := range chosen {
					m.Get(s.names[key])
					m.Put(s.names[key], s.values.with(o.tag))
				}
				return nil
			}, concurrency.WithAbortContext(ctx))
		})
	}
}
