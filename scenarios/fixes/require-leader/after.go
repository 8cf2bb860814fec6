package requireleader

import (
	"context"

	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/records"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// after asks only a member that has a leader.
type after struct{ client *clientv3.Client }

func newAfter(on part.Wire) records.Writer { return after{on.Client} }

func (a after) Write(ctx context.Context, record records.Record) error {
	_, err := a.client.Put(clientv3.WithRequireLeader(ctx), records.Prefix+record.ID, record.Value)
	return err
}
