package faults

import (
	"context"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// What faults are made of, and tests look at by itself.
var (
	ResolveLeader   = resolveLeader
	ResolveFollower = resolveFollower
	ReadSnapshot    = readSnapshot
	Final           = final
)

// Work waits for a fault's work in the background.
func Work(ctx context.Context, work func(context.Context) error) error { return begin(work).wait(ctx) }

// FanOut sends revisions to watchers, one row a watcher, and loses -n of them where a row begins with that.
func FanOut(watchers int, rows [][]int64) (whole bool, most int) {
	f := newFanOut(watchers)
	for _, row := range rows {
		if row[0] < 0 {
			f.stands(int(row[0]))
			continue
		}
		var events []*clientv3.Event
		for _, revision := range row {
			events = append(events, &clientv3.Event{Kv: &mvccpb.KeyValue{ModRevision: revision}})
		}
		f.receive(events)
	}
	_, most = f.reached()
	return len(f.whole) == 1, most
}
