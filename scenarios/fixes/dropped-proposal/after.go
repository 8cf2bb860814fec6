package droppedproposal

import (
	"context"

	"aftershock/scenarios/collector/part"
	"aftershock/scenarios/collector/records"
	"aftershock/scenarios/etcderr"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// after tells the caller what is final, and writes again what passes.
type after struct{ client *clientv3.Client }

func newAfter(on part.Wire) records.Writer { return after{on.Client} }

func (a after) Write(ctx context.Context, record records.Record) error {
	for {
		err := records.Create(ctx, a.client, record)
		if !passes(err) || !part.Pause(ctx, pause) {
			return err
		}
	}
}

// passes tells whether an error is worth another attempt. What was refused was not proposed, and can be written again
// whatever it is. What was unavailable may have been committed, and is written again only because that does no harm here.
func passes(err error) bool { return etcderr.Refused(err) || etcderr.Unavailable(err) }
