package collector

import (
	"context"
	"errors"
	"time"

	"aftershock/scenarios/collector/part"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// ConfigKey is watched for the service's configuration: the scrape interval, such as 500ms.
const ConfigKey = part.Prefix + "config"

// rewatchPause spaces attempts to watch again: on a member without a leader each fails within a millisecond.
const rewatchPause = 50 * time.Millisecond

// watch follows the configuration until the service stops. When the watch reports that the cluster has no leader it
// cancels the shared context; when a new watch stands, it renews it. Standing is called with every watch that stands.
func (r *remote) watch(standing func()) {
	var next int64 // the revision from which changes have not been seen yet; 0 before the configuration was read
	for r.ctx.Err() == nil {
		if next == 0 {
			next = r.readConfig()
		}
		if next > 0 {
			next = r.watchOnce(next, standing)
		}
		select {
		case <-time.After(rewatchPause):
		case <-r.ctx.Done():
		}
	}
}

// readConfig reads the configuration as it is, and gives the revision from which a watch sees every later change; 0
// when it could not be read.
func (r *remote) readConfig() (next int64) {
	ctx, cancel := context.WithTimeout(r.ctx, time.Second)
	defer cancel()
	revision, err := r.refresh(ctx)
	if err != nil {
		return 0
	}
	return revision + 1
}

// watchOnce follows one watch to its end, and gives the revision from which the next has to go on: what was written
// between two watches must not be lost. WithRequireLeader is what makes the member report the loss of its leader at
// all: without it a watch on a member that is cut off stays silent and open.
func (r *remote) watchOnce(next int64, standing func()) int64 {
	ctx, cancel := context.WithCancel(clientv3.WithRequireLeader(r.ctx))
	defer cancel()
	for response := range r.client.Watch(ctx, ConfigKey, clientv3.WithCreatedNotify(), clientv3.WithRev(next)) {
		if err := response.Err(); err != nil {
			if errors.Is(err, rpctypes.ErrNoLeader) {
				r.leader.gone()
			}
			if response.CompactRevision > 0 {
				r.count(ConfigCompacted, 1)
				return 0 // what was written since is gone: read again
			}
			return next
		}
		if response.Created {
			r.leader.back()
			standing()
		}
		for _, event := range response.Events {
			r.newest.take(event.Kv, r.configure)
			next = event.Kv.ModRevision + 1
		}
	}
	return next
}
