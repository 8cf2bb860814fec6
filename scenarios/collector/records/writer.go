package records

import (
	"context"

	"aftershock/scenarios/collector/part"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// Prefix is where all records lie, each under a key that its writer chooses.
const Prefix = part.Prefix + "records/"

// Record is what has to be kept exactly once: a line of an audit, a position of a bill. A snapshot that was lost is
// replaced by the next one, and one that was written twice does no harm; of a record both are wrong.
type Record struct {
	ID    string // no other record has it
	Value string // begins with the ID and a space, so that it can be told under whatever key it lies
}

// Writer writes records. Its methods are called by many goroutines.
type Writer interface {
	// Write keeps a record below Prefix, and returns when its caller can rely on it or has to be told that it cannot.
	// It ends with its context, which has the caller's deadline.
	Write(ctx context.Context, record Record) error
}

// Create writes a record under its ID unless it is there: for the writers of those fixes whose defect lies elsewhere.
// However often it is called, there is one record, and who finds it there is told that it is.
func Create(ctx context.Context, client *clientv3.Client, record Record) error {
	key := Prefix + record.ID
	_, err := client.Txn(ctx).
		If(clientv3.Compare(clientv3.CreateRevision(key), "=", 0)).
		Then(clientv3.OpPut(key, record.Value)).
		Commit()
	return err
}
