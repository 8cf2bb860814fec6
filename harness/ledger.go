package harness

import (
	"context"
	"errors"
	"sync"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// Ledger holds the keys of acknowledged puts, each of which is put once and never deleted. The zero value is empty, and
// many goroutines may use it.
type Ledger struct{ keys sync.Map }

// Acknowledge enters a key.
func (l *Ledger) Acknowledge(key string) { l.keys.Store(key, true) }

// Audit is an audit for Calls: it looks past all links for the keys of the ledger, all of which begin with the prefix.
func (l *Ledger) Audit(env Env, prefix string) func(context.Context) (acknowledged, lost int, err error) {
	return func(ctx context.Context) (acknowledged, lost int, err error) {
		truth, err := env.Truth(ctx)
		if err != nil {
			return 0, 0, err
		}
		defer func() { err = errors.Join(err, truth.Close()) }()
		got, err := truth.Get(ctx, prefix, clientv3.WithPrefix(), clientv3.WithKeysOnly())
		if err != nil {
			return 0, 0, err
		}
		kept := map[string]bool{}
		for _, kv := range got.Kvs {
			kept[string(kv.Key)] = true
		}
		l.keys.Range(func(key, _ any) bool {
			acknowledged++
			if name, _ := key.(string); !kept[name] {
				lost++
			}
			return true
		})
		return acknowledged, lost, nil
	}
}
