package ambiguousput

import (
	"context"

	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/records"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// after creates the record under its ID, and asks again under the same when the answer did not come.
type after struct{ client *clientv3.Client }

func newAfter(on part.Wire) records.Writer { return after{on.Client} }

func (a after) Write(ctx context.Context, record records.Record) error {
	first, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := a.create(first, record)
	for err != nil && part.Pause(ctx, pause) {
		err = a.create(ctx, record)
	}
	return err
}

// create puts the record if it is not there. Where it is, an earlier attempt has put it: that is a success as well.
func (a after) create(ctx context.Context, record records.Record) error {
	key := records.Prefix + record.ID
	_, err := a.client.Txn(ctx).
		If(clientv3.Compare(clientv3.CreateRevision(key), "=", 0)).
		Then(clientv3.OpPut(key, record.Value)).
		Commit()
	return err
}
