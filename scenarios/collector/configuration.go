package collector

import (
	"context"
	"sync"

	"go.etcd.io/etcd/api/v3/mvccpb"
)

// configuration is the newest known value of ConfigKey. The watch and any number of reads bring it, in any order: a
// read that was answered late must not undo a newer value from the watch.
type configuration struct {
	mu       sync.Mutex
	revision int64 // as of which it is
}

// take applies a configuration that is newer than all before it. Apply is called once at a time.
func (c *configuration) take(kv *mvccpb.KeyValue, apply func(value string)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if kv.ModRevision > c.revision {
		c.revision = kv.ModRevision
		apply(string(kv.Value))
	}
}

// refresh reads the current configuration, and returns its revision. The read is linearizable: without a leader it has
// no answer, and waits for as long as its context lasts.
func (r *remote) refresh(ctx context.Context) (revision int64, err error) {
	response, err := r.client.Get(ctx, ConfigKey)
	if err != nil {
		return 0, err
	}
	for _, kv := range response.Kvs {
		r.newest.take(kv, r.configure)
	}
	return response.Header.Revision, nil
}
