package kv

import (
	"context"
	"fmt"

	"aftershock/internal/clock"
	"aftershock/results/ops"
	"aftershock/scenarios/etcderr"

	clientv3 "go.etcd.io/etcd/client/v3"
	"golang.org/x/sync/errgroup"
)

// The sizes of a transaction that writes many keys: below etcd's limits for one, 128 operations and 1.5 MiB.
const (
	fillKeys  = 100
	fillBytes = 512 << 10
	fillers   = 4 // at a time
)

// fill writes every key once, past all links.
func (s *service) fill() error {
	ctx, cancel := context.WithTimeout(s.ctx, fillPatience)
	defer cancel()
	client, err := connect(ctx, s.env, s.env.Members)
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }() // nothing is left to be written
	each := max(1, min(fillKeys, fillBytes/(s.config.KeySize+s.config.ValueSize)))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(fillers)
	for from := 0; from < len(s.names); from += each {
		group.Go(func() error { return s.fillFrom(ctx, client, from, min(from+each, len(s.names))) })
	}
	return group.Wait()
}

func (s *service) fillFrom(ctx context.Context, client *clientv3.Client, from, to int) error {
	var puts []clientv3.Op
	for i := from; i < to; i++ {
		puts = append(puts, clientv3.OpPut(s.names[i], s.values.with(0)))
	}
	done, err := client.Txn(ctx).Then(puts...).Commit()
	// The write can be repeated: it leaves the same values.
	for err != nil && etcderr.ClassifyWrite(err) != ops.Error && clock.Sleep(ctx, patience/50) == nil {
		done, err = client.Txn(ctx).Then(puts...).Commit()
	}
	if err != nil {
		return err
	}
	for i := from; i < to; i++ {
		s.ledger.wrote(i, done.Header.GetRevision(), 0)
	}
	s.ledger.answered(0, done.Header.GetRevision(), true)
	return nil
}

// audit counts the keys that have lost an acknowledged write, by one linearizable read past all links.
func (s *service) audit(ctx context.Context) error {
	client, err := connect(ctx, s.env, s.env.Members)
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }() // nothing is left to be written
	all, err := client.Get(ctx, Prefix, clientv3.WithPrefix())
	if err != nil {
		return err
	}
	lost, first := s.ledger.lost(s.names, all.Kvs)
	s.env.Counter(writesLost).Add(lost)
	if lost > 0 {
		return fmt.Errorf("%d keys have lost an acknowledged write: %s", lost, first)
	}
	return nil
}
