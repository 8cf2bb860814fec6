package requireleader

import (
	"context"

	"aftershock/scenarios/collector"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// after asks only a member that has a leader.
type after struct{ client *clientv3.Client }

func newAfter(on collector.Wire) collector.Writer { return after{on.Client} }

func (a after) Write(ctx context.Context, record collector.Record) error {
	_, err := a.client.Put(clientv3.WithRequireLeader(ctx), collector.RecordsPrefix+record.ID, record.Value)
	return err
}
